#include <catch2/catch.hpp>

#include "base/error.h"
#include "fixture.h"

using namespace stagecast;
using namespace stagecast::store;
using store::test::at;
using store::test::House;
using store::test::Kind;
using store::test::TestDatabase;

namespace {

struct Stage : House {
    explicit Stage(Database& database) : House(database), speaker(make.speaker(room.id)) {
        database.write([&](Tx& tx) { rooms::insert_speaker(tx, speaker); });
    }
    Consent consent(Purpose purpose, Decision decision) const {
        return Consent{speaker.id, room.id, purpose, decision, "2026-1", "fr", "page", at(7'000)};
    }
    Speaker speaker;
};

Rendering rendering_of(const Episode& episode, const std::string& hash) {
    return Rendering{hash, episode.id, RenderingState::kQueued, 0, 0, 0, "", at(8'000)};
}

}  // namespace

TEST_CASE("consents: the ledger keeps its order, of the speaker and of the room", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    const Stage stage(*database);
    database->write([&](Tx& tx) {
        consents::append(tx, stage.consent(Purpose::kRecord, Decision::kGiven));
        consents::append(tx, stage.consent(Purpose::kClip, Decision::kRefused));
        consents::append(tx, stage.consent(Purpose::kRecord, Decision::kWithdrawn));
    });
    database->read([&](Snapshot& s) {
        const auto lines = consents::of_speaker(s, stage.speaker.id);
        REQUIRE(lines.size() == 3);
        CHECK(lines[0].decision == Decision::kGiven);
        CHECK(lines[1].purpose == Purpose::kClip);
        CHECK(lines[1].wording == "2026-1");
        CHECK(lines[1].language == "fr");
        CHECK(lines[2].decision == Decision::kWithdrawn);
        CHECK(lines[2].at == at(7'000));
        CHECK(consents::of_room(s, stage.room.id).size() == 3);
    });
}

TEST_CASE("consents: a line once written can neither be changed nor erased, by no program", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    const Stage stage(*database);
    database->write(
        [&](Tx& tx) { consents::append(tx, stage.consent(Purpose::kRecord, Decision::kRefused)); });
    CHECK_THROWS(database.run_outside("UPDATE consents SET decision = 'given'"));
    CHECK_THROWS(database.run_outside("DELETE FROM consents"));
    CHECK(database->read([&](Snapshot& s) { return consents::of_room(s, stage.room.id).at(0).decision; }) ==
          Decision::kRefused);
}

TEST_CASE("consents: a speaker or room that is not there gives no consent", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    Stage stage(*database);
    auto consent = stage.consent(Purpose::kRecord, Decision::kGiven);
    consent.speaker = stage.make.id<SpeakerId>();
    CHECK_THROWS_AS(database->write([&](Tx& tx) { consents::append(tx, consent); }), Error);
}

TEST_CASE("stems: what was stored is found, of the room, the speaker and in a state", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    Stage stage(*database);
    auto first = stage.make.stem(stage.speaker);
    auto second = stage.make.stem(stage.speaker);
    second.started_at = at(4'999);
    database->write([&](Tx& tx) {
        stems::insert(tx, first);
        stems::insert(tx, second);
    });
    first.state = StemState::kErased;
    first.frames = 48'000LL * 3'600 * 200;
    first.erased_at = at(9'000);
    database->write([&](Tx& tx) { stems::update(tx, first); });
    database->read([&](Snapshot& s) {
        const auto found = stems::find(s, first.id).value();
        CHECK(found.frames == first.frames);
        CHECK(found.erased_at == at(9'000));
        CHECK(found.blob == first.blob);
        CHECK(stems::of_room(s, stage.room.id).at(0).id == second.id);
        CHECK(stems::of_speaker(s, stage.speaker.id).size() == 2);
        CHECK(stems::in_state(s, StemState::kOpen).size() == 1);
        CHECK(stems::in_state(s, StemState::kErased).at(0).id == first.id);
    });
    CHECK_THROWS_AS(database->write([&](Tx& tx) { stems::update(tx, stage.make.stem(stage.speaker)); }),
                    NotFound);
}

TEST_CASE("episodes: a room has one, and feeds list the published ones, newest first", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    Stage stage(*database);
    auto first = stage.make.episode(stage.room);
    const auto next_room = stage.make.airing(stage.show, at(1'900'000'000));
    auto second = stage.make.episode(next_room);
    const auto spontaneous_room = stage.make.room(stage.channel.id, at(1'950'000'000));
    auto spontaneous = stage.make.episode(spontaneous_room);
    database->write([&](Tx& tx) {
        rooms::insert(tx, next_room);
        rooms::insert(tx, spontaneous_room);
        for (const auto* episode : {&first, &second, &spontaneous}) episodes::insert(tx, *episode);
        CHECK(episodes::of_show(tx, stage.show.id, 9).empty());
        for (auto* episode : {&first, &second, &spontaneous}) {
            episode->state = EpisodeState::kPublished;
            episode->rendering = std::string(64, 'a');
        }
        first.published_at = at(10'000);
        second.published_at = at(20'000);
        spontaneous.published_at = at(15'000);
        for (const auto* episode : {&first, &second, &spontaneous}) episodes::update(tx, *episode);
    });
    database->read([&](Snapshot& s) {
        const auto of_show = episodes::of_show(s, stage.show.id, 9);
        REQUIRE(of_show.size() == 2);
        CHECK(of_show[0].id == second.id);
        const auto of_channel = episodes::of_channel(s, stage.channel.id, 2);
        REQUIRE(of_channel.size() == 2);
        CHECK(of_channel[1].id == spontaneous.id);
        CHECK_FALSE(of_channel[1].show);
        const auto found = episodes::of_room(s, stage.room.id).value();
        CHECK(found.guid == first.guid);
        CHECK(found.rendering == first.rendering);
        CHECK(episodes::find(s, first.id)->published_at == at(10'000));
    });
    auto twin = stage.make.episode(stage.room);
    CHECK_THROWS_WITH(database->write([&](Tx& tx) { episodes::insert(tx, twin); }),
                      Catch::StartsWith("room"));
}

TEST_CASE("renderings: state, figures and files are kept by hash", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    Stage stage(*database);
    const auto episode = stage.make.episode(stage.room);
    const std::string hash(64, 'b');
    auto rendering = rendering_of(episode, hash);
    const std::vector<RenderingFile> files{{"mp3", "episodes/x.mp3", "audio/mpeg", 5'000'000'000},
                                           {"m4a", "episodes/x.m4a", "audio/mp4", 17}};
    database->write([&](Tx& tx) {
        episodes::insert(tx, episode);
        episodes::insert_rendering(tx, rendering, files);
        episodes::insert_rendering(tx, rendering_of(episode, std::string(64, 'c')), {});
    });
    rendering.state = RenderingState::kDone;
    rendering.duration_ms = 3'600'123;
    rendering.loudness_lufs = -16.0625;
    rendering.true_peak_dbtp = -1.25;
    database->write([&](Tx& tx) { episodes::update_rendering(tx, rendering); });
    database->write([&](Tx& tx) {
        const auto found = episodes::find_rendering(tx, hash).value();
        CHECK(found.state == RenderingState::kDone);
        CHECK(found.duration_ms == 3'600'123);
        CHECK(found.loudness_lufs == -16.0625);
        CHECK(found.true_peak_dbtp == -1.25);
        const auto stored = episodes::files(tx, hash);
        REQUIRE(stored.size() == 2);
        CHECK(stored[0].format == "m4a");
        CHECK(stored[1].size_bytes == 5'000'000'000);
        CHECK(stored[1].type == "audio/mpeg");
        CHECK(episodes::renderings_of(tx, episode.id).size() == 2);
        CHECK(episodes::renderings_in(tx, RenderingState::kQueued).size() == 1);
        episodes::set_files(tx, hash, {});
        CHECK(episodes::files(tx, hash).empty());
    });
    CHECK_THROWS_WITH(database->write([&](Tx& tx) { episodes::insert_rendering(tx, rendering, {}); }),
                      Catch::StartsWith("hash"));
}

TEST_CASE("receipts: kept as they were seen", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    Stage stage(*database);
    const Receipt receipt{stage.make.id<ReceiptId>(), stage.speaker.id, stage.room.id, "{\"stems\": 1}",
                          at(9'000)};
    database->write([&](Tx& tx) { receipts::insert(tx, receipt); });
    database->read([&](Snapshot& s) {
        CHECK(receipts::find(s, receipt.id)->body == receipt.body);
        CHECK(receipts::of_speaker(s, stage.speaker.id).at(0).at == at(9'000));
        CHECK_FALSE(receipts::find(s, stage.make.id<ReceiptId>()));
    });
}
