#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "scheduler/clashes.h"
#include "scheduler/rule.h"
#include "store/changes.h"
#include "store/channels.h"
#include "store/database.h"
#include "store/rooms.h"
#include "store/shows.h"

namespace stagecast::scheduler {

inline constexpr std::chrono::days kHorizon{400};
inline constexpr int kMaxPhases = 200;
inline constexpr int kMaxTexts = 8;  // further languages of a show or an airing
inline constexpr int kMaxHosts = 20;
inline constexpr std::chrono::hours kAskAgainAfter{24};  // somebody to host a show
inline constexpr int kMaxQuestions = 20;                 // to one account that it has not answered

struct ShowPlan {
    std::string title, notes, language = "en", slug;  // slug empty: made from the title
    std::vector<store::Text> texts;                   // further languages
    Schedule schedule;
    std::string category = "Society & Culture";
    std::string podcast_email;
    bool is_explicit = false;
};

// What of one airing is its own. Members that are not set stay as they are; an empty text, list or language
// goes back to the show's.
struct AiringPlan {
    std::optional<std::string> title = {}, notes = {}, language = {};
    std::optional<std::vector<store::Text>> texts = {};
    std::optional<std::vector<AccountId>> hosts = {};
    std::optional<Instant> starts_at = {};
    std::optional<int> length_minutes = {};
};

enum class Clashing { kRefuse, kAccept };

// Who edits, as other hosts know them.
struct Editor {
    AccountId account;
    std::string name;
};

// An edit of a version that is no longer the stored one. Nothing was saved.
class Stale : public Conflict {
public:
    explicit Stale(std::vector<store::Change> changes);
    // What was changed since, the oldest first.
    const std::vector<store::Change>& changes() const noexcept { return changes_; }

private:
    std::vector<store::Change> changes_;
};

// What saving a plan would do.
struct Review {
    std::vector<Slot> next;  // the first five airings
    std::vector<Clash> clashes;
    std::optional<LocalTime> free_start;
    // Airings that were moved, cancelled, retitled or have guests, and have no place in the new rule: they
    // stay as they are, beside it.
    std::vector<store::Room> misfits;
    int added = 0, removed = 0, kept = 0;
};

// Shows and their airings as rows for a rolling horizon of 400 days. An airing keeps its id when its rule,
// its start or its state changes. Thread: any. Errors: Invalid names the field, Stale for a stale version,
// Clashes.
class Planner {
public:
    Planner(store::Database& database, const Clock& clock, Random& random, std::string site_url);

    store::Show create(const ChannelId& channel, const AccountId& host, const ShowPlan& plan,
                       Clashing clashing = Clashing::kRefuse);
    // All airings from now on. Those of the past keep the schedule they had, as a phase of the show.
    store::Show update(const Editor& by, const ShowId& show, int version, const ShowPlan& plan,
                       Clashing clashing = Clashing::kRefuse);
    // This airing and all that follow: Invalid("from") unless it is a coming one with a slot. The plan's
    // airings before it are left out.
    store::Show update_from(const Editor& by, const ShowId& show, int version, const RoomId& from,
                            const ShowPlan& plan, Clashing clashing = Clashing::kRefuse);
    // What update() or, with `from`, update_from() would do; for no show: what create() would.
    Review review(const ChannelId& channel, const std::vector<AccountId>& hosts, const ShowPlan& plan,
                  const std::optional<ShowId>& show = std::nullopt,
                  const std::optional<RoomId>& from = std::nullopt);
    // Off the programme: coming airings are cancelled, calendars are told for a while.
    store::Show retire(const Editor& by, const ShowId& show, int version);

    // A room without a slot, now or later. Invalid unless title has 1 to 200 characters. One that begins now
    // is never refused for a clash: its people are there.
    store::Room spontaneous(const ChannelId& channel, const std::optional<ShowId>& show,
                            const std::string& title, Instant starts_at, int length_minutes,
                            store::Visibility visibility, Clashing clashing = Clashing::kRefuse);
    // This airing alone. Start and length only while it is scheduled; words and hosts until it has ended.
    store::Room edit(const Editor& by, const RoomId& room, int version, const AiringPlan& plan,
                     Clashing clashing = Clashing::kRefuse);
    store::Room cancel(const Editor& by, const RoomId& room, int version);
    // A cancelled airing that is still to come.
    store::Room restore(const Editor& by, const RoomId& room, int version,
                        Clashing clashing = Clashing::kRefuse);

    // Asks an account to host with others; Conflict if it does already, was asked within a day, or has
    // kMaxQuestions open. They accept or decline, or are taken off the show. Neither the last host nor a
    // stranger can be taken off.
    void invite_cohost(const Editor& by, const ShowId& show, const AccountId& cohost);
    void answer_invitation(const ShowId& show, const AccountId& cohost, store::Answer answer);
    void remove_host(const Editor& by, const ShowId& show, const AccountId& host);

private:
    store::Show change(const Editor& by, const ShowId& id, int version, const std::optional<RoomId>& from,
                       const ShowPlan& plan, Clashing clashing);

    store::Database& database_;
    const Clock& clock_;
    Random& random_;
    const std::string site_url_;
};

Schedule schedule_of(const store::Show& show);
Schedule schedule_of(const store::Phase& phase);

}  // namespace stagecast::scheduler
