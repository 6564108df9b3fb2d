#include "scheduler/id_places.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/id.h"
#include "base/random.h"

using namespace stagecast;
using namespace stagecast::scheduler;

TEST_CASE("id places: each id leads to its place, and no other id to any", "[guide]") {
    SeededRandom random(1);
    const auto count = GENERATE(0U, 1U, 2U, 31U, 5'000U);
    std::vector<std::string> ids;
    IdPlaces places(count);
    for (std::size_t i = 0; i < count; ++i) places.add(ids.emplace_back(random_id_text(random)), i);
    for (std::size_t i = 0; i < count; ++i) CHECK(places.find(ids[i]) == i);
    for (int i = 0; i < 1'000; ++i) CHECK_FALSE(places.find(random_id_text(random)));
    for (const auto* none : {"", "a", "not an id, but of 26 bytes"}) CHECK_FALSE(places.find(none));
    CHECK_THROWS_AS(places.add(random_id_text(random), count), Error);
}

TEST_CASE("id places: ids that begin alike are told apart", "[guide]") {
    IdPlaces places(32);
    std::string id(26, 'a');
    std::size_t place = 0;
    for (id.back() = 'a'; id.back() <= 'z'; ++id.back()) places.add(id, place++);
    id.back() = 'q';
    CHECK(places.find(id) == 16);
    id[25] = '2';
    CHECK_FALSE(places.find(id));
    CHECK_THROWS_AS(places.add("short", 1), Error);
}
