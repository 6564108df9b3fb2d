#include "scheduler/guide.h"

#include <catch2/catch.hpp>

#include "base/error.h"
#include "scheduler/listing.h"
#include "store/recordings.h"
#include "tests/scheduler/house.h"

using namespace stagecast;
using namespace stagecast::scheduler;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

using Titles = std::vector<std::string>;

// A house whose rows are put there one by one.
struct Station : House {
    ChannelId add_channel(const std::string& slug) {
        store::Channel made;
        made.id = ChannelId::make(random);
        made.slug = slug;
        made.title = "Channel " + slug;
        database->write([&](store::Tx& tx) { store::channels::insert(tx, made); });
        return made.id;
    }
    ShowId add_show(
        const std::string& slug, const std::string& title,
        const std::function<void(store::Show&)>& change = [](store::Show&) {}) {
        store::Show show;
        show.id = ShowId::make(random);
        show.channel = channel;
        show.slug = slug;
        show.title = title;
        show.podcast_guid = slug;
        change(show);
        database->write([&](store::Tx& tx) { store::shows::insert(tx, show); });
        return show.id;
    }
    void add_host(const ShowId& show, const AccountId& account) {
        database->write([&](store::Tx& tx) { store::shows::add_host(tx, show, account); });
    }
    store::Room add_airing(
        const std::optional<ShowId>& show, Instant starts_at,
        const std::function<void(store::Room&)>& change = [](store::Room&) {}) {
        store::Room room;
        room.id = RoomId::make(random);
        room.channel = channel;
        room.show = show;
        room.starts_at = starts_at;
        room.ends_at = starts_at + hours(1);
        change(room);
        database->write([&](store::Tx& tx) { store::rooms::insert(tx, room); });
        return room;
    }
    GuideQuery day() const { return {.from = clock.now(), .to = clock.now() + days(1)}; }
    Titles titles(const GuideQuery& query) const {
        Titles all;
        for (const auto& entry : guide->page(query).entries) all.push_back(entry.title);
        return all;
    }
    Titles found(const std::string& search) const {
        auto query = day();
        query.search = search;
        return titles(query);
    }
};

std::string field_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const Invalid& error) {
        return error.field();
    }
    return "";
}

Titles by_pages(Station& station, GuideQuery query, int limit) {
    Titles all;
    query.limit = limit;
    while (true) {
        const auto page = station.guide->page(query);
        CHECK(page.entries.size() <= static_cast<std::size_t>(limit));
        for (const auto& entry : page.entries) all.push_back(entry.title);
        if (!page.next) return all;
        query.after = page.next;
    }
}

}  // namespace

TEST_CASE("guide: what overlaps the window is in it, by start, and nothing private", "[guide]") {
    Station station;
    const auto now = station.clock.now();
    const auto tea = station.add_show("tea", "Tea");
    station.add_airing(tea, now - minutes(30));
    station.add_airing(tea, now - hours(1));  // ends when the window begins
    station.add_airing(std::nullopt, now + hours(24), [](auto& room) { room.title = "Too late"; });
    station.add_airing(std::nullopt, now + hours(3), [](auto& room) { room.title = "Late"; });
    station.add_airing(std::nullopt, now + hours(2), [](auto& room) {
        room.title = "Hidden";
        room.visibility = store::Visibility::kUnlisted;
    });
    station.add_airing(std::nullopt, now - days(3), [&](auto& room) {  // was extended, and extended
        room.title = "Marathon";
        room.ends_at = now + minutes(5);
    });
    CHECK(station.titles(station.day()) == Titles{"Marathon", "Tea", "Late"});
}

TEST_CASE("guide: an entry says what its airing says, else its show, in every language", "[guide]") {
    Station station;
    const auto show = station.add_show("tea", "Tea", [](auto& made) {
        made.notes = "Cups";
        made.category = "Leisure";
    });
    station.add_host(show, station.host);
    const auto guest = station.account("bo", "Bo");
    const auto plain = station.add_airing(show, station.clock.now() + hours(1));
    const auto special = station.add_airing(show, station.clock.now() + hours(2),
                                            [](auto& room) { room.title = "Tea with Bo"; });
    station.database->write([&](store::Tx& tx) {
        store::shows::set_texts(tx, show, {{"de", "Tee", ""}, {"fr", "Le thé", "Des tasses"}});
        store::rooms::set_hosts(tx, special.id, {guest});
        store::rooms::set_texts(tx, special.id, {{"fr", "Le thé avec Bo", ""}});
    });

    const auto usual = station.guide->entry(plain.id).value();
    CHECK(usual.title == "Tea");
    CHECK(usual.notes == "Cups");
    CHECK(usual.category == "Leisure");
    CHECK(usual.hosts.at(0).handle == "ana");
    CHECK(text_for(usual, "fr") == store::Text{"fr", "Le thé", "Des tasses"});
    CHECK(text_for(usual, "de") == store::Text{"de", "Tee", "Cups"});
    CHECK(text_for(usual, "it") == store::Text{"en", "Tea", "Cups"});

    const auto other = station.guide->entry(special.id).value();
    CHECK(other.title == "Tea with Bo");
    CHECK(other.hosts.at(0).handle == "bo");
    CHECK(text_for(other, "fr") == store::Text{"fr", "Le thé avec Bo", "Des tasses"});
    // An airing's own title is not taken for the show's in another language.
    CHECK(text_for(other, "de").title == "Tea with Bo");
}

TEST_CASE("guide: an airing in another language has its show's words in that language", "[guide]") {
    Station station;
    const auto show = station.add_show("tea", "Tea");
    const auto room = station.add_airing(show, station.clock.now(), [](auto& made) { made.language = "fr"; });
    station.database->write([&](store::Tx& tx) {
        store::shows::set_texts(tx, show, {{"fr", "Le thé", ""}});
    });
    const auto entry = station.guide->entry(room.id).value();
    CHECK(entry.language == "fr");
    CHECK(entry.title == "Le thé");
    CHECK(text_for(entry, "en").title == "Tea");
}

TEST_CASE("guide: filters by language, category and channel", "[guide]") {
    Station station;
    const auto now = station.clock.now();
    const auto english = station.add_show("english", "English", [](auto& show) { show.category = "News"; });
    const auto french = station.add_show("french", "French", [](auto& show) { show.language = "fr-ca"; });
    const auto other = station.add_channel("other");
    const auto elsewhere =
        station.add_show("elsewhere", "Elsewhere", [&](auto& show) { show.channel = other; });
    station.add_airing(english, now + hours(1));
    station.add_airing(french, now + hours(2));
    station.add_airing(elsewhere, now + hours(3), [&](auto& room) { room.channel = other; });
    const auto bilingual =
        station.add_airing(english, now + hours(4), [](auto& room) { room.title = "Both"; });
    station.database->write([&](store::Tx& tx) {
        store::rooms::set_texts(tx, bilingual.id, {{"fr", "Les deux", ""}});
    });
    const auto with = [&](auto change) {
        auto query = station.day();
        change(query);
        return station.titles(query);
    };
    CHECK(with([](auto& q) { q.language = "fr"; }) == Titles{"French", "Both"});
    CHECK(with([](auto& q) { q.language = "f"; }).empty());
    CHECK(with([](auto& q) { q.category = "News"; }) == Titles{"English", "Both"});
    CHECK(with([](auto& q) { q.channel = "other"; }) == Titles{"Elsewhere"});
    CHECK(with([](auto& q) {
              q.channel = "channel";
              q.language = "fr";
          }) == Titles{"French", "Both"});
    CHECK(with([](auto& q) {
              q.channel = "other";
              q.category = "News";
          }).empty());
}

TEST_CASE("guide: a channel is known by its former address as well", "[guide]") {
    Station station;
    station.add_airing(station.add_show("tea", "Tea"), station.clock.now());
    station.database->write([&](store::Tx& tx) {
        auto channel = store::channels::find(tx, station.channel).value();
        channel.slug = "renamed";
        store::channels::update(tx, channel);
    });
    auto query = station.day();
    query.channel = "channel";
    CHECK(station.titles(query) == Titles{"Tea"});
}

TEST_CASE("guide: a search wants every word, in titles, notes and hosts' names, whatever case and accents",
          "[guide]") {
    Station station;
    const auto now = station.clock.now();
    const auto cafe =
        station.add_show("cafe", "Café du Soir", [](auto& show) { show.notes = "Where *neighbours* meet"; });
    const auto maps = station.add_show("maps", "Old Maps");
    station.add_host(maps, station.account("zoe", "Zoë Müller"));
    station.database->write([&](store::Tx& tx) {
        store::shows::set_texts(tx, maps, {{"fr", "Vieilles cartes", ""}});
    });
    station.add_airing(cafe, now + hours(1));
    station.add_airing(maps, now + hours(2));
    const auto special =
        station.add_airing(maps, now + hours(3), [](auto& room) { room.title = "Islands that never were"; });
    station.add_airing(std::nullopt, now + hours(4), [](auto& room) { room.title = "Spontaneous CAFÉ"; });
    const auto ibn = station.account("ibn", "Ibn Battuta");
    station.database->write([&](store::Tx& tx) { store::rooms::set_hosts(tx, special.id, {ibn}); });

    CHECK(station.found("cafe") == Titles{"Café du Soir", "Spontaneous CAFÉ"});
    CHECK(station.found("  NEIGHBOURS   soir ") == Titles{"Café du Soir"});
    CHECK(station.found("zoe muller") == Titles{"Old Maps", "Islands that never were"});
    CHECK(station.found("cartes") == Titles{"Old Maps", "Islands that never were"});
    CHECK(station.found("islands") == Titles{"Islands that never were"});
    CHECK(station.found("battuta cartes") == Titles{"Islands that never were"});
    CHECK(station.found("cafe maps").empty());
    CHECK(station.found("").size() == 4);
}

TEST_CASE("guide: pages of any size, by any way of reading, give every airing once and in order", "[guide]") {
    Station station;
    const auto now = station.clock.now();
    Titles wanted;
    for (int i = 0; i < 40; ++i) {
        const auto slug = "show-" + std::to_string(i);
        const auto show = station.add_show(slug, "Show " + std::to_string(i));
        // Many at the same moment: the order among them is their ids'.
        for (int k = 0; k < 3; ++k) station.add_airing(show, now + minutes(10 * (i / 10)) + hours(k));
        station.add_airing(show, now + hours(5),
                           [&](auto& room) { room.title = "Special " + std::to_string(i); });
    }
    const auto limit = GENERATE(1, 7, 159, 160, 161);
    auto query = station.day();
    SECTION("all") {}
    SECTION("of a channel") {
        query.channel = "channel";
    }
    SECTION("of a language") {
        query.language = "en";
    }
    SECTION("searched") {
        query.search = "show";
    }
    const auto whole = station.titles(query);
    CHECK(whole.size() == 160);
    CHECK(by_pages(station, query, limit) == whole);
}

TEST_CASE("guide: a list says what the page says", "[guide]") {
    Station station;
    const auto now = station.clock.now();
    const auto show = station.add_show("tea", "Tea", [](auto& made) { made.category = "Leisure"; });
    station.add_host(show, station.host);
    station.database->write([&](store::Tx& tx) {
        store::shows::set_texts(tx, show, {{"fr", "Le thé", ""}});
    });
    station.add_airing(show, now + hours(1));
    const auto ended =
        station.add_airing(show, now + hours(2), [](auto& room) { room.state = store::RoomState::kEnded; });
    station.add_airing(show, now + hours(3), [&](auto& room) {
        room.title = "Special";
        room.lateness = store::Lateness::kDelayed;
        room.moved_from = now;
    });
    station.add_airing(std::nullopt, now + hours(4), [](auto& room) { room.title = "Spontaneous"; });
    store::Episode episode;
    episode.id = EpisodeId::make(station.random);
    episode.room = ended.id;
    episode.guid = "guid";
    episode.state = store::EpisodeState::kPublished;
    station.database->write([&](store::Tx& tx) { store::episodes::insert(tx, episode); });

    auto query = station.day();
    query.limit = GENERATE(1, 3, 4, 5);
    query.channel = GENERATE("", "channel");
    const auto page = station.guide->page(query);
    std::size_t at = 0;
    const auto next = station.guide->list(query, [&](const Listing& listing) {
        const auto& entry = page.entries.at(at++);
        const auto said = said_by(entry);
        const auto expected = listing_of(entry, said);
        CHECK(listing.room == expected.room);
        CHECK(listing.said->title == said.title);
        CHECK(title_for(*listing.said, "fr") == title_for(said, "fr"));
        CHECK(listing.said->language == said.language);
        CHECK(listing.said->category == said.category);
        CHECK(listing.said->channel_slug == said.channel_slug);
        CHECK(listing.said->show_slug == said.show_slug);
        CHECK(listing.starts_at == expected.starts_at);
        CHECK(listing.ends_at == expected.ends_at);
        CHECK(listing.state == expected.state);
        CHECK(listing.lateness == expected.lateness);
        CHECK(listing.moved_from == expected.moved_from);
        CHECK(listing.said->hosts.size() == said.hosts.size());
        CHECK(listing.episode == expected.episode);
    });
    CHECK(at == page.entries.size());
    CHECK(next == page.next);
    if (query.limit >= 4) CHECK(page.entries.at(1).episode == episode.id);
}

TEST_CASE("guide: what the roster says is never older than the airings", "[guide]") {
    Station station;
    const auto show = station.add_show("tea", "Tea");
    station.add_airing(show, station.clock.now());
    CHECK(station.titles(station.day()) == Titles{"Tea"});
    station.database->write([&](store::Tx& tx) {
        auto stored = store::shows::find(tx, show).value();
        stored.title = "Coffee";
        store::shows::update(tx, stored);
    });
    CHECK(station.titles(station.day()) == Titles{"Coffee"});
    station.add_host(show, station.host);
    CHECK(station.guide->page(station.day()).entries.at(0).hosts.size() == 1);
    station.database->write([&](store::Tx& tx) { store::shows::set_texts(tx, show, {{"fr", "Café", ""}}); });
    CHECK(text_for(station.guide->page(station.day()).entries.at(0), "fr").title == "Café");
    station.database->write([&](store::Tx& tx) {
        auto channel = store::channels::find(tx, station.channel).value();
        channel.title = "Renamed";
        store::channels::update(tx, channel);
    });
    CHECK(station.guide->page(station.day()).entries.at(0).channel_title == "Renamed");
}

TEST_CASE("guide: an ended airing leads to its published episode alone", "[guide]") {
    Station station;
    const auto count = GENERATE(2, 20);  // one by one, and all at once
    const auto show = station.add_show("tea", "Tea");
    std::vector<store::Room> rooms;
    for (int i = 0; i < count; ++i)
        rooms.push_back(station.add_airing(show, station.clock.now() + minutes(i),
                                           [](auto& room) { room.state = store::RoomState::kEnded; }));
    const auto add_episode = [&](const store::Room& room, store::EpisodeState state) {
        store::Episode episode;
        episode.id = EpisodeId::make(station.random);
        episode.room = room.id;
        episode.guid = room.id.text();
        episode.state = state;
        station.database->write([&](store::Tx& tx) { store::episodes::insert(tx, episode); });
        return episode.id;
    };
    const auto published = add_episode(rooms[0], store::EpisodeState::kPublished);
    add_episode(rooms[1], store::EpisodeState::kWaiting);
    const auto page = station.guide->page(station.day());
    REQUIRE(page.entries.size() == rooms.size());
    for (const auto& entry : page.entries)
        CHECK(entry.episode == (entry.room.id == rooms[0].id ? std::optional(published) : std::nullopt));
}

TEST_CASE("guide: a moved airing is found where it was", "[guide]") {
    Station station;
    const auto now = station.clock.now();
    const auto show = station.add_show("tea", "Tea");
    station.add_airing(show, now + days(3), [&](auto& room) {
        room.title = "Away";
        room.moved_from = now + hours(2);
    });
    station.add_airing(show, now + hours(1),
                       [&](auto& room) { room.moved_from = now + hours(1); });  // and back
    const auto away = station.guide->moved_away(station.day());
    REQUIRE(away.size() == 1);
    CHECK(away[0].title == "Away");
    auto query = station.day();
    query.category = "News";
    CHECK(station.guide->moved_away(query).empty());
}

TEST_CASE("guide: what is not held any more is not what comes next, what is late still is", "[guide]") {
    Station station;
    const auto now = station.clock.now();
    const auto show = station.add_show("tea", "Tea");
    station.add_airing(show, now - minutes(40), [](auto& room) {
        room.title = "Not held";
        room.lateness = store::Lateness::kNotHeld;
    });
    station.add_airing(show, now - minutes(15), [](auto& room) {
        room.title = "Late";
        room.lateness = store::Lateness::kDelayed;
    });
    station.add_airing(show, now + hours(1), [](auto& room) {
        room.title = "Off";
        room.state = store::RoomState::kCancelled;
    });
    station.add_airing(show, now + hours(2));
    Titles coming;
    for (const auto& entry : station.guide->upcoming(show, 5)) coming.push_back(entry.title);
    CHECK(coming == Titles{"Late", "Tea"});
}

TEST_CASE("guide: on air is what is live, whatever was planned, and public", "[guide]") {
    Station station;
    const auto live = [](auto& room) { room.state = store::RoomState::kLive; };
    station.add_airing(std::nullopt, station.clock.now() - days(1), [&](auto& room) {
        live(room);
        room.title = "Overrun";
    });
    station.add_airing(std::nullopt, station.clock.now(), [&](auto& room) {
        live(room);
        room.title = "Quiet word";
        room.visibility = store::Visibility::kPrivate;
    });
    const auto entries = station.guide->on_air();
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].title == "Overrun");
}

TEST_CASE("guide: new voices are hosts who were on air few times and are on soon, the soonest first",
          "[guide]") {
    Station station;
    const auto now = station.clock.now();
    const auto add = [&](const std::string& name, int held, Milliseconds ahead) {
        const auto show = station.add_show(name, name);
        station.add_host(show, station.account(name, name));
        for (int i = 0; i < held; ++i)
            station.add_airing(show, now - days(i + 1), [&](auto& room) {
                room.state = store::RoomState::kEnded;
                room.live_at = room.starts_at;
            });
        if (ahead.count() > 0) station.add_airing(show, now + ahead);
        return show;
    };
    add("old", kNewVoiceHeld + 1, hours(1));
    add("fresh", 0, days(2));
    add("nearly-old", kNewVoiceHeld, hours(2));
    add("far", 0, kNewVoiceAhead + hours(1));
    add("idle", 0, Milliseconds(0));
    const auto names = [&] {
        Titles all;
        for (const auto& voice : station.guide->new_voices()) all.push_back(voice.host.name);
        return all;
    };
    CHECK(names() == Titles{"nearly-old", "fresh"});
    const auto voices = station.guide->new_voices();
    CHECK(voices.at(0).held == kNewVoiceHeld);
    CHECK(voices.at(0).next.room.starts_at == now + hours(2));

    // Chosen once a minute, and never more than the rail holds.
    for (int i = 0; i < 2 * kNewVoices; ++i) add("more-" + std::to_string(i), 0, hours(3));
    CHECK(names().size() == 2);
    station.clock.advance(minutes(1));
    CHECK(names().size() == kNewVoices);
    CHECK(names().at(0) == "nearly-old");
}

TEST_CASE("guide: what one can choose from is what is on the programme", "[guide]") {
    Station station;
    station.add_show("tea", "Tea", [](auto& show) { show.category = "Leisure"; });
    const auto maps = station.add_show("maps", "Maps", [](auto& show) { show.category = "History"; });
    station.add_show("gone", "Gone", [&](auto& show) {
        show.category = "Past";
        show.language = "la";
        show.retired_at = station.clock.now();
    });
    station.database->write([&](store::Tx& tx) {
        store::shows::set_texts(tx, maps, {{"fr", "Cartes", ""}});
    });
    const auto choices = station.guide->choices();
    CHECK(choices.languages == Titles{"en", "fr"});
    CHECK(choices.categories == Titles{"History", "Leisure"});
    REQUIRE(choices.channels.size() == 1);
}

TEST_CASE("guide: a query out of bounds is refused by its field", "[guide]") {
    Station station;
    const auto with = [&](auto change) {
        auto query = station.day();
        change(query);
        return field_of([&] { station.guide->page(query); });
    };
    CHECK(with([](auto& q) { q.to = q.from; }) == "to");
    CHECK(with([](auto& q) { q.to = q.from + kMaxGuideSpan; }).empty());
    CHECK(with([](auto& q) { q.to = q.from + kMaxGuideSpan + Milliseconds(1); }) == "to");
    CHECK(with([](auto& q) { q.limit = 0; }) == "limit");
    CHECK(with([](auto& q) { q.limit = kMaxGuideEntries + 1; }) == "limit");
    CHECK(with([](auto& q) { q.channel = "nowhere"; }) == "channel");
    CHECK(with([](auto& q) { q.search = std::string(kMaxSearchCharacters + 1, 'x'); }) == "q");
    CHECK(with([](auto& q) { q.search = "\xff"; }) == "q");
    CHECK(with([](auto& q) { q.category = std::string(1'000, 'x'); }) == "category");
}

TEST_CASE("guide: a room is found by the beginning of its id, if it is public and that is its alone",
          "[guide]") {
    Station station;
    const auto room =
        station.add_airing(std::nullopt, station.clock.now(), [](auto& made) { made.title = "Tea"; });
    const auto hidden = station.add_airing(std::nullopt, station.clock.now(), [](auto& made) {
        made.visibility = store::Visibility::kUnlisted;
    });
    const auto find = [&](const std::string& beginning) {
        return station.database->read(
            [&](store::Snapshot& s) { return store::rooms::find_public_by_beginning(s, beginning); });
    };
    CHECK(find(room.id.text().substr(0, 12)) == room.id);
    CHECK(find(room.id.text()) == room.id);
    CHECK_FALSE(find(hidden.id.text().substr(0, 12)));
    CHECK_FALSE(find(room.id.text() + "a"));
    station.add_airing(std::nullopt, station.clock.now(), [](auto& made) { made.title = "Other"; });
    CHECK_FALSE(find(""));
}
