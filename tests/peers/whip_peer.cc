// A speaker on GStreamer's webrtcbin: another implementation of ICE, DTLS and SRTP than ours and than
// Chromium's. Publishes by WHIP (RFC 9725), writes what it hears.
//
//   whip_peer --url WHIP_URL --token PASS (--tone HZ | --play FILE|silence:SECONDS …) [--loop yes] [--seconds
//   N]
//             [--hear FILE.s16]
//
// Prints "connected" once media flows in both directions or after the first packets were sent; ends after
// --seconds, at the end of what it plays, or on SIGTERM, with a DELETE of its session.
#define GST_USE_UNSTABLE_API
#include <curl/curl.h>
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/gst.h>
#include <gst/sdp/sdp.h>
#include <gst/webrtc/webrtc.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <numbers>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr int kRateHz = 48'000;
constexpr std::size_t kBlockFrames = 960;
std::atomic<bool> stopping{false};

struct Options {
    std::string url, token, hear;
    std::vector<std::string> play;
    double tone_hz = 0;
    double seconds = 0;  // 0: until the end of what is played, or for ever
    bool loop = false;
};

Options read_options(int count, char** values) {
    Options options;
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string name = values[i], value = values[i + 1];
        if (name == "--url")
            options.url = value;
        else if (name == "--token")
            options.token = value;
        else if (name == "--hear")
            options.hear = value;
        else if (name == "--play")
            options.play.push_back(value);
        else if (name == "--tone")
            options.tone_hz = std::stod(value);
        else if (name == "--seconds")
            options.seconds = std::stod(value);
        else if (name == "--loop")
            options.loop = value == "yes";
        else
            throw std::runtime_error("unknown option " + name);
    }
    if (options.url.empty()) throw std::runtime_error("--url is missing");
    return options;
}

// Any file GStreamer can decode, as mono 48 kHz.
std::vector<gint16> decode(const std::string& path) {
    gchar* uri = gst_filename_to_uri(path.c_str(), nullptr);
    const std::string description =
        std::string("uridecodebin uri=\"") + uri +
        "\" ! audioconvert ! audioresample ! "
        "audio/x-raw,format=S16LE,rate=48000,channels=1 ! appsink name=out sync=false";
    g_free(uri);
    GstElement* pipeline = gst_parse_launch(description.c_str(), nullptr);
    GstElement* out = gst_bin_get_by_name(GST_BIN(pipeline), "out");
    gst_element_set_state(pipeline, GST_STATE_PLAYING);
    std::vector<gint16> samples;
    while (GstSample* sample = gst_app_sink_pull_sample(GST_APP_SINK(out))) {
        GstMapInfo map;
        GstBuffer* buffer = gst_sample_get_buffer(sample);
        gst_buffer_map(buffer, &map, GST_MAP_READ);
        const auto* first = reinterpret_cast<const gint16*>(map.data);
        samples.insert(samples.end(), first, first + map.size / sizeof(gint16));
        gst_buffer_unmap(buffer, &map);
        gst_sample_unref(sample);
    }
    gst_element_set_state(pipeline, GST_STATE_NULL);
    gst_object_unref(out);
    gst_object_unref(pipeline);
    if (samples.empty()) throw std::runtime_error("nothing to play in " + path);
    return samples;
}

std::vector<gint16> programme_of(const Options& options) {
    std::vector<gint16> samples;
    for (const auto& item : options.play) {
        if (item.starts_with("silence:")) {
            samples.resize(samples.size() + static_cast<std::size_t>(std::stod(item.substr(8)) * kRateHz));
            continue;
        }
        const auto decoded = decode(item);
        samples.insert(samples.end(), decoded.begin(), decoded.end());
    }
    return samples;
}

// What is said, block by block; silence when there is nothing more.
class Voice {
public:
    explicit Voice(const Options& options)
        : tone_hz_(options.tone_hz), loop_(options.loop), samples_(programme_of(options)) {}
    bool over() const { return tone_hz_ == 0 && !loop_ && position_ >= samples_.size(); }
    void next(gint16* out) {
        for (std::size_t i = 0; i < kBlockFrames; ++i) out[i] = tone_hz_ > 0 ? tone() : sample();
    }

private:
    gint16 tone() {
        phase_ += 2 * std::numbers::pi * tone_hz_ / kRateHz;
        return static_cast<gint16>(8'000 * std::sin(phase_));
    }
    gint16 sample() {
        if (position_ >= samples_.size() && loop_) position_ = 0;
        return position_ < samples_.size() ? samples_[position_++] : gint16{0};
    }
    const double tone_hz_;
    const bool loop_;
    const std::vector<gint16> samples_;
    std::size_t position_ = 0;
    double phase_ = 0;
};

struct HttpAnswer {
    long status = 0;
    std::string body, location;
};

HttpAnswer request(const std::string& method, const std::string& url, const std::string& token,
                   const std::string& body) {
    HttpAnswer answer;
    CURL* curl = curl_easy_init();
    curl_slist* headers = curl_slist_append(nullptr, "Content-Type: application/sdp");
    headers = curl_slist_append(headers, ("Authorization: Bearer " + token).c_str());
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    if (!body.empty()) curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 20L);
    curl_easy_setopt(
        curl, CURLOPT_WRITEFUNCTION, +[](char* data, size_t size, size_t count, void* to) {
            static_cast<std::string*>(to)->append(data, size * count);
            return size * count;
        });
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
    if (curl_easy_perform(curl) == CURLE_OK) {
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
        curl_header* header = nullptr;
        if (curl_easy_header(curl, "Location", 0, CURLH_HEADER, -1, &header) == CURLHE_OK)
            answer.location = header->value;
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return answer;
}

class Peer {
public:
    explicit Peer(const Options& options) : options_(options), voice_(options) {
        pipeline_ = gst_parse_launch(
            "webrtcbin name=w bundle-policy=max-bundle "
            "appsrc name=voice is-live=true format=time do-timestamp=true "
            "caps=audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved ! "
            "opusenc audio-type=generic bitrate=64000 ! rtpopuspay pt=111 ! "
            "application/x-rtp,media=audio,encoding-name=OPUS,payload=111 ! w.",
            nullptr);
        if (pipeline_ == nullptr)
            throw std::runtime_error("GStreamer's webrtcbin, opus or nice plugin is missing");
        web_ = gst_bin_get_by_name(GST_BIN(pipeline_), "w");
        voice_source_ = gst_bin_get_by_name(GST_BIN(pipeline_), "voice");
        quiet_ice();
        g_signal_connect(web_, "notify::ice-gathering-state", G_CALLBACK(&Peer::on_gathering), this);
        g_signal_connect(web_, "pad-added", G_CALLBACK(&Peer::on_pad), this);
        if (!options.hear.empty()) hear_.open(options.hear, std::ios::binary);
    }

    int run() {
        gst_element_set_state(pipeline_, GST_STATE_PLAYING);
        speaker_ = std::jthread([this](const std::stop_token& stop) { speak(stop); });
        publish();
        const auto begin = std::chrono::steady_clock::now();
        bool said = false;
        const auto running = [&] {
            const std::chrono::duration<double> spoken = std::chrono::steady_clock::now() - begin;
            return !stopping && !voice_over_ && (options_.seconds == 0 || spoken.count() < options_.seconds);
        };
        std::unique_lock lock(mutex_);
        while (running()) {
            changed_.wait_for(lock, std::chrono::milliseconds(50));
            if (heard_blocks_ > 0 && !said) {
                said = true;
                std::puts("connected");
                std::fflush(stdout);
            }
        }
        lock.unlock();
        request("DELETE", session_url(), options_.token, "");
        speaker_.request_stop();
        speaker_.join();
        gst_element_set_state(pipeline_, GST_STATE_NULL);
        return 0;
    }

private:
    void quiet_ice() {
        GObject* ice = nullptr;
        g_object_get(web_, "ice-agent", &ice, nullptr);
        GObject* agent = nullptr;
        g_object_get(ice, "agent", &agent, nullptr);
        if (agent != nullptr) {
            g_object_set(agent, "upnp", FALSE, "ice-tcp", FALSE, nullptr);
            g_object_unref(agent);
        }
        // libnice leaves loopback out unless it is named; every test runs there.
        gboolean added = FALSE;
        g_signal_emit_by_name(ice, "add-local-ip-address", "127.0.0.1", &added);
        g_object_unref(ice);
    }

    void speak(const std::stop_token& stop) {
        auto due = std::chrono::steady_clock::now();
        while (!stop.stop_requested()) {
            GstBuffer* buffer = gst_buffer_new_allocate(nullptr, kBlockFrames * sizeof(gint16), nullptr);
            GstMapInfo map;
            gst_buffer_map(buffer, &map, GST_MAP_WRITE);
            voice_.next(reinterpret_cast<gint16*>(map.data));
            gst_buffer_unmap(buffer, &map);
            gst_app_src_push_buffer(GST_APP_SRC(voice_source_), buffer);
            voice_over_ = voice_.over();
            due += std::chrono::milliseconds(20);
            std::this_thread::sleep_until(due);
        }
    }

    void publish() {
        wait_for_caps();
        GstPromise* promise = gst_promise_new();
        g_signal_emit_by_name(web_, "create-offer", nullptr, promise);
        gst_promise_wait(promise);
        GstWebRTCSessionDescription* offer = nullptr;
        gst_structure_get(gst_promise_get_reply(promise), "offer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION,
                          &offer, nullptr);
        gst_promise_unref(promise);
        describe("set-local-description", offer);
        gst_webrtc_session_description_free(offer);
        {
            std::unique_lock lock(mutex_);
            changed_.wait_for(lock, std::chrono::seconds(5), [this] { return gathered_; });
        }
        g_object_get(web_, "local-description", &offer, nullptr);
        gchar* text = gst_sdp_message_as_text(offer->sdp);
        const auto answer = request("POST", options_.url, options_.token, text);
        g_free(text);
        gst_webrtc_session_description_free(offer);
        if (answer.status != 201) {
            throw std::runtime_error("WHIP answered " + std::to_string(answer.status) + ": " + answer.body);
        }
        location_ = answer.location;
        GstSDPMessage* message = nullptr;
        gst_sdp_message_new_from_text(answer.body.c_str(), &message);
        auto* description = gst_webrtc_session_description_new(GST_WEBRTC_SDP_TYPE_ANSWER, message);
        describe("set-remote-description", description);
        gst_webrtc_session_description_free(description);
        std::puts("published");
        std::fflush(stdout);
    }

    // webrtcbin offers nothing before its pad has caps.
    void wait_for_caps() {
        for (int i = 0; i < 500; ++i) {
            GstPad* pad = gst_element_get_static_pad(web_, "sink_0");
            GstCaps* caps = pad != nullptr ? gst_pad_get_current_caps(pad) : nullptr;
            if (pad != nullptr) gst_object_unref(pad);
            if (caps != nullptr) {
                gst_caps_unref(caps);
                return;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        throw std::runtime_error("the encoder gave no caps");
    }

    void describe(const char* signal, GstWebRTCSessionDescription* description) {
        GstPromise* promise = gst_promise_new();
        g_signal_emit_by_name(web_, signal, description, promise);
        gst_promise_wait(promise);
        gst_promise_unref(promise);
    }

    std::string session_url() const {
        if (location_.starts_with("http")) return location_;
        const auto path = options_.url.find('/', options_.url.find("://") + 3);
        return options_.url.substr(0, path) + location_;
    }

    static void on_gathering(GstElement* web, GParamSpec*, gpointer self) {
        GstWebRTCICEGatheringState state;
        g_object_get(web, "ice-gathering-state", &state, nullptr);
        auto* peer = static_cast<Peer*>(self);
        const std::lock_guard lock(peer->mutex_);
        peer->gathered_ = peer->gathered_ || state == GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE;
        peer->changed_.notify_all();
    }

    static void on_pad(GstElement*, GstPad* pad, gpointer self) {
        if (GST_PAD_DIRECTION(pad) != GST_PAD_SRC) return;
        auto* peer = static_cast<Peer*>(self);
        GstElement* bin = gst_parse_bin_from_description(
            "rtpopusdepay ! opusdec plc=true ! audioconvert ! audioresample ! "
            "audio/x-raw,format=S16LE,rate=48000,channels=1 ! appsink name=ear sync=false emit-signals=true",
            TRUE, nullptr);
        GstElement* ear = gst_bin_get_by_name(GST_BIN(bin), "ear");
        g_signal_connect(ear, "new-sample", G_CALLBACK(&Peer::on_sample), self);
        gst_object_unref(ear);
        gst_bin_add(GST_BIN(peer->pipeline_), bin);
        gst_element_sync_state_with_parent(bin);
        GstPad* sink = gst_element_get_static_pad(bin, "sink");
        gst_pad_link(pad, sink);
        gst_object_unref(sink);
    }

    static GstFlowReturn on_sample(GstElement* ear, gpointer self) {
        auto* peer = static_cast<Peer*>(self);
        GstSample* sample = gst_app_sink_pull_sample(GST_APP_SINK(ear));
        if (sample == nullptr) return GST_FLOW_EOS;
        GstMapInfo map;
        GstBuffer* buffer = gst_sample_get_buffer(sample);
        gst_buffer_map(buffer, &map, GST_MAP_READ);
        {
            const std::lock_guard lock(peer->mutex_);
            ++peer->heard_blocks_;
            if (peer->hear_.is_open()) {
                peer->hear_.write(reinterpret_cast<const char*>(map.data),
                                  static_cast<std::streamsize>(map.size));
                peer->hear_.flush();
            }
        }
        gst_buffer_unmap(buffer, &map);
        gst_sample_unref(sample);
        return GST_FLOW_OK;
    }

    const Options options_;
    Voice voice_;
    GstElement* pipeline_ = nullptr;
    GstElement* web_ = nullptr;
    GstElement* voice_source_ = nullptr;
    std::string location_;
    std::atomic<bool> voice_over_{false};
    std::mutex mutex_;
    std::condition_variable changed_;
    bool gathered_ = false;  // guarded by mutex_
    long heard_blocks_ = 0;  // guarded by mutex_
    std::ofstream hear_;     // guarded by mutex_
    std::jthread speaker_;
};

}  // namespace

int main(int count, char** values) {
    gst_init(nullptr, nullptr);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    std::signal(SIGTERM, [](int) { stopping = true; });
    std::signal(SIGINT, [](int) { stopping = true; });
    try {
        Peer peer(read_options(count, values));
        return peer.run();
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "whip_peer: %s\n", failure.what());
        return 1;
    }
}
