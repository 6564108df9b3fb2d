#include "mixer/format_stream.h"

#include <utility>

#include "base/audio.h"
#include "media/ogg.h"
#include "media/webm.h"

namespace stagecast::mixer {

namespace {

constexpr int kMono = 1;

class OggPages final : public PageWriter {
public:
    explicit OggPages(std::uint32_t serial) : muxer_(serial, kMono, {{"ENCODER", "Stagecast"}}) {}
    std::string headers() const override { return muxer_.headers(); }
    void packet(std::span<const std::byte> opus) override { muxer_.packet(opus); }
    std::string page() override { return muxer_.flush(); }
    int packets_a_page() const noexcept override { return 5; }

private:
    media::OggOpusMuxer muxer_;
};

class WebmPages final : public PageWriter {
public:
    std::string headers() const override { return muxer_.headers(); }
    void packet(std::span<const std::byte> opus) override {
        muxer_.packet(opus, static_cast<int>(kBlockFrames));
    }
    std::string page() override { return muxer_.flush(); }
    int packets_a_page() const noexcept override { return 10; }

private:
    media::WebmMuxer muxer_{kMono};
};

}  // namespace

std::unique_ptr<PageWriter> new_page_writer(StreamFormat format, std::uint32_t serial) {
    if (format == StreamFormat::kOgg) return std::make_unique<OggPages>(serial);
    return std::make_unique<WebmPages>();
}

class FormatStream::Ticket final : public Broadcast::Subscription {
public:
    Ticket(std::shared_ptr<Guarded<Sinks>> sinks, std::shared_ptr<Subscriber> subscriber)
        : sinks_(std::move(sinks)), subscriber_(std::move(subscriber)) {}
    ~Ticket() override {
        subscriber_->wanted.store(false, std::memory_order_release);
        sinks_->with([this](Sinks& all) { std::erase(all, subscriber_); });
    }

private:
    const std::shared_ptr<Guarded<Sinks>> sinks_;
    const std::shared_ptr<Subscriber> subscriber_;
};

std::unique_ptr<Broadcast::Subscription> FormatStream::subscribe(std::shared_ptr<ByteSink> sink) {
    auto subscriber = std::make_shared<Subscriber>(std::move(sink));
    auto ticket = std::make_unique<Ticket>(sinks_, subscriber);
    sinks_->with([&subscriber](Sinks& all) { all.push_back(subscriber); });
    return ticket;
}

void FormatStream::packet(std::span<const std::byte> opus) {
    if (sinks_->with([](const Sinks& all) { return all.empty(); })) {
        writer_.reset();
        return;
    }
    if (!writer_) {
        writer_ = new_page_writer(format_, ++serial_);
        headers_ = std::make_shared<const std::string>(writer_->headers());
        packets_ = 0;
    }
    writer_->packet(opus);
    if (++packets_ % writer_->packets_a_page() == 0)
        publish(std::make_shared<const std::string>(writer_->page()));
}

void FormatStream::publish(const SharedBytes& page) {
    sinks_->with([this](const Sinks& all) { reading_.assign(all.begin(), all.end()); });
    for (const auto& subscriber : reading_) {
        if (!subscriber->wanted.load(std::memory_order_acquire)) continue;
        if (std::exchange(subscriber->serial, serial_) != serial_) subscriber->sink->headers(headers_);
        subscriber->sink->page(page, ByteSink::Join::kAllowed);
    }
    reading_.clear();
}

void FormatStream::end() noexcept {
    for (const auto& subscriber : sinks_->with([](Sinks& all) { return std::exchange(all, {}); })) {
        if (subscriber->wanted.exchange(false)) subscriber->sink->end();
    }
}

}  // namespace stagecast::mixer
