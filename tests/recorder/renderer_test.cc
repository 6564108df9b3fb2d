#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "media/render.h"
#include "tests/recorder/world.h"

using namespace stagecast;
using namespace stagecast::testing;
using recorder::Renderer;
using store::EpisodeState;
using store::RenderingState;

namespace {

struct Press : World {
    using World::World;
    std::atomic<int> published{0};
    Renderer renderer{*database, blobs, clock, random, metrics, [this](const EpisodeId&) { ++published; }};

    void render() {
        renderer.start();
        renderer.request(room.id);
        renderer.drain();
    }
};

double integrated_lufs(const std::vector<float>& frames) {
    media::LoudnessMeter meter;
    meter.add(frames.data(), frames.size());
    return meter.integrated_lufs();
}

double true_peak_dbtp(const std::vector<float>& frames) {
    media::LoudnessMeter meter;
    meter.add(frames.data(), frames.size());
    return meter.true_peak_dbtp();
}

std::vector<float> joined(const std::vector<std::vector<float>>& parts) {
    std::vector<float> all;
    for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

std::vector<float> scaled(std::vector<float> frames, float factor) {
    for (float& frame : frames) frame *= factor;
    return frames;
}

Instant after(double seconds) {
    return kLive + Milliseconds(static_cast<std::int64_t>(1000 * seconds));
}

}  // namespace

TEST_CASE("real speech of a loud and a quiet speaker comes out at -16 LUFS and under -1 dBTP in every format",
          "[recorder]") {
    const TemporaryDirectory directory;
    Press press(directory.path());
    const float loud = GENERATE(0.1f, 1.0f);
    press.stem(press.speaker(kAll), scaled(speech("jfk.flac"), loud), after(0));
    press.stem(press.speaker(kAll), joined({speech("austen-0870.wav"), speech("austen-0920.wav")}),
               after(11));
    press.end_room(after(25));
    press.render();
    REQUIRE(press.episode().state == EpisodeState::kPublished);
    const auto rendering = press.rendering(press.episode().rendering);
    CHECK(rendering.state == RenderingState::kDone);
    CHECK(rendering.loudness_lufs == Approx(-16).margin(0.5));
    CHECK(rendering.true_peak_dbtp <= -1.5);
    for (const char* format : {"m4a", "mp3", "opus"}) {
        INFO(format);
        const auto path = press.file(format);
        const auto heard = decode_file(path);
        CHECK(integrated_lufs(heard) == Approx(-16).margin(1));
        CHECK(true_peak_dbtp(heard) <= -1);
        const double seconds = static_cast<double>(rendering.duration_ms) / 1000;
        CHECK(std::stod(probed(path, "format=duration")) == Approx(seconds).margin(0.1));
        CHECK(static_cast<double>(heard.size()) / 48'000 == Approx(seconds).margin(0.1));
    }
}

TEST_CASE("of those who refuse there is nothing: a tone each, no energy without consent", "[recorder]") {
    const TemporaryDirectory directory;
    Press press(directory.path());
    struct Voice {
        double hertz;
        Purposes given;
        bool heard;
    };
    const std::vector<Voice> voices{{500, kAll, true},
                                    {900, {Purpose::kRecord, Purpose::kPodcast}, true},
                                    {1500, kRecordOnly, false},
                                    {2300, {Purpose::kRecord, Purpose::kReplay, Purpose::kClip}, false}};
    for (const auto& voice : voices)
        press.stem(press.speaker(voice.given), tone(voice.hertz, 0.2, 240'000), kLive);
    press.end_room(after(5));
    press.render();
    for (const char* format : {"m4a", "mp3", "opus"}) {
        const auto heard = decode_file(press.file(format));
        const std::span<const float> middle(heard.data() + 48'000, 120'000);
        const double reference = amplitude_at(middle, 500);
        CHECK(reference > 0.01);
        for (const auto& voice : voices) {
            INFO(format << " " << voice.hertz);
            if (voice.heard)
                CHECK(amplitude_at(middle, voice.hertz) > reference / 2);
            else
                CHECK(amplitude_at(middle, voice.hertz) < reference / 1000);  // -60 dB
        }
    }
    CHECK(press.stems().size() == voices.size());
    CHECK(press.files() == 2 * voices.size() + 4);
}

TEST_CASE("what was said before the room was live, and after it ended, is cut, the rest is in its place",
          "[recorder]") {
    const TemporaryDirectory directory;
    Press press(directory.path());
    // Backstage 500 Hz, live 1000 Hz; a second voice at 2 s; both go on after the end.
    press.stem(press.speaker(kAll), joined({tone(500, 0.3, 96'000), tone(1000, 0.3, 240'000)}), after(-2));
    press.stem(press.speaker(kAll), tone(2000, 0.3, 240'000), after(2));
    press.end_room(after(4));
    press.render();
    const auto rendering = press.rendering(press.episode().rendering);
    CHECK(rendering.duration_ms == 4000);
    const auto heard = decode_file(press.file("opus"));
    const std::span<const float> all(heard);
    CHECK(amplitude_at(all.subspan(9600, 168'000), 500) < 1e-4);
    CHECK(amplitude_at(all.first(90'000), 1000) > 0.05);
    CHECK(amplitude_at(all.first(93'600), 2000) < 1e-3);
    CHECK(amplitude_at(all.subspan(98'400, 48'000), 2000) > 0.05);
}

TEST_CASE("an episode keeps its guid, its files follow what it is made of", "[recorder]") {
    const TemporaryDirectory directory;
    Press press(directory.path());
    const auto first = press.speaker(kAll);
    press.stem(first, tone(500, 0.3, 96'000), kLive);
    press.stem(press.speaker(kAll), tone(1000, 0.3, 96'000), kLive);
    press.end_room(after(2));
    press.render();
    const auto before = press.episode();
    CHECK(before.title == "Evening Talk, 2026-11-24");
    CHECK(press.published == 1);
    press.clock.advance(std::chrono::hours(1));
    press.renderer.request(press.room.id);
    press.renderer.drain();
    CHECK(press.published == 1);
    CHECK(press.episode().updated_at == before.updated_at);

    press.database->write([&](store::Tx& tx) {
        recorder::withdraw(tx, first, press.room.id, {Purpose::kPodcast}, "page", press.clock.now());
    });
    const auto old_file = press.file("m4a");
    press.renderer.request(press.room.id);
    press.renderer.drain();
    const auto after_withdrawal = press.episode();
    CHECK(press.published == 2);
    CHECK(after_withdrawal.id == before.id);
    CHECK(after_withdrawal.guid == before.guid);
    CHECK(after_withdrawal.published_at == before.published_at);
    CHECK(after_withdrawal.rendering != before.rendering);
    CHECK_FALSE(std::filesystem::exists(old_file));
    CHECK(press.rendering(before.rendering).state == RenderingState::kErased);
    const auto heard = decode_file(press.file("m4a"));
    CHECK(amplitude_at(heard, 500) < amplitude_at(heard, 1000) / 1000);
}

TEST_CASE("the files say what they are: sizes, types, tags, peaks", "[recorder]") {
    const TemporaryDirectory directory;
    Press press(directory.path());
    press.stem(press.speaker(kAll), joined({tone(500, 0.3, 96'000), std::vector<float>(96'000)}), kLive);
    press.end_room(after(4));
    press.render();
    const auto files =
        press.read([&](auto& s) { return store::episodes::files(s, press.episode().rendering); });
    REQUIRE(files.size() == 4);
    for (const auto& file : files)
        CHECK(file.size_bytes ==
              static_cast<std::int64_t>(std::filesystem::file_size(press.blobs.local_path(file.blob))));
    CHECK(probed(press.file("mp3"), "format_tags=title") == "\"Evening Talk, 2026-11-24\"");
    CHECK(probed(press.file("m4a"), "format_tags=artist") == "Evening Talk");
    const auto peaks = nlohmann::json::parse(read_file(press.file("peaks"))).get<std::vector<int>>();
    REQUIRE(peaks.size() == 40);
    CHECK(peaks[5] > 5);
    CHECK(*std::ranges::max_element(peaks) <= 100);
    CHECK(peaks[35] == 0);
}

TEST_CASE("nobody's consent, no live part or a private room means an episode that is not published",
          "[recorder]") {
    const TemporaryDirectory directory;
    Press press(directory.path());
    const int reason = GENERATE(0, 1, 2);
    const auto speaker = press.speaker(reason == 0 ? kRecordOnly : kAll);
    press.stem(speaker, tone(500, 0.3, 96'000), reason == 1 ? after(-60) : kLive);
    if (reason == 2) press.room.visibility = store::Visibility::kPrivate;
    press.end_room(after(2));
    press.render();
    CHECK(press.episode().state == EpisodeState::kUnpublished);
    CHECK(press.episode().rendering.empty());
    CHECK(press.published == 0);
    CHECK(press.files() == 2);
}

TEST_CASE("silence is published as silence", "[recorder]") {
    const TemporaryDirectory directory;
    Press press(directory.path());
    press.stem(press.speaker(kAll), noise(1, 1e-5f, 96'000), kLive);
    press.end_room(after(2));
    press.render();
    REQUIRE(press.episode().state == EpisodeState::kPublished);
    for (const float frame : decode_file(press.file("mp3"))) REQUIRE(std::abs(frame) < 0.01f);
}

TEST_CASE("what was not rendered before a stop is rendered after the next start", "[recorder]") {
    const TemporaryDirectory directory;
    World world(directory.path());
    world.stem(world.speaker(kAll), tone(500, 0.3, 96'000), kLive);
    world.end_room(after(2));
    const auto press = [&] {
        return std::make_unique<Renderer>(*world.database, world.blobs, world.clock, world.random,
                                          world.metrics, nullptr);
    };
    SECTION("asked for, and never begun") {
        press()->request(world.room.id);
    }
    SECTION("never asked for") {}
    SECTION("broken off with files in place") {
        press()->request(world.room.id);
        store::Rendering rendering;
        rendering.hash = std::string(64, 'a');
        rendering.episode = world.episode().id;
        rendering.state = RenderingState::kRunning;
        world.database->write([&](store::Tx& tx) { store::episodes::insert_rendering(tx, rendering, {}); });
        world.blobs.put("renderings/aa/" + rendering.hash + ".mp3", "half of a voice");
    }
    const auto renderer = press();
    renderer->start();
    renderer->drain();
    CHECK(world.episode().state == EpisodeState::kPublished);
    CHECK(world.files() == 2 + 4);
}

TEST_CASE("a stem whose file is gone fails its rendering and says why, the renderer goes on", "[recorder]") {
    const TemporaryDirectory directory;
    Press press(directory.path());
    const auto stem = press.stem(press.speaker(kAll), tone(500, 0.3, 96'000), kLive);
    press.end_room(after(2));
    const auto bytes = press.blobs.get(stem.blob);
    press.blobs.erase(stem.blob);
    press.render();
    CHECK(press.episode().state == EpisodeState::kWaiting);
    CHECK(press.metrics.counter("stagecast_renderings_failed_total", "") >= 1);
    press.blobs.put(stem.blob, bytes);
    press.renderer.request(press.room.id);
    press.renderer.drain();
    CHECK(press.episode().state == EpisodeState::kPublished);
}
