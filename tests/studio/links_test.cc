#include <catch2/catch.hpp>

#include "base/error.h"
#include "base/random.h"
#include "base/text.h"
#include "store/outbox.h"
#include "studio/mail_followers.h"
#include "tests/scheduler/house.h"

using namespace stagecast;
using studio::Link;
using studio::Links;
using studio::LinkUse;

namespace {

struct Mail : House {
    FollowerId follower = FollowerId::make(random);
    Links links{*database, random};
    Link confirm() const {
        return {LinkUse::kConfirm, follower, "show:abc", clock.now() + std::chrono::days(7)};
    }
};

}  // namespace

TEST_CASE("a link says after opening what was sealed in it", "[studio]") {
    const Mail mail;
    const auto now = mail.clock.now();
    const auto opened = mail.links.open(mail.links.seal(mail.confirm()), LinkUse::kConfirm, now);
    CHECK(opened.use == LinkUse::kConfirm);
    CHECK(opened.follower == mail.follower);
    CHECK(opened.what == "show:abc");
    CHECK(opened.expires_at == mail.confirm().expires_at);
    const auto end = mail.links.seal({LinkUse::kEnd, mail.follower, "a notice", {}});
    CHECK(mail.links.open(end, LinkUse::kEnd, now).what == "a notice");
}

TEST_CASE("the form of a link is the one that docs/formats.md says", "[studio]") {
    const Mail mail;
    const auto token = mail.links.seal(mail.confirm());
    const auto dot = token.find('.');
    CHECK(base64url_decode(token.substr(0, dot), "test") ==
          "1|confirm|" + mail.follower.text() + "|" +
              std::to_string(mail.confirm().expires_at.time_since_epoch().count()) + "|show:abc");
    CHECK(token.size() - dot - 1 == 43);
    const auto manage = mail.links.seal({LinkUse::kManage, mail.follower, "", {}});
    CHECK(base64url_decode(manage.substr(0, manage.find('.')), "test") ==
          "1|manage|" + mail.follower.text() + "||");
}

TEST_CASE("a question's link ends after its days, the others never do", "[studio]") {
    const Mail mail;
    const auto token = mail.links.seal(mail.confirm());
    const auto end = mail.confirm().expires_at;
    CHECK_NOTHROW(mail.links.open(token, LinkUse::kConfirm, end - Milliseconds(1)));
    CHECK_THROWS_AS(mail.links.open(token, LinkUse::kConfirm, end), NotFound);
    for (const auto use : {LinkUse::kManage, LinkUse::kEnd})
        CHECK_NOTHROW(mail.links.open(mail.links.seal({use, mail.follower, "", {}}), use,
                                      mail.clock.now() + std::chrono::days(50'000)));
}

TEST_CASE("a link opens nothing but what it is for", "[studio]") {
    const Mail mail;
    const auto uses = {LinkUse::kConfirm, LinkUse::kManage, LinkUse::kEnd};
    for (const auto sealed : uses)
        for (const auto opened : uses) {
            const auto token =
                mail.links.seal({sealed, mail.follower, "x", mail.clock.now() + std::chrono::days(1)});
            if (sealed == opened)
                CHECK_NOTHROW(mail.links.open(token, opened, mail.clock.now()));
            else
                CHECK_THROWS_AS(mail.links.open(token, opened, mail.clock.now()), NotFound);
        }
}

TEST_CASE("a link that was changed in any character, cut, or sealed elsewhere is refused", "[studio]") {
    const Mail mail;
    const auto now = mail.clock.now();
    const auto token = mail.links.seal(mail.confirm());
    const auto opens = [&](const std::string& text) {
        try {
            mail.links.open(text, LinkUse::kConfirm, now);
            return true;
        } catch (const NotFound&) {
            return false;
        }
    };
    REQUIRE(opens(token));
    for (std::size_t i = 0; i < token.size(); ++i) {
        auto changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        INFO("character " << i);
        CHECK_FALSE(opens(changed));
        CHECK_FALSE(opens(token.substr(0, i)));
    }
    CHECK_FALSE(opens(""));
    CHECK_FALSE(opens("."));
    CHECK_FALSE(opens(std::string(100'000, 'A') + ".B"));
    SeededRandom other_random(99);
    House elsewhere;
    CHECK_THROWS_AS(Links(*elsewhere.database, other_random).open(token, LinkUse::kConfirm, now), NotFound);
}

TEST_CASE("the key of an installation is made once", "[studio]") {
    Mail mail;
    const auto token = mail.links.seal(mail.confirm());
    SeededRandom later(1234);
    const Links again(*mail.database, later);
    CHECK_NOTHROW(again.open(token, LinkUse::kConfirm, mail.clock.now()));
    CHECK(mail.database->read([](store::Snapshot& s) { return store::settings::get(s, "studio.link_key"); })
              .value()
              .size() == 43);
}
