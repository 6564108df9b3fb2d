#include "mixer/rtc/mailbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace stagecast::mixer::rtc {

Mailbox::Mailbox() : descriptor_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)), sound_(kMaxWaitingSound) {
    if (descriptor_ < 0) throw Unavailable("no event descriptor left", std::chrono::seconds(1));
}

Mailbox::~Mailbox() {
    ::close(descriptor_);
}

void Mailbox::wake() noexcept {
    const std::uint64_t one = 1;
    // A full counter means that rtc-0 is awake already.
    [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
}

void Mailbox::quieten() noexcept {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(descriptor_, &count, sizeof count);
}

void Mailbox::post(Command command) {
    {
        const std::lock_guard lock(mutex_);
        commands_.push_back(std::move(command));
    }
    wake();
}

bool Mailbox::post_sound(const SoundTarget& target, ByteView opus) noexcept {
    {
        const std::lock_guard lock(mutex_);
        if (sound_count_ == sound_.size()) return false;
        auto& slot = sound_[(sound_first_ + sound_count_) % sound_.size()];
        slot.target = target;
        slot.size = opus.size();
        std::copy(opus.begin(), opus.end(), slot.bytes.begin());
        ++sound_count_;
    }
    wake();
    return true;
}

std::vector<Command> Mailbox::take_commands() {
    const std::lock_guard lock(mutex_);
    return std::exchange(commands_, {});
}

bool Mailbox::take_sound(Sound& out) noexcept {
    const std::lock_guard lock(mutex_);
    if (sound_count_ == 0) return false;
    const auto& slot = sound_[sound_first_];
    out.target = slot.target;
    out.size = slot.size;
    std::copy_n(slot.bytes.begin(), slot.size, out.bytes.begin());
    sound_first_ = (sound_first_ + 1) % sound_.size();
    --sound_count_;
    return true;
}

}  // namespace stagecast::mixer::rtc
