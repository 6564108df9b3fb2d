#include <catch2/catch.hpp>

#include "base/error.h"
#include "tests/recorder/world.h"

using namespace stagecast;
using namespace stagecast::testing;

namespace {

Purposes withdraw(World& world, const SpeakerId& speaker, const Purposes& purposes) {
    return world.database->write([&](store::Tx& tx) {
        return recorder::withdraw(tx, speaker, world.room.id, purposes, "page", world.clock.now());
    });
}

}  // namespace

TEST_CASE("what stands is what was given and not taken back", "[recorder]") {
    const TemporaryDirectory directory;
    World world(directory.path());
    const Purposes given =
        GENERATE(Purposes{}, kRecordOnly, Purposes{Purpose::kRecord, Purpose::kPodcast}, kAll);
    const auto speaker = world.speaker(given);
    CHECK(world.standing(speaker) == given);
    CHECK(world.read([&](auto& s) { return recorder::was_asked(s, speaker); }));
    CHECK(withdraw(world, speaker, {Purpose::kPodcast}).size() == given.count(Purpose::kPodcast));
    CHECK_FALSE(world.standing(speaker).contains(Purpose::kPodcast));
    CHECK(world.standing(speaker).contains(Purpose::kRecord) == given.contains(Purpose::kRecord));
    const auto rest = world.standing(speaker);
    CHECK(withdraw(world, speaker, kRecordOnly) == rest);  // the recording takes the others with it
    CHECK(world.standing(speaker).empty());
    CHECK(withdraw(world, speaker, kAll).empty());
    world.answer(speaker, kAll);
    CHECK(world.standing(speaker) == kAll);
}

TEST_CASE("nobody asked means nothing stands", "[recorder]") {
    const TemporaryDirectory directory;
    World world(directory.path());
    const auto nobody = SpeakerId::make(world.random);
    CHECK(world.standing(nobody).empty());
    CHECK_FALSE(world.read([&](auto& s) { return recorder::was_asked(s, nobody); }));
}

TEST_CASE("an answer that cannot be taken changes nothing", "[recorder]") {
    const TemporaryDirectory directory;
    World world(directory.path());
    const auto speaker = world.speaker({});
    const auto lines = [&] {
        return world.read([&](auto& s) { return store::consents::of_speaker(s, speaker); }).size();
    };
    const auto before = lines();
    const auto answer = [&](const Purposes& given, const char* wording, const char* language) {
        world.database->write([&](store::Tx& tx) {
            recorder::answer(tx, speaker, world.room.id, given, wording, language, "page", world.clock.now());
        });
    };
    CHECK_THROWS_AS(answer({Purpose::kPodcast}, "2026-1", "en"), Invalid);
    CHECK_THROWS_AS(answer(kAll, "1999-1", "en"), Invalid);
    CHECK_THROWS_AS(answer(kAll, "2026-1", "tlh"), Invalid);
    CHECK(lines() == before);
    world.answer(speaker, kAll);
    CHECK_THROWS_AS(answer(kRecordOnly, "2026-1", "en"), Conflict);
    CHECK(world.standing(speaker) == kAll);
}

TEST_CASE("the questions are asked for every purpose in every language, in English where there is none",
          "[recorder]") {
    for (const char* language : {"en", "fr"}) {
        const auto& wording = recorder::current_wording(language);
        CHECK(wording.language == language);
        CHECK(wording.question.size() == recorder::kPurposes.size());
        CHECK(recorder::is_known_wording(wording.version, language));
    }
    CHECK(recorder::current_wording("tlh").language == "en");
    for (const auto purpose : recorder::kPurposes)
        CHECK(recorder::purpose_named(recorder::name_of(purpose), "purpose") == purpose);
    CHECK_THROWS_AS(recorder::purpose_named("resale", "purpose"), Invalid);
}
