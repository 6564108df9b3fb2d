#pragma once
#include <memory>
#include <string>

namespace stagecast {

// Bytes that many readers share and nobody changes.
using SharedBytes = std::shared_ptr<const std::string>;

// Takes a live stream of bytes, shared by all who read it.
// Thread: the publisher's thread calls; must return at once (no I/O, no waiting).
class ByteSink {
public:
    enum class Join { kAllowed, kNotHere };  // may a late joiner's stream begin with this page
    virtual ~ByteSink() = default;
    // What every joiner gets first. Called before the first page; again when the stream starts anew.
    virtual void headers(SharedBytes bytes) noexcept = 0;
    virtual void page(SharedBytes bytes, Join join) noexcept = 0;
    // Nothing follows.
    virtual void end() noexcept = 0;
};

}  // namespace stagecast
