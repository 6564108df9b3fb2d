#include "access/accounts.h"
#include "access/accounts_impl.h"
#include "base/error.h"
#include "base/text.h"
#include "store/rooms.h"

namespace stagecast::access {
namespace {

using store::Account;
using store::AccountState;
using store::Snapshot;
using store::TokenKind;
using store::Tx;

constexpr const char* kRefused = "wrong address or password";

void check_may_sign_in(const Account& account) {
    switch (account.state) {
        case AccountState::kActive:
            return;
        case AccountState::kUnconfirmed:
            throw Unauthenticated("confirm your address first: the link is in your mail");
        case AccountState::kPending:
            throw Unauthenticated("your account waits for approval");
        case AccountState::kSuspended:
            throw Unauthenticated(kRefused);
    }
}

std::optional<Actor> actor_of(Snapshot& snapshot, const std::optional<store::Token>& token) {
    if (!token || !token->account) return std::nullopt;
    const auto account = store::accounts::find(snapshot, *token->account);
    if (!account || account->state != AccountState::kActive) return std::nullopt;
    Actor actor;
    actor.account = account->id;
    actor.is_operator = account->is_operator;
    return actor;
}

}  // namespace

Secret Accounts::sign_in(const std::string& email, const std::string& password) {
    auto& self = *impl_;
    std::string address;
    try {
        address = checked_email(email, "email");
    } catch (const Invalid&) {
        throw Unauthenticated(kRefused);
    }
    if (const auto wait = self.failures.wait(address, self.clock.now()))
        throw Unavailable("too many failed attempts for this address", *wait);
    const auto account = self.database.read(
        [&](Snapshot& snapshot) { return store::accounts::find_by_email(snapshot, address); });
    const bool sane = password.size() <= 4 * kMaxPasswordCharacters;  // UTF-8: at most four bytes each
    if (!self.passwords.matches(account ? account->password_hash : "", sane ? password : "")) {
        self.failures.count(address, self.clock.now());
        throw Unauthenticated(kRefused);
    }
    check_may_sign_in(*account);
    self.failures.forget(address);
    return self.database.write(
        [&](Tx& tx) { return self.issue(tx, TokenKind::kSession, kSessionLife, account->id); });
}

Secret Accounts::sign_in_link(const AccountId& account) {
    return impl_->database.write([&](Tx& tx) {
        found(store::accounts::find(tx, account));
        return impl_->issue(tx, TokenKind::kSignIn, kSignInLinkLife, account);
    });
}

Secret Accounts::sign_in_by_link(const std::string& token) {
    return impl_->database.write([&](Tx& tx) {
        const auto used = impl_->use(tx, TokenKind::kSignIn, token);
        check_may_sign_in(found(store::accounts::find(tx, *used.account)));
        return impl_->issue(tx, TokenKind::kSession, kSessionLife, *used.account);
    });
}

void Accounts::sign_out(const std::string& session) {
    impl_->database.write([&](Tx& tx) {
        if (const auto token = impl_->valid(tx, TokenKind::kSession, session))
            store::accounts::erase_token(tx, token->hash);
    });
}

void Accounts::request_reset(const std::string& email) {
    const auto address = checked_email(email, "email");
    const auto now = impl_->clock.now();
    if (impl_->mails.wait(address, now)) return;
    impl_->mails.count(address, now);
    impl_->database.write([&](Tx& tx) {
        const auto account = store::accounts::find_by_email(tx, address);
        if (!account || account->state == AccountState::kSuspended) return;
        const auto secret = impl_->issue(tx, TokenKind::kReset, kResetLife, account->id);
        impl_->mail(tx, LetterKind::kReset, account->email, account->language, "/reset/" + secret.text);
    });
}

void Accounts::reset(const std::string& token, const std::string& new_password) {
    check_password(new_password, "password");
    const bool known = impl_->database.read(
        [&](Snapshot& snapshot) { return impl_->valid(snapshot, TokenKind::kReset, token).has_value(); });
    if (!known) throw NotFound("this link is unknown, was used, or has expired");
    const auto hash = impl_->passwords.hash(new_password);
    impl_->database.write([&](Tx& tx) {
        const auto used = impl_->use(tx, TokenKind::kReset, token);
        auto account = found(store::accounts::find(tx, *used.account));
        account.password_hash = hash;
        // Who reads the address's mail has confirmed it.
        if (account.state == AccountState::kUnconfirmed) {
            const bool waits = impl_->config.sign_up == SignUp::kApproval;
            account.state = waits ? AccountState::kPending : AccountState::kActive;
        }
        store::accounts::update(tx, account);
        for (const auto kind :
             {TokenKind::kSession, TokenKind::kReset, TokenKind::kSignIn, TokenKind::kConfirm})
            store::accounts::erase_tokens_of(tx, account.id, kind);
        impl_->failures.forget(account.email);
    });
}

Secret Accounts::make_api_token(const Actor& actor, const std::string& label) {
    if (!actor.account) throw Unauthenticated("sign in first");
    store::Token token;
    token.account = actor.account;
    token.label = checked_text(label, "label", 1, 60);
    return impl_->database.write([&](Tx& tx) {
        if (store::accounts::tokens_of(tx, *actor.account, TokenKind::kApi).size() >=
            std::size_t{kMaxApiTokens})
            throw Conflict("this account has as many API tokens as it may");
        return impl_->issue(tx, TokenKind::kApi, kKeyLife, token);
    });
}

Secret Accounts::make_guest_key(Tx& tx, const SpeakerId& speaker) {
    store::Token token;
    token.speaker = speaker;
    return impl_->issue(tx, TokenKind::kGuest, kKeyLife, std::move(token));
}

std::optional<Actor> Accounts::actor_of_session(const std::string& session) {
    return impl_->database.read([&](Snapshot& snapshot) {
        return actor_of(snapshot, impl_->valid(snapshot, TokenKind::kSession, session));
    });
}

std::optional<Actor> Accounts::actor_of_api_token(const std::string& token) {
    return impl_->database.read([&](Snapshot& snapshot) {
        return actor_of(snapshot, impl_->valid(snapshot, TokenKind::kApi, token));
    });
}

std::optional<Actor> Accounts::actor_of_guest_key(const std::string& key) {
    return impl_->database.read([&](Snapshot& snapshot) -> std::optional<Actor> {
        const auto token = impl_->valid(snapshot, TokenKind::kGuest, key);
        if (!token || !token->speaker) return std::nullopt;
        const auto speaker = store::rooms::find_speaker(snapshot, *token->speaker);
        if (!speaker) return std::nullopt;
        Actor actor;
        actor.guest = speaker->id;
        actor.guest_room = speaker->room;
        return actor;
    });
}

std::string Accounts::csrf_of(const std::string& cookie_value) const {
    return hex(hmac_sha256(impl_->csrf_key, "csrf:" + cookie_value));
}

}  // namespace stagecast::access
