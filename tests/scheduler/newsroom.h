#pragma once
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "scheduler/dispatcher.h"
#include "scheduler/notices.h"
#include "store/followers.h"
#include "store/hooks.h"
#include "store/words.h"
#include "tests/scheduler/house.h"

// Says of a notice what a test wants to know of it.
class PlainWriter final : public stagecast::scheduler::MessageWriter {
public:
    using Notice = stagecast::store::Notice;
    using Snapshot = stagecast::store::Snapshot;
    stagecast::scheduler::Written write(Snapshot&, const Notice& notice,
                                        const stagecast::scheduler::Reader& reader) override {
        return said(notice, reader.language);
    }
    stagecast::scheduler::Written write_digest(Snapshot& snapshot, const Notice& digest,
                                               const stagecast::store::Follower& who) override {
        auto written = said(digest, who.language);
        for (const auto& notice : stagecast::store::dispatches::gathered(snapshot, who.id, digest.id))
            written.subject += " " + std::string(stagecast::store::word(notice.kind));
        return written;
    }
    Foot foot(const Notice&, const stagecast::store::Follower& who) override {
        return {"", "", "https://example.org/unsubscribe/" + who.id.text()};
    }
    std::string write_push(const Notice& notice, const stagecast::scheduler::Written&) override {
        return notice.id.text();
    }
    std::string write_webhook(Snapshot&, const Notice& notice, const stagecast::store::Webhook&) override {
        return "{\"id\":\"" + notice.id.text() + "\"}";
    }

private:
    static stagecast::scheduler::Written said(const Notice& notice, const std::string& language) {
        stagecast::scheduler::Written written;
        written.subject = std::string(stagecast::store::word(notice.kind));
        if (notice.minutes_before > 0) written.subject += " " + std::to_string(notice.minutes_before);
        written.text = language + "\n";
        written.html = "<html><body></body></html>";
        return written;
    }
};

// A house with a show every Tuesday at 20:00 in Paris, from noon (UTC) of one of them on, and everything that
// tells followers, by hand: mail lands as files.
struct Newsroom : House {
    Newsroom() : show(planner->create(channel, host, plan())) {
        using namespace stagecast;
        teller = std::make_unique<scheduler::Teller>(
            *database, clock, random, [this](const store::Notice& notice, std::span<const FollowerId> page) {
                if (ear) ear(notice, page);
            });
        dispatcher = std::make_unique<scheduler::Dispatcher>(
            scheduler::Dispatcher::Parts{*database, clock, random, config, metrics, writer, *teller});
    }

    // By mail alone: no account.
    stagecast::FollowerId reader(const std::string& name, const std::string& zone = "Europe/Paris") {
        using namespace stagecast;
        store::Follower made;
        made.id = FollowerId::make(random);
        made.email = name + "@example.org";
        made.zone = zone;
        made.quiet_until_minutes = 0;
        made.created_at = clock.now();
        database->write([&](store::Tx& tx) { store::followers::insert(tx, made); });
        return made.id;
    }
    void change(const stagecast::FollowerId& id,
                const std::function<void(stagecast::store::Follower&)>& edit) {
        using namespace stagecast;
        database->write([&](store::Tx& tx) {
            auto follower = store::followers::find(tx, id).value();
            edit(follower);
            store::followers::update(tx, follower);
        });
    }
    void follow(const stagecast::FollowerId& id, stagecast::store::FollowKind kind, const std::string& target,
                int ladder = stagecast::store::kUsualLadder) {
        using namespace stagecast;
        database->write([&](store::Tx& tx) {
            store::follows::add(tx, {id, kind, target, ladder, false, clock.now()});
        });
    }
    void follow_show(const stagecast::FollowerId& id, int ladder = stagecast::store::kUsualLadder) {
        follow(id, stagecast::store::FollowKind::kShow, show.id.text(), ladder);
    }
    stagecast::store::Room airing(int number = 0) {
        return database->read([&](stagecast::store::Snapshot& snapshot) {
            return stagecast::store::rooms::of_show(snapshot, show.id, clock.now(),
                                                    clock.now() + std::chrono::days(60), 10)
                .at(static_cast<std::size_t>(number));
        });
    }
    // What a studio does when a host goes live.
    void go_live(stagecast::store::Room room) {
        using namespace stagecast;
        database->write([&](store::Tx& tx) {
            room.state = store::RoomState::kLive;
            room.live_at = clock.now();
            store::rooms::update(tx, room);
            scheduler::tell(tx, random, room, {.kind = store::NoticeKind::kLive}, clock.now());
        });
    }
    void at(const char* time) {
        clock.set(stagecast::parse_iso8601(time, "test"));
        upkeep->tick();
        dispatcher->run_once();
    }
    // The subjects of the mails that a person got so far, in no order but sorted.
    std::vector<std::string> mails(const stagecast::FollowerId& id) {
        std::vector<std::string> subjects;
        const auto folder = directory.path / "mail";
        if (!std::filesystem::exists(folder)) return subjects;
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            if (entry.path().filename().string().find(id.text()) == std::string::npos) continue;
            std::ifstream stream(entry.path());
            for (std::string line; std::getline(stream, line);)
                if (line.starts_with("Subject: ")) subjects.push_back(line.substr(9, line.size() - 10));
        }
        std::sort(subjects.begin(), subjects.end());
        return subjects;
    }
    std::vector<std::string> bell(const stagecast::FollowerId& id) {
        return database->read([&](stagecast::store::Snapshot& snapshot) {
            std::vector<std::string> kinds;
            for (const auto& notice : stagecast::store::notices::heard_by(snapshot, id, 100))
                kinds.emplace_back(stagecast::store::word(notice.kind));
            std::sort(kinds.begin(), kinds.end());
            return kinds;
        });
    }

    stagecast::store::Show show;
    stagecast::Metrics metrics;
    PlainWriter writer;
    stagecast::scheduler::Teller::Ear ear;
    std::unique_ptr<stagecast::scheduler::Teller> teller;
    std::unique_ptr<stagecast::scheduler::Dispatcher> dispatcher;
};
