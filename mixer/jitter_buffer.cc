#include "mixer/jitter_buffer.h"

#include <algorithm>
#include <cstdlib>

#include "media/ogg.h"

namespace stagecast::mixer {

namespace {
constexpr std::int64_t kOpusGrainFrames = 120;    // 2.5 ms: what Opus conceals comes in multiples of it
constexpr std::int64_t kConcealStepFrames = 480;  // 10 ms at a time, to be overtaken by the packet soon
constexpr std::int64_t kSteerFromFrames = 480;    // 10 ms off: start to correct
constexpr std::int64_t kFarOffFrames = 960;       // 20 ms off: hurry
constexpr std::int64_t kSteerUntilFrames = 48;    // 1 ms off: done

// Speed against a delay that is off by that much: 0.2 % is never heard, 0.5 % (9 cents) hardly.
double correction(std::int64_t error_frames) noexcept {
    return std::abs(error_frames) > kFarOffFrames ? 0.005 : 0.002;
}
}  // namespace

JitterBuffer::JitterBuffer() : pool_(std::make_unique<std::array<Packet, kMaxPackets>>()) {
    free_.reserve(kMaxPackets);
    queue_.reserve(kMaxPackets);
    for (Packet& packet : *pool_) free_.push_back(&packet);
}

void JitterBuffer::clear() noexcept {
    while (!queue_.empty()) pop();
    fifo_.clear();
    delay_.forget();
    streaming_ = running_ = false;
}

std::int64_t JitterBuffer::unwrap(std::uint32_t rtp_time_frames) noexcept {
    if (!streaming_) {
        streaming_ = true;
        return last_time_frames_ = rtp_time_frames;
    }
    const auto step =
        static_cast<std::int32_t>(rtp_time_frames - static_cast<std::uint32_t>(last_time_frames_));
    if (std::abs(std::int64_t{step}) > kMaxRtpJumpFrames) {
        clear();
        ++counters_.restarts;
        return unwrap(rtp_time_frames);
    }
    const std::int64_t time = last_time_frames_ + step;
    last_time_frames_ = std::max(last_time_frames_, time);
    return time;
}

void JitterBuffer::put(std::span<const std::byte> payload, std::uint32_t rtp_time_frames,
                       std::int64_t arrival_frames, Sound sound) noexcept {
    const int length_frames = payload.size() > kMaxPacketBytes ? 0 : media::opus_packet_frames(payload);
    if (length_frames <= 0) {
        ++counters_.refused_packets;
        return;
    }
    const std::int64_t time = unwrap(rtp_time_frames);
    delay_.note(arrival_frames - time, arrival_frames);
    if (late_run_ >= kLateToRelearn) {
        // Whoever paused and goes on later is late by every old measure, and would be for seconds.
        delay_.forget();
        delay_.note(arrival_frames - time, arrival_frames);
        late_run_ = 0;
        running_ = false;
    }
    const auto same = [time](const Packet* other) { return other->time_frames == time; };
    const bool late = running_ && time < expected_frames_;
    if (late || std::ranges::any_of(queue_, same)) {
        ++counters_.late_packets;
        late_run_ += late ? 1 : 0;
        return;
    }
    if (free_.empty()) {
        ++counters_.refused_packets;
        pop();
    }
    Packet& packet = *free_.back();
    free_.pop_back();
    packet.time_frames = time;
    packet.length_frames = length_frames;
    packet.sound = sound;
    packet.size_bytes = payload.size();
    std::ranges::copy(payload, packet.bytes.begin());
    const auto later = [](std::int64_t at, const Packet* other) { return at < other->time_frames; };
    queue_.insert(std::upper_bound(queue_.begin(), queue_.end(), time, later), &packet);
}

void JitterBuffer::pop() noexcept {
    free_.push_back(queue_.front());
    queue_.erase(queue_.begin());
}

std::int64_t JitterBuffer::position_frames() const noexcept {
    return expected_frames_ - static_cast<std::int64_t>(fifo_.size_frames());
}

std::int64_t JitterBuffer::delay_frames(std::int64_t now_frames) const noexcept {
    return running_ ? now_frames - position_frames() - delay_.base_frames() : 0;
}

// Begins at the position that gives the wanted delay; what is before the first packet is silence, not loss.
bool JitterBuffer::start(std::int64_t now_frames) noexcept {
    fifo_.clear();
    running_ = !queue_.empty();
    expected_frames_ = now_frames - delay_.base_frames() - delay_.target_frames();
    voice_end_frames_ = expected_frames_;
    concealed_run_frames_ = kConcealFrames;
    stretched_frames_ = 0;
    speed_ = 1;
    return running_;
}

void JitterBuffer::steer(std::int64_t now_frames) noexcept {
    const std::int64_t error = delay_frames(now_frames) - delay_.target_frames();
    // A beginning is often late and tells little: while it lasts, one step harms less than seconds of
    // walking.
    const std::int64_t most =
        delay_.settled() ? DelayEstimate::kMostFrames + kSteerFromFrames : kFarOffFrames;
    if (std::abs(error) > most) {
        ++counters_.restarts;
        start(now_frames);
    } else if (std::abs(error) > kSteerFromFrames) {
        speed_ = error > 0 ? 1 + correction(error) : 1 - correction(error);
    } else if (std::abs(error) <= kSteerUntilFrames || (error > 0) != (speed_ > 1)) {
        speed_ = 1;
    }
    fifo_.set_speed(speed_);
}

Sound JitterBuffer::take(Block& out, std::int64_t now_frames) noexcept {
    if (running_) {
        steer(now_frames);
    } else {
        start(now_frames);
    }
    if (!running_) {
        out.fill(0.0f);
        return Sound::kSilence;
    }
    fill(now_frames);
    const Sound sound = position_frames() < voice_end_frames_ ? Sound::kVoice : Sound::kSilence;
    fifo_.read(out);
    if (queue_.empty() && concealed_run_frames_ >= kConcealFrames) running_ = false;
    return sound;
}

void JitterBuffer::fill(std::int64_t now_frames) noexcept {
    while (fifo_.size_frames() < fifo_.needed_frames()) {
        drop_stale();
        if (queue_.empty()) {
            wait_for_packet(now_frames);
            continue;
        }
        const std::int64_t gap = queue_.front()->time_frames - expected_frames_;
        if (gap < kOpusGrainFrames) {
            decode_next();
        } else {
            fill_gap(gap);
        }
    }
}

void JitterBuffer::drop_stale() noexcept {
    while (!queue_.empty() && queue_.front()->time_frames < expected_frames_) {
        ++counters_.late_packets;
        ++late_run_;
        pop();
    }
}

void JitterBuffer::decode_next() noexcept {
    const Packet& packet = *queue_.front();
    silent_run_frames_ = packet.sound == Sound::kSilence ? silent_run_frames_ + packet.length_frames : 0;
    expected_frames_ = packet.time_frames + packet.length_frames;
    stretched_frames_ = 0;
    late_run_ = 0;
    if (silent_run_frames_ > kConcealFrames) {
        fifo_.add_silence(static_cast<std::size_t>(packet.length_frames));
    } else if (const int frames = decoder_.decode(packet.payload(), fifo_.room()); frames > 0) {
        fifo_.added(static_cast<std::size_t>(frames));
        concealed_run_frames_ = 0;
        voice_end_frames_ = expected_frames_;
    } else {
        ++counters_.refused_packets;
        conceal(packet.length_frames);
    }
    pop();
}

// The packet after a hole is here: what the hole held is lost (or was never sent: DTX).
void JitterBuffer::fill_gap(std::int64_t gap_frames) noexcept {
    const std::int64_t already = std::min(gap_frames, stretched_frames_);
    if (already > 0) {
        expected_frames_ += already;
        stretched_frames_ -= already;
        return;
    }
    const Packet& next = *queue_.front();
    if (concealed_run_frames_ >= kConcealFrames) {
        const auto short_of = fifo_.needed_frames() - fifo_.size_frames();
        const std::int64_t frames = std::min(gap_frames, static_cast<std::int64_t>(short_of));
        fifo_.add_silence(static_cast<std::size_t>(frames));
        expected_frames_ += frames;
    } else if (gap_frames > next.length_frames) {
        expected_frames_ += conceal(std::min(gap_frames - next.length_frames, kConcealStepFrames));
    } else {
        const std::int64_t whole = gap_frames - gap_frames % kOpusGrainFrames;
        const int frames = decoder_.recover(next.payload(), fifo_.room(), static_cast<int>(whole));
        if (frames <= 0) {
            expected_frames_ += conceal(whole);
            return;
        }
        fifo_.added(static_cast<std::size_t>(frames));
        counters_.recovered_frames += static_cast<std::uint64_t>(frames);
        expected_frames_ += frames;
    }
    voice_end_frames_ = concealed_run_frames_ < kConcealFrames ? expected_frames_ : voice_end_frames_;
}

// Nothing is here. While the delay may grow the missing packet keeps its place and is played when it comes.
void JitterBuffer::wait_for_packet(std::int64_t now_frames) noexcept {
    if (concealed_run_frames_ >= kConcealFrames) {
        const std::size_t short_of = fifo_.needed_frames() - fifo_.size_frames();
        fifo_.add_silence(short_of);
        expected_frames_ += static_cast<std::int64_t>(short_of);
        return;
    }
    const std::int64_t frames = conceal(kConcealStepFrames);
    if (delay_frames(now_frames) < DelayEstimate::kMostFrames) {
        stretched_frames_ += frames;
        voice_end_frames_ = std::max(voice_end_frames_, expected_frames_);
    } else {
        expected_frames_ += frames;
        voice_end_frames_ = expected_frames_;
    }
}

// Makes up `frames`, rounded up to what Opus can; silence where the decoder will not.
std::int64_t JitterBuffer::conceal(std::int64_t frames) noexcept {
    const std::int64_t whole = (frames + kOpusGrainFrames - 1) / kOpusGrainFrames * kOpusGrainFrames;
    const int made = decoder_.conceal(fifo_.room(), static_cast<int>(whole));
    if (made == whole) {
        fifo_.added(static_cast<std::size_t>(made));
    } else {
        fifo_.add_silence(static_cast<std::size_t>(whole));
    }
    counters_.concealed_frames += static_cast<std::uint64_t>(whole);
    concealed_run_frames_ += whole;
    return whole;
}

}  // namespace stagecast::mixer
