#include "access/allow.h"

#include <catch2/catch.hpp>
#include <map>

#include "base/error.h"
#include "store/channels.h"
#include "store/recordings.h"
#include "store/rooms.h"
#include "store/shows.h"
#include "tests/access/house.h"

using namespace stagecast;
using namespace stagecast::access;
using stagecast::store::Snapshot;
using stagecast::store::Tx;

namespace {

// One channel with one show; a public, an unlisted and a private room; a person of every kind.
struct World : House {
    World() {
        database->write([&](Tx& tx) {
            for (const auto* who : {"owner", "channel host", "moderator", "show host", "speaker", "listener"})
                add_account(tx, who);
            people["stranger"] = {};
            people["operator"] = people["listener"];
            people["operator"].is_operator = true;
            channel = ChannelId::make(random);
            show = ShowId::make(random);
            store::Channel c;
            c.id = channel;
            c.slug = "channel";
            c.title = "Channel";
            store::channels::insert(tx, c);
            store::channels::set_member(tx, channel, *people["owner"].account, store::ChannelRole::kOwner);
            store::channels::set_member(tx, channel, *people["channel host"].account,
                                        store::ChannelRole::kHost);
            store::channels::set_member(tx, channel, *people["moderator"].account,
                                        store::ChannelRole::kModerator);
            store::Show s;
            s.id = show;
            s.channel = channel;
            s.slug = "show";
            s.title = "Show";
            store::shows::insert(tx, s);
            store::shows::add_host(tx, show, *people["show host"].account);
            open_room = add_room(tx, store::Visibility::kPublic);
            unlisted_room = add_room(tx, store::Visibility::kUnlisted);
            private_room = add_room(tx, store::Visibility::kPrivate);
            speaker = add_speaker(tx, people["speaker"].account, store::StageRole::kSpeaker);
            const auto guest = add_speaker(tx, std::nullopt, store::StageRole::kSpeaker);
            people["guest"].guest = guest;
            people["guest"].guest_room = private_room;
            stem = StemId::make(random);
            store::Stem st;
            st.id = stem;
            st.room = private_room;
            st.speaker = speaker;
            st.blob = "stems/x";
            store::stems::insert(tx, st);
        });
    }

    void add_account(Tx& tx, const std::string& who) {
        store::Account account;
        account.id = AccountId::make(random);
        account.handle = account.id.text();
        account.email = account.id.text() + "@example.org";
        account.name = who;
        account.state = store::AccountState::kActive;
        store::accounts::insert(tx, account);
        people[who].account = account.id;
    }
    RoomId add_room(Tx& tx, store::Visibility visibility) {
        store::Room room;
        room.id = RoomId::make(random);
        room.channel = channel;
        room.show = show;
        room.title = "Room";
        room.visibility = visibility;
        room.starts_at = clock.now();
        room.ends_at = clock.now() + std::chrono::hours(1);
        store::rooms::insert(tx, room);
        return room.id;
    }
    SpeakerId add_speaker(Tx& tx, std::optional<AccountId> account, store::StageRole role) {
        store::Speaker s;
        s.id = SpeakerId::make(random);
        s.room = private_room;
        s.account = std::move(account);
        s.name = "Someone";
        s.role = role;
        store::rooms::insert_speaker(tx, s);
        return s.id;
    }

    bool may(const std::string& who, Action action, const Object& object) {
        return database->read(
            [&](Snapshot& snapshot) { return allow(snapshot, people.at(who), action, object); });
    }
    // Exactly these may.
    void only(Action action, const Object& object, const std::vector<std::string>& allowed) {
        for (const auto& [who, actor] : people) {
            CAPTURE(who, static_cast<int>(action));
            CHECK(may(who, action, object) ==
                  (std::find(allowed.begin(), allowed.end(), who) != allowed.end()));
        }
    }
    template <class E>
    bool refused(const std::string& who, Action action, const Object& object) {
        try {
            database->read([&](Snapshot& snapshot) { require(snapshot, people.at(who), action, object); });
        } catch (const E&) {
            return true;
        }
        return false;
    }

    std::map<std::string, Actor> people;
    ChannelId channel;
    ShowId show;
    RoomId open_room, unlisted_room, private_room;
    SpeakerId speaker;
    StemId stem;
};

const std::vector<std::string> kEveryone{"owner",    "channel host", "moderator", "show host", "speaker",
                                         "listener", "stranger",     "operator",  "guest"};
const std::vector<std::string> kSignedIn{"owner",   "channel host", "moderator", "show host",
                                         "speaker", "listener",     "operator"};

}  // namespace

TEST_CASE("exactly those named in the table may", "[allow]") {
    World world;
    world.only(Action::kSeeGuide, Site{}, kEveryone);
    world.only(Action::kMakeChannel, Site{}, kSignedIn);
    world.only(Action::kOperate, Site{}, {"operator"});
    world.only(Action::kSeeChannel, world.channel, kEveryone);
    world.only(Action::kEditChannel, world.channel, {"owner"});
    world.only(Action::kMakeShow, world.channel, {"owner", "channel host"});
    world.only(Action::kSeeShow, world.show, kEveryone);
    world.only(Action::kEditShow, world.show, {"owner", "show host"});
    for (const auto action : {Action::kSeeRoom, Action::kListen}) {
        world.only(action, world.open_room, kEveryone);
        world.only(action, world.unlisted_room, kEveryone);
        world.only(action, world.private_room,
                   {"owner", "channel host", "moderator", "show host", "speaker", "guest"});
    }
    world.only(Action::kRunRoom, world.private_room, {"owner", "show host"});
    world.only(Action::kSpeak, world.private_room, {"speaker", "guest"});
    world.only(Action::kSpeak, world.open_room, {});
    world.only(Action::kWithdraw, world.speaker, {"speaker"});
    world.only(Action::kWithdraw, *world.people["guest"].guest, {"guest"});
    world.only(Action::kHearStem, world.stem, {"speaker"});
}

TEST_CASE("a host on the stage runs the room, a speaker does not", "[allow]") {
    World world;
    CHECK_FALSE(world.may("listener", Action::kRunRoom, world.private_room));
    world.database->write(
        [&](Tx& tx) { world.add_speaker(tx, world.people["listener"].account, store::StageRole::kHost); });
    CHECK(world.may("listener", Action::kRunRoom, world.private_room));
    CHECK_FALSE(world.may("listener", Action::kRunRoom, world.open_room));
}

TEST_CASE("who hosts one airing runs that one and no other", "[allow]") {
    World world;
    world.database->write([&](Tx& tx) {
        store::rooms::set_hosts(tx, world.private_room, {*world.people["listener"].account});
    });
    world.only(Action::kRunRoom, world.private_room, {"owner", "show host", "listener", "operator"});
    world.only(Action::kRunRoom, world.open_room, {"owner", "show host"});
    world.only(Action::kEditShow, world.show, {"owner", "show host"});
}

TEST_CASE("a refusal says sign in, or no, or nothing at all where a private room is behind it", "[allow]") {
    World world;
    CHECK(world.refused<Unauthenticated>("stranger", Action::kRunRoom, world.open_room));
    CHECK(world.refused<Forbidden>("listener", Action::kRunRoom, world.open_room));
    CHECK(world.refused<NotFound>("stranger", Action::kSeeRoom, world.private_room));
    CHECK(world.refused<NotFound>("listener", Action::kRunRoom, world.private_room));
    CHECK(world.refused<NotFound>("listener", Action::kWithdraw, world.speaker));
    CHECK(world.refused<NotFound>("listener", Action::kHearStem, world.stem));
    CHECK(world.refused<Forbidden>("owner", Action::kHearStem, world.stem));
    CHECK(world.refused<Forbidden>("guest", Action::kRunRoom, world.private_room));
}

TEST_CASE("what does not exist is not found, for everybody and every action", "[allow]") {
    World world;
    for (const auto& [who, actor] : world.people) {
        CHECK(world.refused<NotFound>(who, Action::kSeeRoom, RoomId::make(world.random)));
        CHECK(world.refused<NotFound>(who, Action::kEditShow, ShowId::make(world.random)));
        CHECK(world.refused<NotFound>(who, Action::kEditChannel, ChannelId::make(world.random)));
        CHECK(world.refused<NotFound>(who, Action::kWithdraw, SpeakerId::make(world.random)));
        CHECK(world.refused<NotFound>(who, Action::kHearStem, StemId::make(world.random)));
    }
}

TEST_CASE("an action on a thing of another kind is an error, never a yes", "[allow]") {
    World world;
    CHECK_THROWS_AS(world.may("owner", Action::kEditShow, world.channel), Invalid);
    CHECK_THROWS_AS(world.may("owner", Action::kSeeRoom, Site{}), Invalid);
}

TEST_CASE("a guest's key opens their place and nothing else", "[allow]") {
    World world;
    const auto key = world.database->write(
        [&](Tx& tx) { return world.accounts->make_guest_key(tx, *world.people["guest"].guest); });
    const auto actor = world.accounts->actor_of_guest_key(key.text);
    REQUIRE(actor);
    CHECK(actor->guest == world.people["guest"].guest);
    CHECK(actor->guest_room == world.private_room);
    CHECK_FALSE(actor->account);
    CHECK_FALSE(world.accounts->actor_of_session(key.text));
    world.clock.advance(std::chrono::days(400));
    CHECK_FALSE(world.accounts->actor_of_guest_key(key.text));
}
