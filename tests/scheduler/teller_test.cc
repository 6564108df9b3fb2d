#include "scheduler/teller.h"

#include "tests/scheduler/newsroom.h"

using namespace stagecast;
using namespace stagecast::scheduler;
using namespace std::chrono_literals;
using store::FollowKind;
using Subjects = std::vector<std::string>;

// The show airs on 24 November 2026 at 19:00Z, and every Tuesday after.

TEST_CASE("a follower is told an hour before and when it really goes live, each once", "[teller]") {
    Newsroom news;
    const auto ana = news.reader("ana");
    news.follow_show(ana);
    news.at("2026-11-24T17:59:59Z");
    CHECK(news.mails(ana).empty());
    news.at("2026-11-24T18:00:00Z");
    CHECK(news.mails(ana) == Subjects{"reminder 60"});
    news.at("2026-11-24T18:00:10Z");
    news.at("2026-11-24T19:00:10Z");
    CHECK(news.mails(ana) == Subjects{"reminder 60"});
    news.go_live(news.airing());
    news.at("2026-11-24T19:00:20Z");
    CHECK(news.mails(ana) == Subjects{"live", "reminder 60"});
    news.at("2026-11-24T19:30:00Z");
    CHECK(news.mails(ana) == Subjects{"live", "reminder 60"});
}

TEST_CASE("each is told by their own ladder, two follows are one word", "[teller]") {
    Newsroom news;
    const auto early = news.reader("early"), late = news.reader("late"), silent = news.reader("silent"),
               both = news.reader("both");
    news.follow_show(early, store::kDay);
    news.follow_show(late, store::kTenMinutes);
    news.follow_show(silent, 0);
    news.follow_show(both, store::kHour);
    news.follow(both, FollowKind::kChannel, news.channel.text(), store::kHour | store::kTenMinutes);
    news.follow(both, FollowKind::kHost, news.host.text(), store::kHour);
    for (const auto* time : {"2026-11-30T19:00:00Z", "2026-12-01T18:00:00Z", "2026-12-01T18:50:00Z"})
        news.at(time);
    CHECK(news.mails(early) == Subjects{"reminder 1440"});
    CHECK(news.mails(late) == Subjects{"reminder 10"});
    CHECK(news.mails(silent).empty());
    CHECK(news.mails(both) == Subjects{"reminder 10", "reminder 60"});
    CHECK(news.bell(both) == Subjects{"reminder", "reminder"});
}

TEST_CASE("a late host is told of once, to those who wait for the start", "[teller]") {
    Newsroom news;
    const auto waiting = news.reader("waiting"), other = news.reader("other");
    news.follow_show(waiting);
    news.follow_show(other, store::kDay);
    for (const auto* time : {"2026-11-24T19:09:00Z", "2026-11-24T19:10:01Z", "2026-11-24T19:12:00Z"})
        news.at(time);
    CHECK(news.mails(waiting) == Subjects{"delayed"});
    CHECK(news.mails(other).empty());
}

TEST_CASE("a moved airing takes what was told of its old time along, and is reminded of anew", "[teller]") {
    Newsroom news;
    const auto ana = news.reader("ana");
    news.follow_show(ana);
    news.at("2026-11-24T18:00:00Z");
    auto airing = news.airing();
    AiringPlan plan;
    plan.starts_at = airing.starts_at + 3h;
    news.planner->edit({news.host, "Ana"}, airing.id, airing.version, plan);
    news.at("2026-11-24T18:01:00Z");
    CHECK(news.mails(ana) == Subjects{"moved", "reminder 60"});
    news.at("2026-11-24T19:20:00Z");  // not late: it is at ten
    CHECK(news.mails(ana) == Subjects{"moved", "reminder 60"});
    news.at("2026-11-24T21:00:00Z");
    CHECK(news.mails(ana) == Subjects{"moved", "reminder 60", "reminder 60"});
}

TEST_CASE("what is queued and no longer so is not sent", "[teller]") {
    Newsroom news;
    const auto ana = news.reader("ana");
    news.follow_show(ana);
    news.clock.set(parse_iso8601("2026-11-24T18:00:00Z", "test"));
    news.teller->tick();  // planned, not yet carried
    const auto airing = news.airing();
    news.planner->cancel({news.host, "Ana"}, airing.id, airing.version);
    news.at("2026-11-24T18:00:01Z");
    CHECK(news.mails(ana) == Subjects{"cancelled"});
    news.planner->restore({news.host, "Ana"}, airing.id, airing.version + 1);
    news.at("2026-11-24T18:00:02Z");
    CHECK(news.mails(ana) == Subjects{"cancelled", "restored"});
}

TEST_CASE("who unfollows is told nothing more, of what is queued neither", "[teller]") {
    Newsroom news;
    const auto ana = news.reader("ana"), ben = news.reader("ben");
    news.follow_show(ana);
    news.follow_show(ben);
    news.clock.set(parse_iso8601("2026-11-24T18:00:00Z", "test"));
    news.teller->tick();
    news.database->write(
        [&](store::Tx& tx) { store::follows::remove(tx, ana, FollowKind::kShow, news.show.id.text()); });
    news.change(ben, [](store::Follower& who) { who.by_mail = false; });
    news.at("2026-11-24T18:00:01Z");
    CHECK(news.mails(ana).empty());
    CHECK(news.mails(ben).empty());
    CHECK(news.bell(ana).empty());
    CHECK(news.bell(ben) == Subjects{"reminder"});
}

TEST_CASE("in quiet hours nobody is woken: what keeps waits for the morning, what does not is in the bell",
          "[teller]") {
    Newsroom news;
    const auto ana = news.reader("ana", "Asia/Tokyo");  // 19:00Z is 04:00 there
    news.follow_show(ana);
    news.change(ana, [](store::Follower& who) {
        who.quiet_from_minutes = 22 * 60;
        who.quiet_until_minutes = 7 * 60;
    });
    news.at("2026-11-24T18:00:00Z");
    CHECK(news.mails(ana).empty());
    CHECK(news.bell(ana) == Subjects{"reminder"});
    const auto next = news.airing(1);
    news.planner->cancel({news.host, "Ana"}, next.id, next.version);
    news.at("2026-11-24T21:59:00Z");
    CHECK(news.mails(ana).empty());
    news.at("2026-11-24T22:00:00Z");
    CHECK(news.mails(ana) == Subjects{"cancelled"});
}

TEST_CASE("a follower who moves to another zone is quiet there from then on", "[teller]") {
    Newsroom news;
    const auto ana = news.reader("ana", "Asia/Tokyo");
    news.follow_show(ana);
    news.change(
        ana, [](store::Follower& who) { who.quiet_from_minutes = 22 * 60, who.quiet_until_minutes = 420; });
    news.at("2026-11-24T18:00:00Z");
    news.change(ana, [](store::Follower& who) { who.zone = "Europe/Paris"; });
    news.at("2026-12-01T18:00:00Z");
    CHECK(news.mails(ana) == Subjects{"reminder 60"});
}

TEST_CASE("a digest says in the morning what waited, instead of single messages", "[teller]") {
    Newsroom news;
    const auto ana = news.reader("ana");
    news.follow_show(ana);
    news.change(ana, [](store::Follower& who) {
        who.digest = store::Digest::kDaily;
        who.next_digest_at = parse_iso8601("2026-11-25T07:00:00Z", "test");
    });
    const auto next = news.airing(1);
    news.planner->cancel({news.host, "Ana"}, next.id, next.version);
    news.at("2026-11-24T18:00:00Z");
    news.at("2026-11-25T06:59:00Z");
    CHECK(news.mails(ana).empty());
    CHECK(news.bell(ana) == Subjects{"cancelled", "reminder"});
    news.at("2026-11-25T07:00:00Z");
    CHECK(news.mails(ana) == Subjects{"digest cancelled"});
    news.at("2026-11-26T07:00:00Z");  // nothing waited, nothing comes
    CHECK(news.mails(ana) == Subjects{"digest cancelled"});
    news.at("2026-12-08T07:00:00Z");  // a Tuesday: the show comes
    CHECK(news.mails(ana) == Subjects{"digest", "digest cancelled"});
}

TEST_CASE("a digest follows its reader to another zone", "[teller]") {
    Newsroom news;
    const auto ana = news.reader("ana");
    news.follow_show(ana);
    news.change(ana, [](store::Follower& who) {
        who.digest = store::Digest::kDaily;
        who.next_digest_at = parse_iso8601("2026-12-08T07:00:00Z", "test");
        who.zone = "America/New_York";
    });
    news.at("2026-12-08T07:00:00Z");  // two in the morning there
    CHECK(news.mails(ana).empty());
    news.at("2026-12-08T13:00:00Z");
    CHECK(news.mails(ana) == Subjects{"digest"});
}

TEST_CASE("beyond the day's budget the rest waits for a digest", "[teller]") {
    Newsroom news;
    const auto ana = news.reader("ana");
    news.follow_show(ana);
    news.change(ana, [](store::Follower& who) { who.daily_budget = 1; });
    news.at("2026-11-24T18:00:00Z");
    const auto next = news.airing(1);
    news.planner->cancel({news.host, "Ana"}, next.id, next.version);
    news.at("2026-11-24T18:05:00Z");
    CHECK(news.mails(ana) == Subjects{"reminder 60"});
    news.at("2026-11-25T07:00:00Z");
    CHECK(news.mails(ana) == Subjects{"digest cancelled", "reminder 60"});
    const auto third = news.airing(1);
    news.planner->cancel({news.host, "Ana"}, third.id, third.version);
    news.at("2026-11-26T12:00:00Z");
    CHECK(news.mails(ana) == Subjects{"cancelled", "digest cancelled", "reminder 60"});
}

TEST_CASE("after thirty days of standstill nobody gets a stale word", "[teller]") {
    Newsroom news;
    const auto ana = news.reader("ana");
    news.follow_show(ana, store::kEveryRung);
    news.clock.set(parse_iso8601("2026-11-24T18:00:00Z", "test"));
    news.teller->tick();  // planned, not carried: the house goes down
    news.at("2026-12-24T12:00:00Z");
    CHECK(news.mails(ana).empty());
    news.at("2026-12-29T18:00:00Z");
    CHECK(news.mails(ana) == Subjects{"reminder 60"});
}

TEST_CASE("a clock that jumps back or ahead tells nothing twice and nothing late", "[teller]") {
    Newsroom news;
    const auto ana = news.reader("ana");
    news.follow_show(ana, store::kEveryRung);
    news.at("2026-11-24T18:00:00Z");
    CHECK(news.mails(ana) == Subjects{"reminder 60"});
    for (const auto* time : {"2026-11-24T17:00:00Z", "2026-11-24T18:00:00Z", "2026-11-24T18:49:00Z",
                             "2026-11-24T18:51:00Z", "2026-11-24T18:40:00Z", "2026-11-24T18:51:00Z"})
        news.at(time);
    CHECK(news.mails(ana) == Subjects{"reminder 10", "reminder 60"});
    // Over the day before and the hour before, into the last minutes.
    news.at("2026-12-01T18:52:00Z");
    CHECK(news.mails(ana) == Subjects{"reminder 10", "reminder 10", "reminder 60"});
}

TEST_CASE("a thousand pages of followers are planned page by page, and on from where a crash came",
          "[teller]") {
    Newsroom news;
    constexpr int kPeople = 2'500;
    news.database->write([&](store::Tx& tx) {
        for (int i = 0; i < kPeople; ++i) {
            store::Follower made;
            made.id = FollowerId::make(news.random);
            made.email = std::to_string(i) + "@example.org";
            made.quiet_until_minutes = 0;
            store::followers::insert(tx, made);
            store::follows::add(tx,
                                {made.id, FollowKind::kShow, news.show.id.text(), store::kHour, false, {}});
            if (i % 3 == 0)
                store::follows::add(tx,
                                    {made.id, FollowKind::kHost, news.host.text(), store::kHour, false, {}});
        }
    });
    int pages = 0;
    news.ear = [&](const store::Notice&, std::span<const FollowerId>) {
        if (++pages == 2) throw std::runtime_error("the house goes down");
    };
    news.clock.set(parse_iso8601("2026-11-24T18:00:00Z", "test"));
    CHECK_THROWS(news.teller->tick());
    news.ear = {};
    news.teller->tick();
    const auto dispatches =
        news.database->read([&](store::Snapshot& snapshot) { return store::dispatches::waiting(snapshot); });
    CHECK(dispatches == kPeople);
}

TEST_CASE("whoever did it is not told of it, co-hosts' followers are, once", "[teller]") {
    Newsroom news;
    const auto cohost = news.account("ben", "Ben");
    const auto follower = news.reader("follower");
    news.database->write([&](store::Tx& tx) {
        store::shows::add_host(tx, news.show.id, cohost);
        for (const auto& account : {news.host, cohost}) {
            auto made = store::followers::of_account(tx, account, {});
            made.quiet_until_minutes = 0;
            store::followers::update(tx, made);
        }
        for (const auto& account : {news.host, cohost}) {
            auto stored = store::accounts::find(tx, account).value();
            stored.state = store::AccountState::kActive;
            store::accounts::update(tx, stored);
        }
    });
    const auto ana = store::followers::id_of(news.host), ben = store::followers::id_of(cohost);
    news.follow_show(ana);
    news.follow_show(ben);
    news.follow(follower, FollowKind::kHost, cohost.text());
    news.follow(follower, FollowKind::kHost, news.host.text());
    const auto airing = news.airing();
    news.planner->cancel({news.host, "Ana"}, airing.id, airing.version);
    news.at("2026-11-24T12:00:01Z");
    CHECK(news.mails(ana).empty());
    CHECK(news.mails(ben) == Subjects{"cancelled"});
    CHECK(news.mails(follower) == Subjects{"cancelled"});
}

TEST_CASE("a host writes to followers, not oftener than every twelve hours", "[teller]") {
    Newsroom news;
    const auto ana = news.reader("ana");
    news.follow_show(ana, 0);
    const auto note = [&](const std::string& text) {
        news.database->write(
            [&](store::Tx& tx) { tell_note(tx, news.random, news.show, text, news.host, news.clock.now()); });
    };
    note("Bring a cup.");
    news.at("2026-11-24T12:00:01Z");
    CHECK(news.mails(ana) == Subjects{"note"});
    CHECK_THROWS_AS(note("And a spoon."), Conflict);
    CHECK_THROWS_AS(note(""), Invalid);
    news.at("2026-11-25T00:00:01Z");
    note("And a spoon.");
    news.at("2026-11-25T00:00:02Z");
    CHECK(news.mails(ana) == Subjects{"note", "note"});
}

TEST_CASE("a week passes in a second: every airing of a daily show is told as it was wished", "[teller]") {
    Newsroom news;
    auto daily = news.plan();
    daily.title = "Matins";
    daily.schedule.rrule = "FREQ=DAILY";
    daily.schedule.start = parse_local("2026-11-24T20:30", "test");
    const auto show = news.planner->create(news.channel, news.host, daily, Clashing::kAccept);
    const auto ana = news.reader("ana");
    news.follow(ana, FollowKind::kShow, show.id.text(), store::kEveryRung);
    for (auto time = news.clock.now(); time < parse_iso8601("2026-12-01T12:00:00Z", "test"); time += 5min) {
        news.clock.set(time);
        news.dispatcher->run_once();
    }
    Subjects expected;
    for (int day = 0; day < 7; ++day) {
        expected.emplace_back("reminder 10");
        expected.emplace_back("reminder 60");
        expected.emplace_back("reminder 1440");  // not of the first, which is today; but of the eighth
    }
    std::sort(expected.begin(), expected.end());
    CHECK(news.mails(ana) == expected);
}
