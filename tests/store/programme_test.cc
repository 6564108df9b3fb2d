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

bool same(const Show& a, const Show& b) {
    return a.id == b.id && a.channel == b.channel && a.slug == b.slug && a.title == b.title &&
           a.notes == b.notes && a.language == b.language && a.zone == b.zone && a.start == b.start &&
           a.rrule == b.rrule && a.exdates == b.exdates && a.rdates == b.rdates &&
           a.length_minutes == b.length_minutes && a.podcast_guid == b.podcast_guid &&
           a.podcast_email == b.podcast_email && a.category == b.category && a.is_explicit == b.is_explicit &&
           a.sequence == b.sequence && a.version == b.version && a.created_at == b.created_at &&
           a.updated_at == b.updated_at;
}

}  // namespace

TEST_CASE("channels: what was stored is found, with its members and their roles", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    House house(*database);
    const auto grace = house.make.account("grace");
    const auto second = house.make.channel("another");
    database->write([&](Tx& tx) {
        accounts::insert(tx, grace);
        channels::insert(tx, second);
        channels::set_member(tx, house.channel.id, house.owner.id, ChannelRole::kOwner);
        channels::set_member(tx, house.channel.id, grace.id, ChannelRole::kHost);
        channels::set_member(tx, house.channel.id, grace.id, ChannelRole::kModerator);
    });
    database->write([&](Tx& tx) {
        const auto found = channels::find_by_slug(tx, "radio").value();
        CHECK(found.id == house.channel.id);
        CHECK(found.title == "Radio radio");
        CHECK(found.colour == "#112233");
        CHECK(found.updated_at == at(1'001));
        CHECK(channels::find(tx, second.id)->slug == "another");

        const auto all = channels::all(tx);
        REQUIRE(all.size() == 2);
        CHECK(all[0].id == second.id);

        const auto members = channels::members(tx, house.channel.id);
        REQUIRE(members.size() == 2);
        CHECK(members[1].handle == "grace");
        CHECK(members[1].role == ChannelRole::kModerator);
        CHECK(channels::role_of(tx, house.channel.id, house.owner.id) == ChannelRole::kOwner);
        CHECK_FALSE(channels::role_of(tx, second.id, house.owner.id));
        CHECK(channels::of_account(tx, grace.id).at(0).id == house.channel.id);

        channels::remove_member(tx, house.channel.id, grace.id);
        CHECK(channels::of_account(tx, grace.id).empty());
    });
    CHECK_THROWS_AS(database->write([&](Tx& tx) { channels::update(tx, house.make.channel("ghost")); }),
                    NotFound);
}

TEST_CASE("slugs: one that was ever used is never given to another thing, and leads to the current one",
          "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    House house(*database);
    auto channel = house.channel;
    auto show = house.show;
    channel.slug = "station";
    show.slug = "night";
    database->write([&](Tx& tx) {
        channels::update(tx, channel);
        shows::update(tx, show);
    });
    database->read([&](Snapshot& s) {
        const auto old_channel = channels::resolve_slug(s, "radio").value();
        CHECK(old_channel.kind == SlugKind::kChannel);
        CHECK(old_channel.target_id == channel.id.text());
        CHECK(old_channel.current_slug == "station");
        const auto old_show = channels::resolve_slug(s, "evening").value();
        CHECK(old_show.kind == SlugKind::kShow);
        CHECK(old_show.current_slug == "night");
        CHECK(channels::resolve_slug(s, "night")->current_slug == "night");
        CHECK_FALSE(channels::resolve_slug(s, "never"));
        CHECK_FALSE(channels::find_by_slug(s, "radio"));
        CHECK_FALSE(shows::find_by_slug(s, "evening"));
    });

    const auto taken = GENERATE("radio", "station", "evening", "night");
    CHECK_THROWS_WITH(database->write([&](Tx& tx) { channels::insert(tx, house.make.channel(taken)); }),
                      Catch::StartsWith("slug"));
    CHECK_THROWS_AS(database->write([&](Tx& tx) { shows::insert(tx, house.make.show(channel.id, taken)); }),
                    Conflict);
    // But a thing may have its own former slug back.
    channel.slug = "radio";
    database->write([&](Tx& tx) { channels::update(tx, channel); });
    CHECK(database->read([](Snapshot& s) { return channels::resolve_slug(s, "station")->current_slug; }) ==
          "radio");
}

TEST_CASE("slugs: a free one is the wanted one, or the first number that was never used", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    House house(*database);
    database->write([&](Tx& tx) {
        CHECK(channels::free_slug(tx, "new") == "new");
        CHECK(channels::free_slug(tx, "radio") == "radio-2");
        channels::insert(tx, house.make.channel("radio-2"));
        CHECK(channels::free_slug(tx, "radio") == "radio-3");
        const auto longest = std::string(60, 'a');
        channels::insert(tx, house.make.channel(longest));
        CHECK(channels::free_slug(tx, longest) == std::string(58, 'a') + "-2");
    });
}

TEST_CASE("shows: what was stored is found, every field of it", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    House house(*database);
    auto bare = house.make.show(house.channel.id, "bare");
    bare.exdates.clear();
    bare.rdates.clear();
    bare.rrule.clear();
    bare.is_explicit = true;
    database->write([&](Tx& tx) { shows::insert(tx, bare); });
    database->read([&](Snapshot& s) {
        CHECK(same(shows::find(s, house.show.id).value(), house.show));
        CHECK(same(shows::find_by_slug(s, "bare").value(), bare));
        CHECK(shows::all(s).size() == 2);
        CHECK(shows::of_channel(s, house.channel.id).size() == 2);
        CHECK(shows::of_channel(s, house.make.id<ChannelId>()).empty());
    });
}

TEST_CASE("shows: a stale version is a conflict and changes nothing, a fresh one counts on", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    House house(*database);
    auto show = house.show;
    show.title = "Renamed";
    show.sequence = 4;
    database->write([&](Tx& tx) { shows::update(tx, show); });
    show.title = "From an old form";
    show.slug = "from-an-old-form";
    CHECK_THROWS_WITH(database->write([&](Tx& tx) { shows::update(tx, show); }),
                      Catch::StartsWith("version"));
    database->read([&](Snapshot& s) {
        const auto stored = shows::find(s, show.id).value();
        CHECK(stored.title == "Renamed");
        CHECK(stored.sequence == 4);
        CHECK(stored.version == 2);
        CHECK_FALSE(channels::resolve_slug(s, "from-an-old-form"));
    });
    CHECK_THROWS_AS(
        database->write([&](Tx& tx) { shows::update(tx, house.make.show(house.channel.id, "ghost")); }),
        NotFound);
}

TEST_CASE("shows: hosts are listed in the order they came", "[store]") {
    TestDatabase database(GENERATE(Kind::kSqlite, Kind::kPostgresql));
    House house(*database);
    const auto zoe = house.make.account("zoe");
    database->write([&](Tx& tx) {
        accounts::insert(tx, zoe);
        shows::add_host(tx, house.show.id, zoe.id);
        shows::add_host(tx, house.show.id, house.owner.id);
        shows::add_host(tx, house.show.id, zoe.id);
        const auto hosts = shows::hosts(tx, house.show.id);
        REQUIRE(hosts.size() == 2);
        CHECK(hosts[0].handle == "zoe");
        CHECK(hosts[1].account == house.owner.id);
        CHECK(shows::of_host(tx, zoe.id).at(0).id == house.show.id);
        shows::remove_host(tx, house.show.id, zoe.id);
        CHECK(shows::of_host(tx, zoe.id).empty());
        CHECK(shows::hosts(tx, house.show.id).size() == 1);
    });
}
