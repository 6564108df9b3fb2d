#include "mixer/stagemix.h"

#include <gst/app/gstappsink.h>
#include <gst/gst.h>

#include <catch2/catch.hpp>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "mixer/desk.h"
#include "mixer/gst_handle.h"
#include "tests/mixer/tones.h"

using namespace stagecast;
using namespace stagecast::mixer;
using namespace stagecast::mixer::testing;

namespace {

// What came out of one appsink.
class Heard {
public:
    void buffer(GstBuffer* buffer) {
        const std::lock_guard lock(mutex_);
        GstMapInfo map;
        gst_buffer_map(buffer, &map, GST_MAP_READ);
        const auto* samples = reinterpret_cast<const float*>(map.data);
        sound_.insert(sound_.end(), samples, samples + map.size / sizeof(float));
        gst_buffer_unmap(buffer, &map);
        if (GST_BUFFER_PTS(buffer) != next_pts_ && GST_CLOCK_TIME_IS_VALID(next_pts_)) ++jumps_;
        next_pts_ = GST_BUFFER_PTS(buffer) + GST_BUFFER_DURATION(buffer);
        grew_.notify_all();
    }
    // False after 20 s without that much.
    bool wait_for_frames(std::size_t frames) {
        std::unique_lock lock(mutex_);
        return grew_.wait_for(lock, std::chrono::seconds(20), [&] { return sound_.size() >= frames; });
    }
    std::size_t frames() const {
        const std::lock_guard lock(mutex_);
        return sound_.size();
    }
    std::vector<float> last(std::size_t frames) const {
        const std::lock_guard lock(mutex_);
        return {sound_.end() - static_cast<std::ptrdiff_t>(frames), sound_.end()};
    }
    int jumps() const {
        const std::lock_guard lock(mutex_);
        return jumps_;
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable grew_;
    std::vector<float> sound_;  // guarded by mutex_, like all below
    GstClockTime next_pts_ = GST_CLOCK_TIME_NONE;
    int jumps_ = 0;
};

GstFlowReturn on_sample(GstAppSink* sink, gpointer heard) {
    GstSample* sample = gst_app_sink_pull_sample(sink);
    static_cast<Heard*>(heard)->buffer(gst_sample_get_buffer(sample));
    gst_sample_unref(sample);
    return GST_FLOW_OK;
}

// A running pipeline of stock elements around one stagemix called m, with every appsink heard by its name.
class Pipeline {
public:
    explicit Pipeline(const std::string& description) {
        gst_init(nullptr, nullptr);
        register_stagemix();
        GError* error = nullptr;
        pipeline_.reset(gst_parse_launch(description.c_str(), &error));
        INFO((error == nullptr ? "" : error->message));
        REQUIRE(error == nullptr);
        mix_.reset(gst_bin_get_by_name(GST_BIN(pipeline_.get()), "m"));
    }
    ~Pipeline() { gst_element_set_state(pipeline_.get(), GST_STATE_NULL); }

    Heard& hear(const std::string& sink_name) {
        const GstHandle<GstElement> sink(gst_bin_get_by_name(GST_BIN(pipeline_.get()), sink_name.c_str()));
        REQUIRE(sink);
        auto& heard = heard_[sink_name];
        GstAppSinkCallbacks callbacks{};
        callbacks.new_sample = on_sample;
        gst_app_sink_set_callbacks(GST_APP_SINK(sink.get()), &callbacks, &heard, nullptr);
        return heard;
    }
    GstElement* mix() { return mix_.get(); }
    GstStateChangeReturn set_state(GstState state) { return gst_element_set_state(pipeline_.get(), state); }

private:
    std::map<std::string, Heard> heard_;  // outlives the pipeline
    GstHandle<GstElement> pipeline_;
    GstHandle<GstElement> mix_;
};

std::string sink(const std::string& name) {
    return " ! appsink sync=false async=false name=" + name + " ";
}

}  // namespace

TEST_CASE("stagemix: without a single input it sends silence, block after block, on the clock",
          "[mixer][gst]") {
    Pipeline pipeline("stagemix name=m" + sink("programme"));
    auto& programme = pipeline.hear("programme");
    REQUIRE(pipeline.set_state(GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE);
    REQUIRE(programme.wait_for_frames(24'000));
    CHECK(peak(programme.last(24'000)) == 0.0f);
    CHECK(programme.jumps() == 0);
}

// Stock sources have threads of GStreamer's own, which locks by futex: the thread sanitizer sees no order in
// them.
#ifndef __SANITIZE_THREAD__

namespace {
std::string test_tone(int frequency_hz) {
    return " audiotestsrc is-live=true samplesperbuffer=480 volume=0.2 freq=" + std::to_string(frequency_hz) +
           " ! audio/x-raw,format=F32LE,rate=48000,channels=1 ";
}
}  // namespace

TEST_CASE("stagemix: of three tones each speaker hears the two others, their own at least 60 dB under",
          "[mixer][gst]") {
    Pipeline pipeline("stagemix name=m m.programme" + sink("programme") + test_tone(500) + " ! m.sink_0 " +
                      test_tone(1'100) + " ! m.sink_1 " + test_tone(2'300) + " ! m.sink_2 m.minus_0" +
                      sink("a") + " m.minus_1" + sink("b") + " m.minus_2" + sink("c"));
    auto& programme = pipeline.hear("programme");
    const std::vector<Heard*> minus{&pipeline.hear("a"), &pipeline.hear("b"), &pipeline.hear("c")};
    REQUIRE(pipeline.set_state(GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE);
    for (auto* heard : minus) REQUIRE(heard->wait_for_frames(72'000));
    REQUIRE(programme.wait_for_frames(72'000));
    const std::vector<double> tones{500, 1'100, 2'300};
    for (std::size_t s = 0; s < tones.size(); ++s) {
        CHECK(level_at(programme.last(24'000), tones[s]) == Approx(0.2).epsilon(0.02));
        for (std::size_t other = 0; other < tones.size(); ++other) {
            const double heard = level_at(minus[s]->last(24'000), tones[other]);
            INFO("speaker " << s << " tone " << other);
            if (other == s) {
                CHECK(to_db(heard / 0.2) < -60);
            } else {
                CHECK(heard == Approx(0.2).epsilon(0.02));
            }
        }
    }
}

TEST_CASE("stagemix: takes what a stock Opus encoder sends, by its time stamps", "[mixer][gst]") {
    Pipeline pipeline("stagemix name=m m.programme" + sink("programme") + test_tone(700) +
                      " ! audioconvert ! opusenc ! m.sink_0");
    auto& programme = pipeline.hear("programme");
    REQUIRE(pipeline.set_state(GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE);
    REQUIRE(programme.wait_for_frames(72'000));
    CHECK(level_at(programme.last(9'600), 700) == Approx(0.2).epsilon(0.05));
}

TEST_CASE("stagemix: an input that never sends stalls nobody", "[mixer][gst]") {
    Pipeline pipeline("stagemix name=m m.programme" + sink("programme") + test_tone(700) + " ! m.sink_0");
    auto& programme = pipeline.hear("programme");
    const GstHandle<GstPad> stalled(gst_element_request_pad_simple(pipeline.mix(), "sink_%u"));
    REQUIRE(stalled);
    REQUIRE(pipeline.set_state(GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE);
    REQUIRE(programme.wait_for_frames(48'000));
    CHECK(level_at(programme.last(9'600), 700) == Approx(0.2).epsilon(0.02));
    CHECK(programme.jumps() == 0);
    gst_element_release_request_pad(pipeline.mix(), stalled.get());
}

#endif

TEST_CASE("stagemix: inputs that come and go while it runs leave the programme whole", "[mixer][gst]") {
    Pipeline pipeline("stagemix name=m m.programme" + sink("programme"));
    auto& programme = pipeline.hear("programme");
    REQUIRE(pipeline.set_state(GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE);
    for (std::size_t cycle = 0; cycle < 60; ++cycle) {
        const GstHandle<GstPad> pad(gst_element_request_pad_simple(pipeline.mix(), "sink_%u"));
        REQUIRE(pad);
        REQUIRE(programme.wait_for_frames(960 * cycle));
        gst_element_release_request_pad(pipeline.mix(), pad.get());
    }
    CHECK(pipeline.mix()->numsinkpads == 0);
    CHECK(pipeline.mix()->numsrcpads == 1);
    CHECK(programme.jumps() == 0);
}

TEST_CASE("stagemix: pauses, goes on, stops and starts again", "[mixer][gst]") {
    Pipeline pipeline("stagemix name=m" + sink("programme"));
    auto& programme = pipeline.hear("programme");
    std::size_t frames = 0;
    for (const GstState rest : {GST_STATE_PAUSED, GST_STATE_READY, GST_STATE_NULL, GST_STATE_PAUSED}) {
        REQUIRE(pipeline.set_state(GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE);
        REQUIRE(programme.wait_for_frames(frames + 9'600));
        REQUIRE(pipeline.set_state(rest) != GST_STATE_CHANGE_FAILURE);
        frames = programme.frames();
    }
}

TEST_CASE("stagemix: a full stage gives no more pads", "[mixer][gst]") {
    Pipeline pipeline("stagemix name=m" + sink("programme"));
    std::vector<GstHandle<GstPad>> pads;
    for (std::size_t p = 0; p < MixMinus::kMaxSpeakers; ++p) {
        pads.emplace_back(gst_element_request_pad_simple(pipeline.mix(), "sink_%u"));
        REQUIRE(pads.back());
    }
    CHECK(gst_element_request_pad_simple(pipeline.mix(), "sink_%u") == nullptr);
    for (const auto& pad : pads) gst_element_release_request_pad(pipeline.mix(), pad.get());
}
