#include "mixer/room_pipeline.h"

#include <gst/audio/audio.h>
#include <gst/gst.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/guarded.h"
#include "base/log.h"
#include "mixer/desk.h"
#include "mixer/gst_handle.h"
#include "mixer/opus_branch.h"
#include "mixer/stagemix.h"

namespace stagecast::mixer {
namespace {

constexpr std::chrono::seconds kRetry{10};

// Errors of the pipeline's elements: logged where they happen, nothing is left to collect on the bus.
GstBusSyncReply on_message(GstBus*, GstMessage* message, gpointer) {
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
        GError* error = nullptr;
        gst_message_parse_error(message, &error, nullptr);
        log::error("mixer.pipeline_failed",
                   {{"element", GST_OBJECT_NAME(GST_MESSAGE_SRC(message))}, {"why", error->message}});
        g_error_free(error);
    }
    gst_message_unref(message);
    return GST_BUS_DROP;
}

class PadSpeaker final : public RoomPipeline::Speaker {
public:
    explicit PadSpeaker(GstPad* pad) : pad_(pad), strip_(strip_of(pad)) {}

    void packet(const media::OpusPacket& packet, int level_dbov) noexcept override {
        GstBuffer* buffer = gst_buffer_new_memdup(packet.payload.data(), packet.payload.size());
        GST_BUFFER_PTS(buffer) =
            gst_util_uint64_scale_round(packet.rtp_time_frames, GST_SECOND, kSampleRateHz);
        if (level_dbov >= 0) {
            gst_buffer_add_audio_level_meta(buffer, static_cast<guint8>(std::min(level_dbov, 127)), FALSE);
        }
        gst_pad_chain(pad_.get(), buffer);
    }
    void mute(Mute mute) noexcept override { strip_->mute.store(mute, std::memory_order_relaxed); }
    double level_dbfs() const noexcept override { return strip_->level_dbfs.load(std::memory_order_relaxed); }
    GstPad* pad() const noexcept { return pad_.get(); }

private:
    const GstHandle<GstPad> pad_;
    const std::shared_ptr<Strip> strip_;
};

void begin_packets(GstPad* pad) {
    gst_pad_send_event(pad, gst_event_new_stream_start(GST_PAD_NAME(pad)));
    GstCaps* caps = gst_caps_new_simple("audio/x-opus", "channel-mapping-family", G_TYPE_INT, 0, nullptr);
    gst_pad_send_event(pad, gst_event_new_caps(caps));
    gst_caps_unref(caps);
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_send_event(pad, gst_event_new_segment(&segment));
}

}  // namespace

struct RoomPipeline::Impl {
    // A speaker's ear.
    struct Ear {
        std::shared_ptr<PadSpeaker> speaker;
        Hear hears;
        bool served = false;  // this tick, by the own mix; the mixer's thread
        std::optional<OpusBranch> own_mix;
    };
    using Ears = std::vector<std::shared_ptr<Ear>>;

    void programme_packet(std::span<const std::byte> opus);

    GstHandle<GstElement> pipeline;
    GstElement* stagemix = nullptr;  // owned by the pipeline
    Hear programme;
    Guarded<Ears> ears;
    Ears hearing;  // the mixer's thread
    std::optional<OpusBranch> programme_branch;
};

// The last packet of a tick: who had none of their own hears this one.
void RoomPipeline::Impl::programme_packet(std::span<const std::byte> opus) {
    programme(opus);
    ears.with([this](const Ears& all) { hearing.assign(all.begin(), all.end()); });
    for (const auto& ear : hearing) {
        if (!std::exchange(ear->served, false)) ear->hears(opus);
    }
    hearing.clear();
}

RoomPipeline::RoomPipeline(unsigned number, Hear programme) : impl_(std::make_unique<Impl>()) {
    impl_->programme = std::move(programme);
    impl_->pipeline.reset(GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new(nullptr))));
    auto* bin = GST_BIN(impl_->pipeline.get());
    impl_->stagemix = gst_element_factory_make("stagemix", "stagemix");
    GstElement* tee = gst_element_factory_make("tee", "programme");
    if (impl_->stagemix == nullptr || tee == nullptr)
        throw Unavailable("GStreamer lacks stagemix or tee", kRetry);
    g_object_set(impl_->stagemix, "thread-name", ("mixer-" + std::to_string(number)).c_str(), nullptr);
    g_object_set(tee, "allow-not-linked", TRUE, nullptr);
    gst_bin_add_many(bin, impl_->stagemix, tee, nullptr);
    if (!gst_element_link_pads(impl_->stagemix, "programme", tee, "sink")) {
        throw Unavailable("stagemix and tee do not link", kRetry);
    }
    const GstHandle<GstPad> from(gst_element_request_pad_simple(tee, "src_%u"));
    impl_->programme_branch.emplace(bin, from.get(), [impl = impl_.get()](std::span<const std::byte> opus) {
        impl->programme_packet(opus);
    });
    const GstHandle<GstBus> bus(gst_element_get_bus(impl_->pipeline.get()));
    gst_bus_set_sync_handler(bus.get(), on_message, nullptr, nullptr);
    if (gst_element_set_state(impl_->pipeline.get(), GST_STATE_PLAYING) == GST_STATE_CHANGE_FAILURE) {
        throw Unavailable("the room's pipeline does not start", kRetry);
    }
}

RoomPipeline::~RoomPipeline() {
    gst_element_set_state(impl_->pipeline.get(), GST_STATE_NULL);
    impl_->ears.with([](Impl::Ears& all) { return std::exchange(all, {}); });
}

std::shared_ptr<RoomPipeline::Speaker> RoomPipeline::add_speaker(Hear hears) {
    GstPad* pad = gst_element_request_pad_simple(impl_->stagemix, "sink_%u");
    if (pad == nullptr) throw Unavailable("the stage is full", kRetry);
    const auto ear = std::make_shared<Impl::Ear>();
    ear->speaker = std::make_shared<PadSpeaker>(pad);
    ear->hears = std::move(hears);
    const std::string minus_name =
        "minus" + std::string(GST_PAD_NAME(pad)).substr(std::string("sink").size());
    const GstHandle<GstPad> minus(gst_element_get_static_pad(impl_->stagemix, minus_name.c_str()));
    try {
        ear->own_mix.emplace(GST_BIN(impl_->pipeline.get()), minus.get(),
                             [own = ear.get()](std::span<const std::byte> opus) {
                                 own->hears(opus);
                                 own->served = true;
                             });
    } catch (...) {
        gst_element_release_request_pad(impl_->stagemix, pad);
        throw;
    }
    begin_packets(pad);
    impl_->ears.with([&ear](Impl::Ears& all) { all.push_back(ear); });
    return ear->speaker;
}

void RoomPipeline::remove(const std::shared_ptr<Speaker>& speaker) {
    const auto ear = impl_->ears.with([&speaker](Impl::Ears& all) {
        const auto found = std::ranges::find(
            all, speaker, [](const auto& one) -> std::shared_ptr<Speaker> { return one->speaker; });
        if (found == all.end()) return std::shared_ptr<Impl::Ear>();
        auto taken = *found;
        all.erase(found);
        return taken;
    });
    if (!ear) return;
    gst_element_release_request_pad(impl_->stagemix, ear->speaker->pad());
    ear->own_mix.reset();
}

}  // namespace stagecast::mixer
