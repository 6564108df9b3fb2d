#include "mixer/stagemix.h"

#include <gst/audio/audio.h>
#include <gst/gst.h>

#include <algorithm>
#include <cstdio>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "mixer/desk.h"
#include "mixer/source_input.h"
#include "mixer/speaker_input.h"
#include "mixer/stagemix_task.h"

namespace stagecast::mixer {
namespace {

constexpr const char* kRawCaps = "audio/x-raw,format=F32LE,rate=48000,channels=1,layout=interleaved";
constexpr const char* kOpusCaps = "audio/x-opus,channel-mapping-family=0";
constexpr guint kLevelOfSilence = 127;      // RFC 6464
constexpr std::size_t kDtxPacketBytes = 2;  // RFC 6716, 2.1.9: a frame of no bytes

// What a sink pad and the task share.
struct Channel {
    explicit Channel(GstPad* minus_pad) : minus(GST_PAD(gst_object_ref(minus_pad))) {}
    ~Channel() { gst_object_unref(minus); }
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    GstPad* const minus;
    const std::shared_ptr<Strip> strip = std::make_shared<Strip>();

    // By CAPS, on the feeding thread, which alone uses the two pointers of kinds.
    std::shared_ptr<SpeakerInput> speaker;
    std::shared_ptr<SourceInput> source;
    std::shared_ptr<StageInput> input;  // the one of both; guarded by Mix::mutex
};

struct Live {
    std::shared_ptr<Channel> channel;
    std::shared_ptr<StageInput> input;
};

}  // namespace

// What a stagemix holds beside its GObject.
struct Mix {
    explicit Mix(GstElement* element)
        : task(element, [this](std::int64_t start_frames, StagemixTask::Continuity continuity) {
              tick(start_frames, continuity);
          }) {
        live.reserve(MixMinus::kMaxSpeakers);
        seats.reserve(MixMinus::kMaxSpeakers);
    }

    void tick(std::int64_t start_frames, StagemixTask::Continuity continuity);
    void snapshot();

    GstPad* programme = nullptr;  // owned by the element
    std::string thread_name = "mixer";

    std::mutex mutex;
    std::vector<std::shared_ptr<Channel>> channels;  // guarded by mutex
    unsigned next_number = 0;                        // guarded by mutex

    // The task's thread.
    Desk desk;
    std::vector<Live> live;
    std::vector<Desk::Seat> seats;

    StagemixTask task;  // last: its thread uses all above
};

namespace {

struct StagemixPad {
    GstPad parent;
    std::shared_ptr<Channel>* channel;
};
struct StagemixPadClass {
    GstPadClass parent_class;
};
struct Stagemix {
    GstElement parent;
    Mix* mix;
};
struct StagemixClass {
    GstElementClass parent_class;
};

G_DEFINE_TYPE(StagemixPad, stagemix_pad, GST_TYPE_PAD)
G_DEFINE_TYPE(Stagemix, stagemix, GST_TYPE_ELEMENT)

enum Property : guint { kPropertyNone, kPropertyThreadName };

Mix& mix_of(GstElement* element) {
    return *reinterpret_cast<Stagemix*>(element)->mix;
}
Channel& channel_of(GstPad* pad) {
    return **reinterpret_cast<StagemixPad*>(pad)->channel;
}

GstBuffer* to_buffer(const Block& block, std::int64_t start_frames, StagemixTask::Continuity continuity) {
    GstBuffer* buffer = gst_buffer_new_allocate(nullptr, sizeof block, nullptr);
    gst_buffer_fill(buffer, 0, block.data(), sizeof block);
    const auto time = [](std::int64_t frames) {
        return gst_util_uint64_scale(static_cast<guint64>(frames), GST_SECOND, kSampleRateHz);
    };
    GST_BUFFER_PTS(buffer) = time(start_frames);
    GST_BUFFER_DURATION(buffer) =
        time(start_frames + static_cast<std::int64_t>(kBlockFrames)) - GST_BUFFER_PTS(buffer);
    if (continuity == StagemixTask::Continuity::kAfterGap)
        GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
    return buffer;
}

void begin_stream(GstPad* src) {
    GstElement* element = gst_pad_get_parent_element(src);
    const std::string id = std::string(GST_OBJECT_NAME(element)) + "/" + GST_PAD_NAME(src);
    gst_object_unref(element);
    gst_pad_push_event(src, gst_event_new_stream_start(id.c_str()));
    GstCaps* caps = gst_caps_from_string(kRawCaps);
    gst_pad_push_event(src, gst_event_new_caps(caps));
    gst_caps_unref(caps);
    GstSegment segment;
    gst_segment_init(&segment, GST_FORMAT_TIME);
    gst_pad_push_event(src, gst_event_new_segment(&segment));
}

// Sides do not meet: nothing that happens at one pad is asked of another.
GstIterator* no_links(GstPad*, GstObject*) {
    return nullptr;
}

// What comes from below (QoS, reconfigure, seeks) changes nothing here.
gboolean on_src_event(GstPad*, GstObject*, GstEvent* event) {
    gst_event_unref(event);
    return TRUE;
}

gboolean on_src_query(GstPad* pad, GstObject* parent, GstQuery* query) {
    if (GST_QUERY_TYPE(query) != GST_QUERY_LATENCY) return gst_pad_query_default(pad, parent, query);
    gst_query_set_latency(query, TRUE, GST_MSECOND * static_cast<guint64>(kBlockTime.count()),
                          GST_CLOCK_TIME_NONE);
    return TRUE;
}

GstPad* new_src(GstElement* element, const char* template_name, const char* name) {
    GstPadTemplate* pad_template =
        gst_element_class_get_pad_template(GST_ELEMENT_GET_CLASS(element), template_name);
    GstPad* pad = gst_pad_new_from_template(pad_template, name);
    gst_pad_set_event_function(pad, on_src_event);
    gst_pad_set_query_function(pad, on_src_query);
    gst_pad_set_iterate_internal_links_function(pad, no_links);
    gst_pad_use_fixed_caps(pad);
    return pad;
}

void take_caps(Mix& mix, Channel& channel, GstCaps* caps) {
    const bool opus = gst_structure_has_name(gst_caps_get_structure(caps, 0), "audio/x-opus");
    channel.speaker = opus ? std::make_shared<SpeakerInput>() : nullptr;
    channel.source = opus ? nullptr : std::make_shared<SourceInput>();
    std::shared_ptr<StageInput> input = channel.source;
    if (opus) input = channel.speaker;
    const std::lock_guard lock(mix.mutex);
    channel.input = std::move(input);
}

gboolean on_sink_event(GstPad* pad, GstObject* parent, GstEvent* event) {
    if (GST_EVENT_TYPE(event) == GST_EVENT_CAPS) {
        GstCaps* caps = nullptr;
        gst_event_parse_caps(event, &caps);
        take_caps(mix_of(GST_ELEMENT(parent)), channel_of(pad), caps);
    }
    gst_event_unref(event);
    return TRUE;
}

// RTP time, modulo 2^32 like the original.
std::uint32_t rtp_time_of(GstBuffer* buffer) {
    return static_cast<std::uint32_t>(
        gst_util_uint64_scale_round(GST_BUFFER_PTS(buffer), kSampleRateHz, GST_SECOND));
}

void enqueue_opus(SpeakerInput& input, GstBuffer* buffer, std::span<const std::byte> payload,
                  GstClockTime running_time) {
    const GstAudioLevelMeta* level = gst_buffer_get_audio_level_meta(buffer);
    const bool silent =
        payload.size() <= kDtxPacketBytes || (level != nullptr && level->level >= kLevelOfSilence);
    const auto arrival = gst_util_uint64_scale(running_time, kSampleRateHz, GST_SECOND);
    input.packet(payload, rtp_time_of(buffer), static_cast<std::int64_t>(arrival),
                 silent ? Sound::kSilence : Sound::kVoice);
}

GstFlowReturn on_chain(GstPad* pad, GstObject* parent, GstBuffer* buffer) {
    Channel& channel = channel_of(pad);
    const GstClockTime now = gst_element_get_current_running_time(GST_ELEMENT(parent));
    GstMapInfo map;
    if (GST_CLOCK_TIME_IS_VALID(now) && GST_BUFFER_PTS_IS_VALID(buffer) &&
        gst_buffer_map(buffer, &map, GST_MAP_READ)) {
        if (channel.speaker) {
            enqueue_opus(*channel.speaker, buffer, std::as_bytes(std::span(map.data, map.size)), now);
        } else if (channel.source) {
            channel.source->frames({reinterpret_cast<const float*>(map.data), map.size / sizeof(float)});
        }
        gst_buffer_unmap(buffer, &map);
    }
    gst_buffer_unref(buffer);
    return GST_FLOW_OK;
}

GstPad* new_sink(GstElement* element, GstPadTemplate* pad_template, const char* name,
                 std::shared_ptr<Channel> channel) {
    auto* pad = GST_PAD(g_object_new(stagemix_pad_get_type(), "name", name, "direction", GST_PAD_SINK,
                                     "template", pad_template, nullptr));
    *reinterpret_cast<StagemixPad*>(pad)->channel = std::move(channel);
    gst_pad_set_chain_function(pad, on_chain);
    gst_pad_set_event_function(pad, on_sink_event);
    gst_pad_set_iterate_internal_links_function(pad, no_links);
    gst_pad_set_active(pad, TRUE);
    gst_element_add_pad(element, pad);
    return pad;
}

// The number at the end of "sink_7"; nothing for another name.
std::optional<unsigned> number_in(const gchar* name) {
    unsigned number = 0;
    if (name == nullptr || std::sscanf(name, "sink_%4u", &number) != 1) return std::nullopt;
    return number;
}

GstPad* on_request_pad(GstElement* element, GstPadTemplate* pad_template, const gchar* wanted,
                       const GstCaps*) {
    Mix& mix = mix_of(element);
    unsigned number = 0;
    {
        const std::lock_guard lock(mix.mutex);
        if (mix.channels.size() >= MixMinus::kMaxSpeakers) return nullptr;
        number = number_in(wanted).value_or(mix.next_number);
        mix.next_number = std::max(mix.next_number, number + 1);
    }
    const std::string suffix = std::to_string(number);
    GstPad* minus = new_src(element, "minus_%u", ("minus_" + suffix).c_str());
    const auto channel = std::make_shared<Channel>(minus);
    gst_pad_set_active(minus, TRUE);
    if (!gst_element_add_pad(element, minus)) return nullptr;
    begin_stream(minus);
    GstPad* sink = new_sink(element, pad_template, ("sink_" + suffix).c_str(), channel);
    const std::lock_guard lock(mix.mutex);
    mix.channels.push_back(channel);
    return sink;
}

void on_release_pad(GstElement* element, GstPad* sink) {
    Mix& mix = mix_of(element);
    const std::shared_ptr<Channel> channel = *reinterpret_cast<StagemixPad*>(sink)->channel;
    {
        const std::lock_guard lock(mix.mutex);
        std::erase(mix.channels, channel);
    }
    gst_pad_set_active(sink, FALSE);
    gst_element_remove_pad(element, sink);
    gst_pad_set_active(channel->minus, FALSE);
    gst_element_remove_pad(element, channel->minus);
}

GstStateChangeReturn on_change_state(GstElement* element, GstStateChange transition) {
    Mix& mix = mix_of(element);
    if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) mix.task.start(mix.thread_name);
    if (transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED) mix.task.pause();
    if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) mix.task.request_stop();
    const GstStateChangeReturn result =
        GST_ELEMENT_CLASS(stagemix_parent_class)->change_state(element, transition);
    if (result == GST_STATE_CHANGE_FAILURE) return result;
    if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) {
        begin_stream(mix.programme);
        return GST_STATE_CHANGE_NO_PREROLL;
    }
    if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING) mix.task.play();
    if (transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED) return GST_STATE_CHANGE_NO_PREROLL;
    if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) mix.task.stop();
    return result;
}

void set_property(GObject* object, guint id, const GValue* value, GParamSpec* spec) {
    if (id != kPropertyThreadName) {
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
        return;
    }
    const gchar* name = g_value_get_string(value);
    mix_of(GST_ELEMENT(object)).thread_name = name == nullptr ? "mixer" : name;
}

void finalize(GObject* object) {
    delete reinterpret_cast<Stagemix*>(object)->mix;
    G_OBJECT_CLASS(stagemix_parent_class)->finalize(object);
}

void finalize_pad(GObject* object) {
    delete reinterpret_cast<StagemixPad*>(object)->channel;
    G_OBJECT_CLASS(stagemix_pad_parent_class)->finalize(object);
}

void add_template(GstElementClass* element_class, const char* name, GstPadDirection direction,
                  GstPadPresence presence, const std::string& caps_text) {
    GstCaps* caps = gst_caps_from_string(caps_text.c_str());
    gst_element_class_add_pad_template(element_class, gst_pad_template_new(name, direction, presence, caps));
    gst_caps_unref(caps);
}

void stagemix_pad_class_init(StagemixPadClass* pad_class) {
    G_OBJECT_CLASS(pad_class)->finalize = finalize_pad;
}
void stagemix_pad_init(StagemixPad* pad) {
    pad->channel = new std::shared_ptr<Channel>;
}

void stagemix_class_init(StagemixClass* mix_class) {
    auto* object_class = G_OBJECT_CLASS(mix_class);
    object_class->set_property = set_property;
    object_class->finalize = finalize;
    g_object_class_install_property(
        object_class, kPropertyThreadName,
        g_param_spec_string("thread-name", "Thread name", "Name of the mixing thread, at most 15 characters",
                            "mixer", static_cast<GParamFlags>(G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS)));
    auto* element_class = GST_ELEMENT_CLASS(mix_class);
    element_class->request_new_pad = on_request_pad;
    element_class->release_pad = on_release_pad;
    element_class->change_state = on_change_state;
    add_template(element_class, "sink_%u", GST_PAD_SINK, GST_PAD_REQUEST,
                 std::string(kOpusCaps) + ";" + kRawCaps);
    add_template(element_class, "programme", GST_PAD_SRC, GST_PAD_ALWAYS, kRawCaps);
    add_template(element_class, "minus_%u", GST_PAD_SRC, GST_PAD_SOMETIMES, kRawCaps);
    gst_element_class_set_static_metadata(element_class, "Stage mixer", "Generic/Audio",
                                          "Mixes a stage: programme, and each speaker the room without them",
                                          "Stagecast");
}

void stagemix_init(Stagemix* self) {
    auto* element = GST_ELEMENT(self);
    self->mix = new Mix(element);
    self->mix->programme = new_src(element, "programme", "programme");
    gst_element_add_pad(element, self->mix->programme);
    GST_OBJECT_FLAG_SET(element, GST_ELEMENT_FLAG_SOURCE);
}

}  // namespace

void Mix::snapshot() {
    live.clear();
    seats.clear();
    const std::lock_guard lock(mutex);
    for (const auto& channel : channels) {
        if (channel->input) live.push_back({channel, channel->input});
    }
}

// Own mixes first: downstream knows at the programme's buffer who has heard this tick.
void Mix::tick(std::int64_t start_frames, StagemixTask::Continuity continuity) {
    snapshot();
    for (const Live& one : live) seats.push_back({one.channel->strip.get(), one.input.get()});
    desk.mix(seats, start_frames + static_cast<std::int64_t>(kBlockFrames));
    for (const Live& one : live) {
        if (one.channel->strip->hears != Strip::Hears::kOwnMix) continue;
        gst_pad_push(one.channel->minus, to_buffer(one.channel->strip->minus, start_frames, continuity));
    }
    live.clear();
    gst_pad_push(programme, to_buffer(desk.programme(), start_frames, continuity));
}

void register_stagemix() {
    gst_element_register(nullptr, "stagemix", GST_RANK_NONE, stagemix_get_type());
}

std::shared_ptr<Strip> strip_of(GstPad* sink) {
    return channel_of(sink).strip;
}

}  // namespace stagecast::mixer
