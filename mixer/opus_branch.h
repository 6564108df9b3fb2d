#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <span>

typedef struct _GstBin GstBin;  // NOLINT(bugprone-reserved-identifier): GStreamer's own names
typedef struct _GstPad GstPad;  // NOLINT(bugprone-reserved-identifier)

namespace stagecast::mixer {

// An Opus encoder of stock elements behind a raw pad: raw F32 in, one packet of 20 ms out for each 20 ms.
// Thread: packets come on the thread that pushes into the pad; the rest on any other.
class OpusBranch {
public:
    using Packet = std::function<void(std::span<const std::byte> opus)>;

    // In `bin`, playing, linked behind `from`. Throws Unavailable.
    OpusBranch(GstBin* bin, GstPad* from, Packet packet);
    // Waits for a push that is under way; none follows.
    ~OpusBranch();

private:
    struct Impl;
    const std::unique_ptr<Impl> impl_;
};

}  // namespace stagecast::mixer
