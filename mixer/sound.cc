#include "mixer/sound.h"

#include <gst/gst.h>

#include <atomic>
#include <string>
#include <utility>

#include "base/error.h"
#include "mixer/room.h"
#include "mixer/stagemix.h"

namespace stagecast::mixer {

namespace {

class Engine final : public SoundEngine {
public:
    Engine(const RtcSettings& settings, Metrics& metrics)
        : transport_(rtc::Transport::start(settings, metrics)),
          rooms_opened_(metrics.counter("stagecast_mixer_rooms_opened_total", "Room pipelines started")),
          sessions_(std::make_shared<Sessions>()) {}

    std::uint16_t port() const override { return transport_->port(); }
    std::unique_ptr<RoomSound> open_room(const RoomId& room) override {
        auto opened = std::make_unique<Room>(room, next_room_.fetch_add(1), transport_, sessions_);
        rooms_opened_.fetch_add(1, std::memory_order_relaxed);
        return opened;
    }
    bool remove_session(const std::string& session) override {
        sessions_->remove(session);
        return transport_->remove(session);
    }
    PatchResult patch_session(const std::string& session, std::string_view if_match,
                              std::string_view sdp_fragment) override {
        return transport_->patch(session, if_match, sdp_fragment);
    }
    std::optional<SpeakerId> speaker_of(const std::string& session) const override {
        const auto owner = sessions_->owner(session);
        return owner ? owner->speaker : std::nullopt;
    }
    std::optional<RoomId> room_of(const std::string& session) const override {
        const auto owner = sessions_->owner(session);
        return owner ? std::optional(owner->room) : std::nullopt;
    }

private:
    const std::shared_ptr<rtc::Transport> transport_;
    Metrics::Counter& rooms_opened_;
    const std::shared_ptr<Sessions> sessions_;
    std::atomic<unsigned> next_room_{1};
};

}  // namespace

std::unique_ptr<SoundEngine> SoundEngine::start(const RtcSettings& settings, Metrics& metrics) {
    GError* error = nullptr;
    if (!gst_init_check(nullptr, nullptr, &error)) {
        const std::string why = error == nullptr ? "unknown" : error->message;
        g_clear_error(&error);
        throw Unavailable("GStreamer does not start: " + why, std::chrono::seconds(60));
    }
    register_stagemix();
    return std::make_unique<Engine>(settings, metrics);
}

}  // namespace stagecast::mixer
