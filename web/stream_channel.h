#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/guarded.h"

namespace stagecast::web {

// Wakes the loop's thread from any other. Shared: a channel may outlive the loop.
class Waker {
public:
    Waker();
    ~Waker();
    Waker(const Waker&) = delete;
    Waker& operator=(const Waker&) = delete;
    void wake() const noexcept;
    void drain() const noexcept;
    int descriptor() const noexcept { return descriptor_; }

private:
    const int descriptor_;
};

// One live byte stream that any number of connections read; the bytes are shared, a connection is a cursor.
// Threads: the publisher calls the ByteSink part, the loop's thread the rest.
// Memory:  kKeep of pages, at most kMaxBytes; a reader that falls further behind has lost its place.
class StreamChannel final : public ByteSink {
public:
    using Steady = std::chrono::steady_clock;

    // What a second headers() means to those who read already.
    enum class Headers {
        kRestart,  // the stream begins anew: they get them too, in their place
        kState     // a summary for joiners only
    };
    struct Settings {
        Headers headers = Headers::kRestart;
        std::chrono::milliseconds burst{3'000};  // how far back a joiner begins
        std::string idle_page;                   // sent after 15 s without a page; empty: none
    };
    // Longer than the burst: a joiner who takes it slowly must not fall off at once.
    static constexpr std::chrono::seconds kKeep{10};
    static constexpr std::size_t kMaxBytes = 2u << 20;
    static constexpr std::size_t kMaxPages = 2'048;
    static constexpr std::chrono::seconds kIdle{15};

    explicit StreamChannel(Settings settings) : settings_(std::move(settings)) {}

    void headers(SharedBytes bytes) noexcept override;
    void page(SharedBytes bytes, Join join) noexcept override;
    void end() noexcept override;

    // Loop thread only from here.
    void attach(std::shared_ptr<const Waker> waker);
    enum class News { kNone, kSome };
    // Takes over what was published since; drops what is too old.
    News collect(Steady::time_point now);
    bool ended() const noexcept { return ended_; }

    // A reader's place: the number of the page it needs next, and the bytes of it that are sent.
    struct Cursor {
        std::uint64_t page = 0;
        std::size_t offset_bytes = 0;
        bool waits_for_joinable = false;
        bool waits_for_headers = true;
    };
    // What a new reader gets before its first page; null when there is nothing (any more, or yet).
    SharedBytes take_headers(Cursor& cursor) const;
    Cursor join(Steady::time_point now) const;
    bool is_lost(const Cursor& cursor) const noexcept { return cursor.page < first_; }
    // The page at the cursor, moving it to a joinable one if it waits for that; null: nothing yet.
    SharedBytes at(Cursor& cursor, std::size_t pages_further) const;
    void advance(Cursor& cursor, std::size_t bytes) const;

private:
    struct Entry {
        SharedBytes bytes;
        Join join = Join::kAllowed;
        bool is_header = false;
    };
    struct Inbox {
        std::vector<Entry> entries;
        bool ended = false;
        std::shared_ptr<const Waker> waker;
    };
    struct Page {
        SharedBytes bytes;
        Join join;
        Steady::time_point at;
    };
    void put(Entry entry) noexcept;
    void take(Entry entry, Steady::time_point now);

    const Settings settings_;
    Guarded<Inbox> inbox_;
    // Owned by the loop's thread.
    SharedBytes headers_;
    std::deque<Page> pages_;
    std::uint64_t first_ = 0;      // number of pages_.front()
    std::uint64_t join_from_ = 0;  // joiners begin no earlier: the last restart
    std::size_t bytes_ = 0;        // of pages_
    Steady::time_point last_page_{};
    bool ended_ = false;
};

}  // namespace stagecast::web
