#pragma once
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "mixer/format_stream.h"
#include "mixer/room_pipeline.h"
#include "mixer/rtc/transport.h"
#include "mixer/sound.h"

namespace stagecast::mixer {

// Whose session a name is, for every room of the engine. Thread: any.
class Sessions {
public:
    struct Owner {
        RoomId room;
        std::optional<SpeakerId> speaker;  // none: a listener
    };
    void add(const std::string& session, Owner owner);
    void remove(const std::string& session);
    void remove_room(const RoomId& room);
    std::optional<Owner> owner(const std::string& session) const;
    // Forgets the room's listeners that `alive` denies.
    void prune(const RoomId& room, const std::function<bool(const std::string&)>& alive);

private:
    Guarded<std::map<std::string, Owner>> owners_;
};

// Joins one room's pipeline to the transport.
// Thread: any; the pipeline's thread and rtc-0 come in by callbacks.
class Room final : public RoomSound, public Stage, public Broadcast {
public:
    Room(RoomId id, unsigned number, std::shared_ptr<rtc::Transport> transport,
         std::shared_ptr<Sessions> sessions);
    ~Room() override;

    Stage& stage() override { return *this; }
    Broadcast& broadcast() override { return *this; }

    Answer join(const SpeakerId& speaker, std::string_view offer,
                std::shared_ptr<media::PacketSink> keep) override;
    void keep(const SpeakerId& speaker, std::shared_ptr<media::PacketSink> keep) override;
    void leave(const SpeakerId& speaker) override;
    void mute(const SpeakerId& speaker, Mute mute) override;
    std::vector<SpeakerSound> speakers() const override;

    Answer listen(std::string_view offer) override;
    std::unique_ptr<Subscription> stream(StreamFormat format, std::shared_ptr<ByteSink> sink) override;
    int rtc_listeners() const override { return transport_->listeners(group_); }

private:
    class Connection;
    using Connections = std::map<SpeakerId, std::shared_ptr<Connection>>;

    std::shared_ptr<Connection> find(const SpeakerId& speaker) const;
    void disconnect(const std::shared_ptr<Connection>& connection);
    void programme_packet(std::span<const std::byte> opus);

    const RoomId id_;
    const std::shared_ptr<rtc::Transport> transport_;
    const std::shared_ptr<Sessions> sessions_;
    const rtc::Transport::Group group_;
    FormatStream ogg_{StreamFormat::kOgg}, webm_{StreamFormat::kWebm};
    std::mutex joining_;  // one join or leave at a time; never taken by callbacks
    Guarded<Connections> connections_;
    std::atomic<int> listens_{0};             // since the last prune
    std::unique_ptr<RoomPipeline> pipeline_;  // last: its thread uses what is above
};

}  // namespace stagecast::mixer
