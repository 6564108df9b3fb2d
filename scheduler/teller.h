#pragma once
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/random.h"
#include "base/time.h"
#include "base/zone.h"
#include "scheduler/reminders.h"
#include "store/database.h"
#include "store/followers.h"
#include "store/notices.h"

namespace stagecast::scheduler {

// Finds out who is to be told what, and writes it down: notices that the hour brings, and for each notice its
// dispatches, page by page, so that neither memory nor one transaction grows with the followers. Killed at
// any moment it goes on where it was; what was written is not written twice. Thread: one at a time.
class Teller {
public:
    // Hears of each notice as it is planned, with a page of those whom it concerns: what is live in pages.
    // Not inside a transaction. After a crash a page may be heard again.
    using Ear = std::function<void(const store::Notice&, std::span<const FollowerId>)>;

    Teller(store::Database& database, const Clock& clock, Random& random, Ear ear)
        : database_(database), clock_(clock), random_(random), ear_(std::move(ear)) {}

    // Everything that is due by now. Called every few seconds and after something was told: how many notices
    // it planned.
    int tick();

private:
    void forget_old(Instant now);
    int remind(Instant now);
    void tell_replays(Instant now);
    int plan(Instant now);
    int make_digests(Instant now);
    void make_digest(store::Tx& tx, const store::Follower& who, Instant now);
    void plan_wholly(const store::Notice& notice, Instant now);
    // True where more followers are left.
    bool plan_page(store::Notice& notice, Instant now);
    void tell_one(store::Tx& tx, const store::Notice& notice, const store::Listed& who, Instant now);
    void tell_webhooks(store::Tx& tx, const store::Notice& notice, Instant now);
    std::shared_ptr<const Zone> zone(const std::string& name);

    store::Database& database_;
    const Clock& clock_;
    Random& random_;
    const Ear ear_;
    std::array<Instant, kRungs.size()> reminded_until_{};  // of each rung: starts before that have been seen
    std::optional<Instant> replays_told_until_;
    Instant forgets_at_{};
    std::map<std::string, std::shared_ptr<const Zone>> zones_;
};

}  // namespace stagecast::scheduler
