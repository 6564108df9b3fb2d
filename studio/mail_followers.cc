#include "studio/mail_followers.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/text.h"
#include "base/zone.h"
#include "store/outbox.h"
#include "store/words.h"

namespace stagecast::studio {
namespace {

using store::Snapshot;
using store::Tx;

constexpr std::chrono::days kConfirmable{7};
constexpr int kLettersADay = 3;  // to one address
const Instant kForEver{std::chrono::sys_days(std::chrono::year(2200) / 1 / 1)};

std::string checked_language(const std::string& language) {
    if (language != "en" && language != "fr") throw Invalid("language", "must be en or fr");
    return language;
}

struct Wanted {
    store::FollowKind kind = store::FollowKind::kShow;
    std::string id;
};

// "show:<id>".
Wanted wanted_of(const Link& link) {
    const auto colon = link.what.find(':');
    if (colon == std::string::npos) throw NotFound("this link leads nowhere");
    return {follow_kind_named(link.what.substr(0, colon)), link.what.substr(colon + 1)};
}

store::Follower follower_of(Snapshot& snapshot, const FollowerId& id) {
    auto follower = store::followers::find(snapshot, id);
    if (!follower) throw NotFound("this link leads nowhere");
    return *std::move(follower);
}

// Asking is bounded by address: the keys of a day's letters are few.
bool put_letter(Tx& tx, Random& random, const store::Follower& follower, const std::string& subject,
                const std::string& text, Instant now) {
    store::Message message;
    message.id = MessageId::make(random);
    message.to = follower.email;
    message.subject = subject;
    message.text = text;
    message.due_at = message.created_at = now;
    const auto day = std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
    for (int n = 0; n < kLettersADay; ++n) {
        message.key = fmt::format("follow:{}:{}:{}", follower.id.text(), day, n);
        if (store::outbox::insert(tx, message)) return true;
    }
    return false;
}

struct Letter {
    std::string subject, text;
};

Letter letter(const std::string& language, const std::string& site, const std::string& title,
              const std::string& link) {
    if (language == "fr")
        return {fmt::format("Suivre « {} » ?", title),
                fmt::format("Vous, ou quelqu’un avec votre adresse, souhaitez suivre « {} » sur {} par "
                            "e-mail.\n\nConfirmez ici, dans les 7 jours :\n\n{}\n\nSans cela, rien ne vous "
                            "sera envoyé.\n",
                            title, site, link)};
    return {fmt::format("Follow \"{}\"?", title),
            fmt::format("You, or somebody with your address, would like to follow \"{}\" on {} by "
                        "e-mail.\n\nConfirm here, within 7 days:\n\n{}\n\nOtherwise nothing will be sent "
                        "to you.\n",
                        title, site, link)};
}

// The follows of one person that led to a notice.
std::vector<store::Follow> follows_behind(Snapshot& snapshot, const FollowerId& follower,
                                          const NoticeId& notice) {
    std::vector<store::Follow> found;
    for (const auto& target : store::notices::targets(snapshot, notice))
        if (auto follow = store::follows::find(snapshot, follower, target.kind, target.id))
            found.push_back(*std::move(follow));
    return found;
}

MailFollowers::Ending ending_of(Snapshot& snapshot, const Link& link) {
    const auto follower = follower_of(snapshot, link.follower);
    MailFollowers::Ending ending;
    ending.language = follower.language;
    for (const auto& follow : follows_behind(snapshot, follower.id, NoticeId::trusted(link.what)))
        ending.titles.push_back(named_target(snapshot, follow.kind, follow.target_id).title);
    // A digest is of everything. So is a message so old that what it was of is forgotten. Of any other a
    // second POST, which mail providers send, ends nothing more.
    const auto notice = store::notices::find(snapshot, NoticeId::trusted(link.what));
    const bool is_of_all = !notice || notice->kind == store::NoticeKind::kDigest;
    ending.ends_mail = is_of_all && follower.by_mail;
    return ending;
}

}  // namespace

void MailFollowers::ask(const std::string& email, const FollowTarget& target, const std::string& language,
                        const std::string& zone) {
    store::Follower wish;
    wish.id = FollowerId::make(random_);
    wish.email = checked_email(email, "email");
    wish.language = checked_language(language);
    wish.zone = Zone::find(zone)->name();
    wish.state = store::FollowerState::kAsked;
    wish.created_at = wish.bell_seen_at = clock_.now();
    database_.write([&](Tx& tx) {
        const auto id = seen_target_id(tx, {}, target);
        auto follower = store::followers::find_by_email(tx, wish.email);
        if (!follower) store::followers::insert(tx, wish);
        follower = follower.value_or(wish);
        const Link link{LinkUse::kConfirm, follower->id, std::string(store::word(target.kind)) + ":" + id,
                        wish.created_at + kConfirmable};
        const auto [subject, text] =
            letter(wish.language, config_.site_name, named_target(tx, target.kind, id).title,
                   config_.site_url + "/follow/" + links_.seal(link));
        put_letter(tx, random_, *follower, subject, text, wish.created_at);
    });
    delivery_.wake();
}

Following MailFollowers::asked(const std::string& token) {
    const auto link = links_.open(token, LinkUse::kConfirm, clock_.now());
    const auto wanted = wanted_of(link);
    return database_.read([&](Snapshot& snapshot) { return named_target(snapshot, wanted.kind, wanted.id); });
}

MailFollowers::Door MailFollowers::confirm(const std::string& token) {
    const auto now = clock_.now();
    const auto link = links_.open(token, LinkUse::kConfirm, now);
    const auto wanted = wanted_of(link);
    const auto manage = links_.seal({LinkUse::kManage, link.follower, "", kForEver});
    database_.write([&](Tx& tx) {
        auto follower = follower_of(tx, link.follower);
        named_target(tx, wanted.kind, wanted.id);
        follower.state = store::FollowerState::kConfirmed;
        follower.by_mail = true;
        store::followers::update(tx, follower);
        studio::follow(tx, follower.id, wanted.kind, wanted.id, {}, now);
    });
    return open(manage);
}

MailFollowers::Door MailFollowers::open(const std::string& token) {
    const auto link = links_.open(token, LinkUse::kManage, clock_.now());
    return database_.read([&](Snapshot& snapshot) {
        return Door{follower_of(snapshot, link.follower), followings(snapshot, link.follower), token};
    });
}

void MailFollowers::follow(const std::string& token, const FollowTarget& target, const FollowWish& wish) {
    const auto now = clock_.now();
    const auto link = links_.open(token, LinkUse::kManage, now);
    database_.write([&](Tx& tx) {
        const auto id = seen_target_id(tx, {}, target);
        studio::follow(tx, follower_of(tx, link.follower).id, target.kind, id, wish, now);
    });
}

void MailFollowers::unfollow(const std::string& token, const FollowTarget& target) {
    const auto link = links_.open(token, LinkUse::kManage, clock_.now());
    database_.write(
        [&](Tx& tx) { store::follows::remove(tx, link.follower, target.kind, target_id(tx, target)); });
}

void MailFollowers::set(const std::string& token, const TellingWish& wish, const std::string& language,
                        const std::string& zone) {
    const auto now = clock_.now();
    const auto link = links_.open(token, LinkUse::kManage, now);
    database_.write([&](Tx& tx) {
        auto follower = follower_of(tx, link.follower);
        follower.language = checked_language(language);
        follower.zone = Zone::find(zone)->name();
        if (wish.by_mail.value_or(false)) follower.state = store::FollowerState::kConfirmed;
        apply(tx, std::move(follower), wish, now);
    });
}

void MailFollowers::stop(const std::string& token) {
    const auto link = links_.open(token, LinkUse::kManage, clock_.now());
    database_.write([&](Tx& tx) {
        auto follower = follower_of(tx, link.follower);
        follower.state = store::FollowerState::kStopped;
        follower.by_mail = false;
        store::followers::update(tx, follower);
    });
}

MailFollowers::Ending MailFollowers::ending(const std::string& token) {
    const auto link = links_.open(token, LinkUse::kEnd, clock_.now());
    return database_.read([&](Snapshot& snapshot) { return ending_of(snapshot, link); });
}

MailFollowers::Ending MailFollowers::end(const std::string& token) {
    const auto link = links_.open(token, LinkUse::kEnd, clock_.now());
    return database_.write([&](Tx& tx) {
        auto ending = ending_of(tx, link);
        for (const auto& follow : follows_behind(tx, link.follower, NoticeId::trusted(link.what)))
            store::follows::remove(tx, link.follower, follow.kind, follow.target_id);
        if (ending.ends_mail) {
            auto follower = follower_of(tx, link.follower);
            follower.by_mail = false;
            store::followers::update(tx, follower);
        }
        return ending;
    });
}

}  // namespace stagecast::studio
