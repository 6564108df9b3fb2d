#pragma once
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include "base/config.h"
#include "base/random.h"
#include "scheduler/guide.h"
#include "scheduler/planner.h"
#include "scheduler/upkeep.h"
#include "store/accounts.h"

// A database of its own in a directory of its own, a clock that stands at noon of 24 November 2026, one
// channel with one host, and the planner on them.
struct House {
    House() {
        using namespace stagecast;
        config.site_url = "https://example.org";
        config.data = directory.path;
        database = store::Database::open("sqlite:" + (directory.path / "test.db").string());
        database->migrate();
        database->write([&](store::Tx& tx) {
            store::Account account;
            account.id = host = AccountId::make(random);
            account.handle = "ana";
            account.email = "ana@example.org";
            account.name = "Ana";
            store::accounts::insert(tx, account);
            store::Channel made;
            made.id = channel = ChannelId::make(random);
            made.slug = "channel";
            made.title = "Channel";
            store::channels::insert(tx, made);
        });
        planner = std::make_unique<scheduler::Planner>(*database, clock, random, config.site_url);
        upkeep = std::make_unique<scheduler::Upkeep>(*database, clock, random, config.site_url);
        guide = std::make_unique<scheduler::Guide>(*database, clock);
        by = {host, "Ana"};
    }

    stagecast::AccountId account(const std::string& handle, const std::string& name) {
        using namespace stagecast;
        store::Account account;
        account.id = AccountId::make(random);
        account.handle = handle;
        account.email = handle + "@example.org";
        account.name = name;
        database->write([&](store::Tx& tx) { store::accounts::insert(tx, account); });
        return account.id;
    }

    // Every Tuesday at 20:00 in Paris, from today on.
    stagecast::scheduler::ShowPlan plan() const {
        stagecast::scheduler::ShowPlan result;
        result.title = "Thé du mardi";
        result.schedule.start = stagecast::parse_local("2026-11-24T20:00", "test");
        result.schedule.zone = "Europe/Paris";
        result.schedule.rrule = "FREQ=WEEKLY;BYDAY=TU";
        return result;
    }
    std::vector<stagecast::store::Room> airings(const stagecast::ShowId& show) const {
        using namespace stagecast;
        return database->read([&](store::Snapshot& snapshot) {
            return store::rooms::of_show(snapshot, show, Instant{}, Instant{} + std::chrono::days(80'000),
                                         10'000);
        });
    }

    struct Directory {
        Directory() {
            char text[] = "/tmp/stagecast-scheduler-XXXXXX";
            if (mkdtemp(text) == nullptr) throw std::runtime_error("mkdtemp");
            path = text;
        }
        ~Directory() { std::filesystem::remove_all(path); }
        std::filesystem::path path;
    } directory;
    stagecast::ManualClock clock{stagecast::parse_iso8601("2026-11-24T12:00:00Z", "test")};
    stagecast::SeededRandom random{1};
    stagecast::Config config;
    std::unique_ptr<stagecast::store::Database> database;
    std::unique_ptr<stagecast::scheduler::Planner> planner;
    std::unique_ptr<stagecast::scheduler::Upkeep> upkeep;
    std::unique_ptr<stagecast::scheduler::Guide> guide;
    stagecast::scheduler::Editor by;
    stagecast::AccountId host;
    stagecast::ChannelId channel;
};
