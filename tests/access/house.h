#pragma once
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include "access/accounts.h"
#include "base/random.h"
#include "store/outbox.h"

// A database of its own in a directory of its own, a clock that stands, and the accounts on them.
struct House {
    explicit House(stagecast::SignUp policy = stagecast::SignUp::kOpen) {
        config.sign_up = policy;
        config.site_url = "https://example.org";
        config.data = directory.path;
        database = stagecast::store::Database::open("sqlite:" + (directory.path / "test.db").string());
        database->migrate();
        accounts = std::make_unique<stagecast::access::Accounts>(*database, clock, random, config);
    }

    // The token in the newest mail to that address whose text leads to `path`; empty if there is none.
    std::string mailed_token(const std::string& to, const std::string& path) const {
        return database->read([&](stagecast::store::Snapshot& snapshot) -> std::string {
            for (const auto& message : stagecast::store::outbox::newest(snapshot, 50)) {
                const auto at = message.text.find("https://example.org" + path);
                if (message.to == to && at != std::string::npos)
                    return message.text.substr(at + 19 + path.size(), 43);
            }
            return "";
        });
    }
    int mails() const {
        return database->read([](stagecast::store::Snapshot& snapshot) {
            return static_cast<int>(stagecast::store::outbox::newest(snapshot, 1000).size());
        });
    }
    stagecast::access::SignUpRequest request(const std::string& email) const {
        stagecast::access::SignUpRequest result;
        result.email = email;
        result.password = "correct horse";
        result.name = "Ana Lima";
        return result;
    }
    // An active account that signed up and confirmed.
    stagecast::access::Actor member(const std::string& email) {
        accounts->sign_up(request(email));
        stagecast::access::Actor actor;
        actor.account = accounts->confirm(mailed_token(email, "/confirm/")).id;
        return actor;
    }

    struct Directory {
        Directory() {
            char text[] = "/tmp/stagecast-access-XXXXXX";
            if (mkdtemp(text) == nullptr) throw std::runtime_error("mkdtemp");
            path = text;
        }
        ~Directory() { std::filesystem::remove_all(path); }
        std::filesystem::path path;
    } directory;
    stagecast::ManualClock clock{stagecast::parse_iso8601("2026-11-24T12:00:00Z", "test")};
    stagecast::SystemRandom random;
    stagecast::Config config;
    std::unique_ptr<stagecast::store::Database> database;
    std::unique_ptr<stagecast::access::Accounts> accounts;
};
