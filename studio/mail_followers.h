#pragma once
#include <string>
#include <vector>

#include "access/allow.h"
#include "base/config.h"
#include "base/random.h"
#include "base/time.h"
#include "scheduler/delivery.h"
#include "store/database.h"
#include "studio/personal.h"
#include "studio/telling.h"

namespace stagecast::studio {

// What a link in a mail lets its reader do: sealed (docs/formats.md), not stored.
enum class LinkUse {
    kConfirm,  // follow one thing by mail: 7 days
    kManage,   // see and change everything of one follower without account: for ever
    kEnd       // RFC 8058: end what led to one notice, or mail altogether: for ever
};
struct Link {
    LinkUse use = LinkUse::kManage;
    FollowerId follower;
    std::string what;  // kConfirm: "show:<id>"; kEnd: a notice's id
    Instant expires_at{};  // of kConfirm alone: not kept of the others
};
// Tokens of the form base64url(text) "." base64url(HMAC-SHA-256(key, text)), where text is
// "1|use|follower|expiry in ms|what" (docs/formats.md). Thread: any; immutable.
class Links {
public:
    // The key of this installation; made and kept where there is none.
    Links(store::Database& database, Random& random);
    std::string seal(const Link& link) const;
    // Throws NotFound when it was not sealed by this key, is malformed, or has expired at `now`.
    Link open(std::string_view token, LinkUse use, Instant now) const;

private:
    const std::string key_;
};

// Followers without an account: by an address that said yes, and signed links from then on.
// Thread: any. Errors: NotFound for a link that is none.
class MailFollowers {
public:
    MailFollowers(store::Database& database, const Clock& clock, Random& random, const Config& config,
                  const Links& links, scheduler::Delivery& delivery)
        : database_(database),
          clock_(clock),
          random_(random),
          config_(config),
          links_(links),
          delivery_(delivery) {}

    // Sends the question to the address; the answer is the same whether it follows already or has an account.
    // At most 3 letters to one address in 24 hours: further wishes are as if asked. Throws Invalid("email"),
    // NotFound for a target that a stranger may not see.
    void ask(const std::string& email, const FollowTarget& target, const std::string& language,
             const std::string& zone);

    struct Door {
        store::Follower follower;
        std::vector<Following> follows;
        std::string token;  // of kManage: /following/{token}
    };
    // What a link of kConfirm would follow: to be shown before it is done.
    Following asked(const std::string& token);
    Door confirm(const std::string& token);
    Door open(const std::string& token);
    void follow(const std::string& token, const FollowTarget& target, const FollowWish& wish);
    void unfollow(const std::string& token, const FollowTarget& target);
    void set(const std::string& token, const TellingWish& wish, const std::string& language,
             const std::string& zone);
    void stop(const std::string& token);  // every mail

    // A link of kEnd, with or without account: the follows that led to that notice end; of a digest, mail
    // does.
    struct Ending {
        std::vector<std::string> titles;  // of what is followed no more
        bool ends_mail = false;
        std::string language;
    };
    Ending ending(const std::string& token);  // what it would end
    Ending end(const std::string& token);

private:
    store::Database& database_;
    const Clock& clock_;
    Random& random_;
    const Config& config_;
    const Links& links_;
    scheduler::Delivery& delivery_;
};

}  // namespace stagecast::studio
