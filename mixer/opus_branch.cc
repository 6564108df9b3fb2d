#include "mixer/opus_branch.h"

#include <gst/app/gstappsink.h>

#include <string>
#include <utility>

#include "base/error.h"
#include "mixer/gst_handle.h"

namespace stagecast::mixer {

namespace {
// The tolerance: a pause in the input is no reason to flush the encoder.
constexpr const char* kDescription =
    "audioconvert dithering=none noise-shaping=none ! "
    "opusenc audio-type=generic bitrate=96000 bitrate-type=cbr complexity=5 frame-size=20 "
    "tolerance=9223372036854775807 ! "
    "appsink name=packets sync=false async=false max-buffers=4 drop=true enable-last-sample=false";
}  // namespace

struct OpusBranch::Impl {
    static GstFlowReturn on_sample(GstAppSink* sink, gpointer self);

    GstHandle<GstBin> parent;
    GstHandle<GstElement> branch;
    GstHandle<GstPad> from;
    GstHandle<GstPad> into;
    Packet packet;
};

GstFlowReturn OpusBranch::Impl::on_sample(GstAppSink* sink, gpointer self) {
    GstSample* sample = gst_app_sink_pull_sample(sink);
    if (sample == nullptr) return GST_FLOW_EOS;
    GstMapInfo map;
    if (GstBuffer* buffer = gst_sample_get_buffer(sample); gst_buffer_map(buffer, &map, GST_MAP_READ)) {
        static_cast<Impl*>(self)->packet(std::as_bytes(std::span(map.data, map.size)));
        gst_buffer_unmap(buffer, &map);
    }
    gst_sample_unref(sample);
    return GST_FLOW_OK;
}

OpusBranch::OpusBranch(GstBin* bin, GstPad* from, Packet packet) : impl_(std::make_unique<Impl>()) {
    GError* error = nullptr;
    GstElement* branch = gst_parse_bin_from_description(kDescription, TRUE, &error);
    if (error != nullptr) {
        const std::string why = error->message;
        g_error_free(error);
        if (branch != nullptr) gst_object_unref(gst_object_ref_sink(branch));
        throw Unavailable("no Opus encoder: " + why, std::chrono::seconds(60));
    }
    impl_->parent.reset(GST_BIN(gst_object_ref(bin)));
    impl_->branch.reset(GST_ELEMENT(gst_object_ref_sink(branch)));
    impl_->from.reset(GST_PAD(gst_object_ref(from)));
    impl_->packet = std::move(packet);

    const GstHandle<GstElement> sink(gst_bin_get_by_name(GST_BIN(branch), "packets"));
    GstAppSinkCallbacks callbacks{};
    callbacks.new_sample = Impl::on_sample;
    gst_app_sink_set_callbacks(GST_APP_SINK(sink.get()), &callbacks, impl_.get(), nullptr);

    impl_->into.reset(gst_element_get_static_pad(branch, "sink"));
    gst_bin_add(bin, branch);
    // Ahead of the pipeline's own state, and before the link: the first buffer finds it ready.
    gst_element_set_locked_state(branch, TRUE);
    gst_element_set_state(branch, GST_STATE_PLAYING);
    if (gst_pad_link(from, impl_->into.get()) != GST_PAD_LINK_OK) {
        gst_element_set_state(branch, GST_STATE_NULL);
        gst_bin_remove(bin, branch);
        throw Unavailable("the Opus encoder does not fit the mixer", std::chrono::seconds(60));
    }
}

OpusBranch::~OpusBranch() {
    gst_pad_unlink(impl_->from.get(), impl_->into.get());
    gst_element_set_state(impl_->branch.get(), GST_STATE_NULL);
    gst_bin_remove(impl_->parent.get(), impl_->branch.get());
}

}  // namespace stagecast::mixer
