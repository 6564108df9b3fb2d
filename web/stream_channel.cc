#include "web/stream_channel.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "base/error.h"

namespace stagecast::web {

Waker::Waker() : descriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (descriptor_ < 0) throw Unavailable("no descriptor left for the web loop", std::chrono::seconds(1));
}

Waker::~Waker() {
    ::close(descriptor_);
}

void Waker::wake() const noexcept {
    const std::uint64_t one = 1;
    // A full counter wakes as well: nothing is lost when this write is refused.
    [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
}

void Waker::drain() const noexcept {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto taken = ::read(descriptor_, &count, sizeof count);
}

void StreamChannel::headers(SharedBytes bytes) noexcept {
    put({std::move(bytes), Join::kAllowed, true});
}

void StreamChannel::page(SharedBytes bytes, Join join) noexcept {
    put({std::move(bytes), join, false});
}

void StreamChannel::end() noexcept {
    const auto waker = inbox_.with([](Inbox& inbox) {
        inbox.ended = true;
        return inbox.waker;
    });
    if (waker) waker->wake();
}

void StreamChannel::put(Entry entry) noexcept {
    if (!entry.bytes || entry.bytes->empty()) return;
    const auto waker = inbox_.with([&](Inbox& inbox) {
        // Nobody collects: the loop has not attached yet or is gone. The newest is worth more than the
        // oldest.
        if (inbox.entries.size() >= kMaxPages)
            inbox.entries.erase(inbox.entries.begin() + (inbox.entries.front().is_header ? 1 : 0));
        inbox.entries.push_back(std::move(entry));
        return inbox.waker;
    });
    if (waker) waker->wake();
}

void StreamChannel::attach(std::shared_ptr<const Waker> waker) {
    inbox_.with([&](Inbox& inbox) { inbox.waker = std::move(waker); });
}

StreamChannel::News StreamChannel::collect(Steady::time_point now) {
    std::vector<Entry> entries;
    const bool ended = inbox_.with([&](Inbox& inbox) {
        entries.swap(inbox.entries);
        return inbox.ended;
    });
    if (pages_.empty() && first_ == 0 && last_page_ == Steady::time_point{}) last_page_ = now;
    const bool is_news = !entries.empty() || ended != ended_;
    ended_ = ended;
    for (auto& entry : entries) take(std::move(entry), now);
    const bool is_idle = !settings_.idle_page.empty() && now - last_page_ >= kIdle;
    if (is_idle) take({std::make_shared<const std::string>(settings_.idle_page), Join::kAllowed, false}, now);
    while (!pages_.empty() &&
           (now - pages_.front().at > kKeep || bytes_ > kMaxBytes || pages_.size() > kMaxPages)) {
        bytes_ -= pages_.front().bytes->size();
        pages_.pop_front();
        ++first_;
    }
    return is_news || is_idle ? News::kSome : News::kNone;
}

void StreamChannel::take(Entry entry, Steady::time_point now) {
    const auto next = first_ + pages_.size();
    if (entry.is_header) {
        headers_ = entry.bytes;
        if (settings_.headers == Headers::kState || next == 0) return;
        join_from_ = next + 1;
    }
    bytes_ += entry.bytes->size();
    pages_.push_back({std::move(entry.bytes), entry.join, now});
    last_page_ = now;
}

StreamChannel::Cursor StreamChannel::join(Steady::time_point now) const {
    for (std::size_t i = 0; i < pages_.size(); ++i) {
        const bool is_recent = settings_.burst.count() > 0 && now - pages_[i].at <= settings_.burst;
        if (is_recent && first_ + i >= join_from_ && pages_[i].join == Join::kAllowed)
            return {first_ + i, 0, false, true};
    }
    return {first_ + pages_.size(), 0, true, true};
}

SharedBytes StreamChannel::take_headers(Cursor& cursor) const {
    if (!cursor.waits_for_headers) return nullptr;
    // A media stream is nothing without its headers; a state may have no summary.
    cursor.waits_for_headers = !headers_ && settings_.headers == Headers::kRestart;
    return headers_;
}

SharedBytes StreamChannel::at(Cursor& cursor, std::size_t pages_further) const {
    if (cursor.waits_for_headers) return nullptr;
    while (cursor.waits_for_joinable && cursor.page < first_ + pages_.size()) {
        if (pages_[cursor.page - first_].join == Join::kAllowed)
            cursor.waits_for_joinable = false;
        else
            ++cursor.page;
    }
    const auto index = cursor.page - first_ + pages_further;
    if (index >= pages_.size()) return nullptr;
    return pages_[index].bytes;
}

void StreamChannel::advance(Cursor& cursor, std::size_t bytes) const {
    cursor.offset_bytes += bytes;
    while (cursor.page < first_ + pages_.size()) {
        const auto size = pages_[cursor.page - first_].bytes->size();
        if (cursor.offset_bytes < size) return;
        cursor.offset_bytes -= size;
        ++cursor.page;
    }
}

}  // namespace stagecast::web
