#include "base/random.h"

#include <catch2/catch.hpp>
#include <set>
#include <vector>

#include "base/id.h"

using namespace stagecast;

TEST_CASE("ids and tokens have their shape and do not repeat", "[random]") {
    SystemRandom random;
    std::set<std::string> seen;
    for (int i = 0; i < 2000; ++i) {
        const RoomId id = RoomId::make(random);
        REQUIRE(is_id_text(id.text()));
        REQUIRE(RoomId::parse(id.text()) == id);
        REQUIRE(seen.insert(id.text()).second);
        const std::string token = random_token(random);
        REQUIRE(token.size() == 43);
        REQUIRE(seen.insert(token).second);
    }
    CHECK(random_token(random, 16).size() == 22);
}

TEST_CASE("every character of the alphabet comes up in ids", "[random]") {
    SeededRandom random(1);
    std::set<char> seen;
    for (int i = 0; i < 200; ++i)
        for (const char c : random_id_text(random)) seen.insert(c);
    CHECK(seen.size() == 32);
}

TEST_CASE("the same seed gives the same bytes, another seed others", "[random]") {
    const auto bytes_of = [](std::uint64_t seed) {
        SeededRandom random(seed);
        std::vector<std::byte> bytes(21);
        random.fill(bytes);
        random.fill(bytes);
        return bytes;
    };
    CHECK(bytes_of(4) == bytes_of(4));
    CHECK(bytes_of(4) != bytes_of(5));
}

TEST_CASE("a text that is no id names nothing", "[id]") {
    SeededRandom random(1);
    const std::string good = random_id_text(random);
    for (const std::string& text :
         {std::string(), good.substr(1), good + "a", "A" + good.substr(1), "1" + good.substr(1),
          "/" + good.substr(1), std::string("\0", 1) + good.substr(1)}) {
        CHECK_FALSE(is_id_text(text));
        CHECK_THROWS_AS(ShowId::parse(text), NotFound);
    }
    CHECK(ShowId().empty());
    CHECK_THROWS_WITH(ShowId::parse("x"), "show not found");
}
