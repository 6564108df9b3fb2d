#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/guarded.h"
#include "mixer/sound.h"

namespace stagecast::mixer {

// Wraps the programme's packets of 20 ms into one container's pages.
class PageWriter {
public:
    virtual ~PageWriter() = default;
    virtual std::string headers() const = 0;
    virtual void packet(std::span<const std::byte> opus) = 0;
    virtual std::string page() = 0;  // of the packets since the last one
    // Ogg 5 packets (100 ms), WebM 10 (200 ms).
    virtual int packets_a_page() const noexcept = 0;
};

// `serial` tells one Ogg stream from the next.
std::unique_ptr<PageWriter> new_page_writer(StreamFormat format, std::uint32_t serial);

// The programme in one container, for all who subscribed: a page is made once and shared. Without subscribers
// nothing is made. Thread: packet() and end() by the room's mixer thread or after it; subscribe() and
// subscriptions by any.
class FormatStream {
public:
    explicit FormatStream(StreamFormat format)
        : format_(format), sinks_(std::make_shared<Guarded<Sinks>>()) {}

    // The sink gets headers() before its first page, both on the mixer thread. Calls end with the
    // subscription.
    std::unique_ptr<Broadcast::Subscription> subscribe(std::shared_ptr<ByteSink> sink);
    void packet(std::span<const std::byte> opus);
    // Tells every sink that nothing follows.
    void end() noexcept;

private:
    struct Subscriber {
        explicit Subscriber(std::shared_ptr<ByteSink> its_sink) : sink(std::move(its_sink)) {}
        const std::shared_ptr<ByteSink> sink;
        std::atomic<bool> wanted{true};
        std::uint32_t serial = 0;  // of the stream whose headers it has; the mixer's thread
    };
    using Sinks = std::vector<std::shared_ptr<Subscriber>>;
    class Ticket;

    void publish(const SharedBytes& page);

    const StreamFormat format_;
    const std::shared_ptr<Guarded<Sinks>> sinks_;  // tickets may outlive the stream

    // The mixer's thread.
    Sinks reading_;
    std::unique_ptr<PageWriter> writer_;
    SharedBytes headers_;
    std::uint32_t serial_ = 0;
    int packets_ = 0;
};

}  // namespace stagecast::mixer
