#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <variant>
#include <vector>

#include "mixer/rtc/fanout.h"
#include "mixer/rtc/peer.h"
#include "mixer/rtc/wire.h"

namespace stagecast::mixer::rtc {

struct AddPeer {
    std::unique_ptr<Peer> peer;
};
struct RemovePeer {
    PeerId peer = 0;
};
struct OpenGroup {
    GroupId group = 0;
    std::shared_ptr<GroupFigures> figures;
};
struct CloseGroup {
    GroupId group = 0;
};
using Command = std::variant<AddPeer, RemovePeer, OpenGroup, CloseGroup>;

struct ToSpeaker {
    PeerId peer = 0;
};
struct ToGroup {
    GroupId group = 0;
};
using SoundTarget = std::variant<ToSpeaker, ToGroup>;

// What other threads leave for rtc-0. Commands never get lost (there are at most two for each peer and group,
// and those are bounded); sound is dropped when rtc-0 is a thousand packets behind, and a sender never waits.
//
// Thread:  post_… from any; take_… by rtc-0.
// Memory:  post_sound() and take_sound() do not allocate.
class Mailbox {
public:
    // 100 rooms of 10 talkers, one tick: 1.3 MB.
    static constexpr std::size_t kMaxWaitingSound = 1024;

    struct Sound {
        SoundTarget target;
        std::size_t size = 0;
        std::array<std::byte, kMaxOpusFrameBytes> bytes;

        ByteView opus() const { return ByteView(bytes).first(size); }
    };

    // Throws Unavailable when the system has no descriptor left.
    Mailbox();
    ~Mailbox();
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;

    void post(Command command);
    // False, and nothing taken, when the queue is full. Requires at most kMaxOpusFrameBytes.
    bool post_sound(const SoundTarget& target, ByteView opus) noexcept;
    // Lets rtc-0 look round.
    void wake() noexcept;

    // Readable when something was posted; silenced by quieten().
    int descriptor() const noexcept { return descriptor_; }
    void quieten() noexcept;
    std::vector<Command> take_commands();
    bool take_sound(Sound& out) noexcept;

private:
    int descriptor_ = -1;
    std::mutex mutex_;
    std::vector<Command> commands_;  // guarded by mutex_
    std::vector<Sound> sound_;       // guarded by mutex_, a ring
    std::size_t sound_first_ = 0;    // guarded by mutex_
    std::size_t sound_count_ = 0;    // guarded by mutex_
};

}  // namespace stagecast::mixer::rtc
