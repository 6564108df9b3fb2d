#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "recorder/stem_file.h"

namespace stagecast::recorder {

// One stem laid along a room's time: decoded as it is read, silence where it has nothing.
//
// Shape:  mono, 48 kHz; frame 0 is `start`.
// Clocks: a sender's clock that runs off, or one that stopped, is corrected where the sidecar says the stem
// is more than
//         40 ms from its place: by silence, or by leaving out.
// Memory: one packet. Thread: one. Errors: NotFound without the file; damaged packets are silence.
class StemTrack {
public:
    StemTrack(const std::string& path, const std::vector<AlignmentPair>& pairs, Instant start);
    ~StemTrack();
    // The next out.size() frames.
    void read(std::span<float> out);

private:
    struct Impl;
    const std::unique_ptr<Impl> impl_;
};

// From `position_frames` on, a stem's frame is heard at its position + `shift_frames` of the room's time.
struct Shift {
    std::int64_t position_frames = 0;
    std::int64_t shift_frames = 0;
};
// By position; the first is at 0. What the network delayed is judged by its neighbours.
std::vector<Shift> shifts_of(const std::vector<AlignmentPair>& pairs, Instant start);

}  // namespace stagecast::recorder
