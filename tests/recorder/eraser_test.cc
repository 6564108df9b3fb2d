#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "tests/recorder/world.h"

using namespace stagecast;
using namespace stagecast::testing;
using recorder::Eraser;
using recorder::Renderer;
using recorder::StemWriter;

namespace {

struct Archive : World {
    using World::World;
    StemWriter writer{*database, blobs, clock, random, metrics};
    Renderer renderer{*database, blobs, clock, random, metrics, nullptr};
    Eraser eraser{*database, blobs, clock, random, writer, renderer};

    void publish() {
        end_room(kLive + std::chrono::seconds(2));
        renderer.start();
        renderer.request(room.id);
        renderer.drain();
        REQUIRE(episode().state == store::EpisodeState::kPublished);
    }
    std::vector<store::Receipt> receipts(const SpeakerId& speaker) {
        return read([&](auto& s) { return store::receipts::of_speaker(s, speaker); });
    }
};

}  // namespace

TEST_CASE("taking back the recording erases the voice everywhere, and the episode goes on without it",
          "[recorder]") {
    const TemporaryDirectory directory;
    Archive archive(directory.path());
    const auto leaver = archive.speaker(kAll);
    const auto stem = archive.stem(leaver, tone(500, 0.3, 96'000), kLive);
    archive.stem(archive.speaker(kAll), tone(1000, 0.3, 96'000), kLive);
    archive.publish();
    const auto before = archive.episode();
    const auto stem_bytes =
        *archive.blobs.size_bytes(stem.blob) + *archive.blobs.size_bytes(recorder::sidecar_key(stem.blob));
    archive.clock.advance(std::chrono::hours(24 * 30));

    const auto receipt = archive.eraser.withdraw(leaver, kRecordOnly, "page");
    CHECK(receipt.withdrawn == kAll);
    CHECK(receipt.stems_erased == 1);
    CHECK(receipt.bytes_erased == static_cast<std::int64_t>(stem_bytes));
    CHECK(receipt.renderings_erased == std::vector<std::string>{before.rendering});
    CHECK_FALSE(archive.blobs.size_bytes(stem.blob));
    CHECK_FALSE(archive.blobs.size_bytes(recorder::sidecar_key(stem.blob)));
    CHECK(archive.rendering(before.rendering).state == store::RenderingState::kErased);
    CHECK(archive.standing(leaver).empty());
    REQUIRE(archive.receipts(leaver).size() == 1);
    CHECK(archive.receipts(leaver)[0].body == recorder::to_json(receipt));

    archive.renderer.drain();
    const auto now = archive.episode();
    CHECK(now.state == store::EpisodeState::kPublished);
    CHECK(now.guid == before.guid);
    CHECK(now.published_at == before.published_at);
    CHECK(archive.files() == 2 + 4);
    for (const char* format : {"m4a", "mp3", "opus"}) {
        const auto heard = decode_file(archive.file(format));
        CHECK(amplitude_at(heard, 1000) > 0.02);
        CHECK(amplitude_at(heard, 500) < amplitude_at(heard, 1000) / 1000);
    }
}

TEST_CASE("taking back the podcast alone keeps the stem and takes the voice out of the episode",
          "[recorder]") {
    const TemporaryDirectory directory;
    Archive archive(directory.path());
    const auto leaver = archive.speaker(kAll);
    const auto stem = archive.stem(leaver, tone(500, 0.3, 96'000), kLive);
    archive.publish();
    const auto receipt = archive.eraser.withdraw(leaver, {Purpose::kPodcast}, "page");
    CHECK(receipt.stems_erased == 0);
    CHECK(receipt.renderings_erased.size() == 1);
    archive.renderer.drain();
    CHECK(archive.episode().state == store::EpisodeState::kUnpublished);
    CHECK(archive.blobs.size_bytes(stem.blob));
    CHECK(archive.files() == 2);
    archive.answer(leaver, kAll);
    archive.renderer.request(archive.room.id);
    archive.renderer.drain();
    CHECK(archive.episode().state == store::EpisodeState::kPublished);
}

TEST_CASE("taking back what the podcast does not need leaves the episode alone", "[recorder]") {
    const TemporaryDirectory directory;
    Archive archive(directory.path());
    const auto speaker = archive.speaker(kAll);
    archive.stem(speaker, tone(500, 0.3, 96'000), kLive);
    archive.publish();
    const auto before = archive.episode();
    const auto receipt = archive.eraser.withdraw(speaker, {Purpose::kClip}, "page");
    CHECK(receipt.withdrawn == Purposes{Purpose::kClip});
    CHECK(receipt.renderings_erased.empty());
    archive.renderer.drain();
    CHECK(archive.episode().rendering == before.rendering);
}

TEST_CASE("taking back while speaking ends the stem at once and leaves no byte", "[recorder]") {
    const TemporaryDirectory directory;
    Archive archive(directory.path());
    const auto speaker = archive.speaker(kAll);
    const auto packets = opus_packets(tone(440, 0.3, 48'000));
    const auto sink = archive.writer.open(archive.room.id, speaker);
    const auto start = std::chrono::steady_clock::now();
    const auto send = [&](std::uint32_t n) {
        sink->packet(
            {bytes_of(packets[n]), n * 960, static_cast<std::uint16_t>(n), start + Milliseconds(20 * n)});
    };
    for (std::uint32_t n = 0; n < 25; ++n) send(n);
    REQUIRE(comes_true([&] { return packets_taken(archive.metrics) == 25; }));
    CHECK(archive.files() == 2);
    CHECK(archive.eraser.withdraw(speaker, kAll, "guest link").stems_erased == 1);
    CHECK(archive.files() == 0);
    for (std::uint32_t n = 25; n < 50; ++n) send(n);
    archive.writer.close_room(archive.room.id);
    CHECK(archive.files() == 0);
    CHECK_THROWS_AS(archive.writer.open(archive.room.id, speaker), Forbidden);
}

TEST_CASE("a withdrawal that a crash interrupted is finished at the next start, with its receipt, once",
          "[recorder]") {
    const TemporaryDirectory directory;
    Archive archive(directory.path());
    const auto leaver = archive.speaker(kAll);
    const auto other = archive.speaker(kAll);
    const auto stem = archive.stem(leaver, tone(500, 0.3, 96'000), kLive);
    archive.stem(other, tone(1000, 0.3, 96'000), kLive);
    archive.publish();
    const Purposes taken = GENERATE(Purposes{Purpose::kRecord}, Purposes{Purpose::kPodcast});
    archive.database->write([&](store::Tx& tx) {
        recorder::withdraw(tx, leaver, archive.room.id, taken, "page", archive.clock.now());
    });
    CHECK(archive.eraser.recover() == 1);
    CHECK(archive.eraser.recover() == 0);
    CHECK(archive.receipts(leaver).size() == 1);
    CHECK(archive.receipts(other).empty());
    CHECK(archive.blobs.size_bytes(stem.blob).has_value() == !taken.contains(Purpose::kRecord));
    archive.renderer.drain();
    const auto heard = decode_file(archive.file("opus"));
    CHECK(amplitude_at(heard, 500) < amplitude_at(heard, 1000) / 1000);
}

TEST_CASE("a withdrawal that names nothing or nobody is refused and changes nothing", "[recorder]") {
    const TemporaryDirectory directory;
    Archive archive(directory.path());
    const auto speaker = archive.speaker(kAll);
    CHECK_THROWS_AS(archive.eraser.withdraw(speaker, {}, "page"), Invalid);
    CHECK_THROWS_AS(archive.eraser.withdraw(SpeakerId::make(archive.random), kAll, "page"), NotFound);
    CHECK(archive.standing(speaker) == kAll);
    CHECK(archive.receipts(speaker).empty());
}

TEST_CASE("a receipt says what was done in words that can be read again", "[recorder]") {
    recorder::ReceiptBody receipt;
    receipt.withdrawn = {Purpose::kRecord, Purpose::kPodcast};
    receipt.stems_erased = 2;
    receipt.bytes_erased = 12'345;
    receipt.at = kLive;
    receipt.cannot_be_undone = "copies";
    const auto json = nlohmann::json::parse(recorder::to_json(receipt));
    CHECK(json["withdrawn"] == nlohmann::json({"record", "podcast"}));
    CHECK(json["stems_erased"] == 2);
    CHECK(json["bytes_erased"] == 12'345);
    CHECK(json["at"] == "2026-11-24T19:00:00Z");
    CHECK(json["cannot_be_undone"] == "copies");
}
