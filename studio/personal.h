#pragma once
#include <optional>
#include <string>
#include <vector>

#include "access/allow.h"
#include "base/config.h"
#include "base/random.h"
#include "base/time.h"
#include "scheduler/reminders.h"
#include "store/database.h"
#include "store/follows.h"
#include "studio/kept_documents.h"

namespace stagecast::studio {

inline constexpr int kMaxFollows = 1'000;    // of one person
inline constexpr int kMaxCalendarLinks = 5;  // of one person: a phone, a computer, a family calendar

// A show or channel by its slug, a former one too; a host by their handle; a room by its id.
struct FollowTarget {
    store::FollowKind kind = store::FollowKind::kShow;
    std::string name;
};

// "show", "channel", "host", "room". Throws NotFound for any other word.
store::FollowKind follow_kind_named(const std::string& word);
// "/shows/ferry-talk".
std::string path_of(const FollowTarget& target);
// "/me/calendar/{token}.ics".
std::string calendar_path(const std::string& token);

// What the table of documents calls the calendar of one link.
std::string calendar_document(const std::string& link_hash);

// What a follow button says to one visitor.
struct FollowState {
    bool is_following = false;
    std::vector<int> ladder_minutes;  // before the start
    bool attends = false;             // a room: "I'll be there"
    // For those who run the thing, and for nobody else.
    std::optional<int> followers, attending;
};
FollowState follow_state(store::Snapshot& snapshot, const access::Actor& actor, store::FollowKind kind,
                         const std::string& target_id);

// One thing that a person follows, by its present name.
struct Following {
    FollowTarget target;
    std::string title;
    std::vector<int> ladder_minutes;
    bool attends = false;
    Instant since{};
};

// What is not set stays as it is; at first the ladder is an hour and the start.
struct FollowWish {
    std::optional<std::vector<int>> ladder_minutes;  // of scheduler::kRungs
    std::optional<bool> attends;                     // of a room only
};

// For whoever stands behind a door of their own (a signed link): the same as Personal does for an account.
// The id of what the actor may see; throws NotFound.
std::string seen_target_id(store::Snapshot&, const access::Actor&, const FollowTarget&);
std::string target_id(store::Snapshot&, const FollowTarget&);  // whatever had that name; throws NotFound
Following named_target(store::Snapshot&, store::FollowKind, const std::string& id);
std::vector<Following> followings(store::Snapshot&, const FollowerId&);  // by kind and title
// Throws Conflict beyond kMaxFollows, Invalid("ladder"), Invalid("attends").
void follow(store::Tx&, const FollowerId&, store::FollowKind, const std::string& id, const FollowWish&,
            Instant now);

// What one person follows, and the documents that are made of it for them alone.
// Thread: any. Errors: Unauthenticated for whoever has no account.
class Personal {
public:
    Personal(store::Database& database, const Clock& clock, Random& random, const Config& config)
        : database_(database), clock_(clock), random_(random), config_(config) {}

    // What the target is called now. Throws NotFound for what the actor may not see, or is not there.
    Following look(const access::Actor& actor, const FollowTarget& target);
    FollowState state(const access::Actor& actor, const FollowTarget& target);
    // Following again changes what is wished. Throws NotFound as look() does, and what follow() above does.
    void follow(const access::Actor& actor, const FollowTarget& target, const FollowWish& wish = {});
    // Of what was never followed: no change. Works for what can no longer be seen. Throws NotFound for a name
    // that nothing ever had.
    void unfollow(const access::Actor& actor, const FollowTarget& target);
    std::vector<Following> following(const access::Actor& actor);  // by kind and title
    scheduler::Reminders reminders(const access::Actor& actor, Instant from, Instant to);
    // OPML 2.0 of the podcasts of all shows that following brings.
    SharedDocument opml(const access::Actor& actor);

    // The address of a calendar of all one follows: known to its owner alone, told once.
    struct NewLink {
        std::string token;  // base64url, 43 characters
        store::CalendarLink link;
    };
    struct LinkWish {
        // An alarm so many minutes before each airing, of scheduler::kRungs. Not set: those of the link that
        // is replaced, else none.
        std::optional<std::vector<int>> alarms_minutes;
        std::optional<std::string> replaced;  // the hash of a link that ends in the same moment
    };
    // Throws Invalid("alarms"), Conflict beyond kMaxCalendarLinks, NotFound where `replaced` is not theirs.
    NewLink make_link(const access::Actor& actor, const LinkWish& wish);
    std::vector<store::CalendarLink> links(const access::Actor& actor);  // newest first
    // Throws NotFound where it is not theirs.
    void revoke_link(const access::Actor& actor, const std::string& hash);
    // In its owner's language. Throws NotFound for a token that is wrong or revoked.
    SharedDocument calendar(const std::string& token);

private:
    store::Database& database_;
    const Clock& clock_;
    Random& random_;
    const Config& config_;
};

}  // namespace stagecast::studio
