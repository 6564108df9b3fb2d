#include "studio/pass.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/random.h"

using namespace stagecast;
using studio::Pass;
using studio::Passes;

namespace {

constexpr Instant kNow{Milliseconds(1'800'000'000'000)};

Pass some_pass(recorder::Purposes purposes) {
    SeededRandom random(7);
    return {RoomId::make(random), SpeakerId::make(random), std::move(purposes), kNow + std::chrono::hours(1)};
}

}  // namespace

TEST_CASE("a pass says after opening what was sealed in it", "[studio]") {
    const Passes passes("a key");
    const auto pass =
        some_pass(GENERATE(recorder::Purposes{}, recorder::Purposes{recorder::Purpose::kRecord},
                           recorder::Purposes{recorder::Purpose::kRecord, recorder::Purpose::kPodcast}));
    const auto opened = passes.open(passes.seal(pass), kNow);
    CHECK(opened.room == pass.room);
    CHECK(opened.speaker == pass.speaker);
    CHECK(opened.purposes == pass.purposes);
    CHECK(opened.expires_at == pass.expires_at);
}

TEST_CASE("a pass that was changed in any character, cut, or sealed by another key is refused", "[studio]") {
    const Passes passes("a key");
    const auto token = passes.seal(some_pass({recorder::Purpose::kRecord}));
    CHECK_THROWS_AS(Passes("another key").open(token, kNow), Unauthenticated);
    for (std::size_t i = 0; i < token.size(); ++i) {
        auto changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        INFO("character " << i);
        CHECK_THROWS_AS(passes.open(changed, kNow), Unauthenticated);
        CHECK_THROWS_AS(passes.open(token.substr(0, i), kNow), Unauthenticated);
    }
    CHECK_THROWS_AS(passes.open(std::string(100'000, 'A') + ".B", kNow), Unauthenticated);
}

TEST_CASE("a pass ends at its expiry", "[studio]") {
    const Passes passes("a key");
    const auto pass = some_pass({});
    const auto token = passes.seal(pass);
    CHECK_NOTHROW(passes.open(token, pass.expires_at - Milliseconds(1)));
    CHECK_THROWS_AS(passes.open(token, pass.expires_at), Unauthenticated);
}
