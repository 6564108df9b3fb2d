#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/allow.h"
#include "base/config.h"
#include "base/random.h"
#include "base/time.h"
#include "store/accounts.h"
#include "store/database.h"

namespace stagecast::access {

// What was handed out: shown once, stored as a hash.
struct Secret {
    std::string text;  // base64url, 43 characters
    Instant expires_at{};
};

struct SignUpRequest {
    std::string email, password, name, handle, language = "en", zone = "UTC";
    std::string invitation;  // needed when sign-up is by invitation
};

// Accounts, sessions and tokens. Mails go to the outbox in the same transaction as what they announce.
// Thread: any. Errors: Invalid names the field; a wrong password and an unknown address read the same and
// cost the same.
class Accounts {
public:
    Accounts(store::Database& database, const Clock& clock, Random& random, const Config& config);
    ~Accounts();

    // Makes an unconfirmed account and mails the link /confirm/{token}. Passwords: 10 to 200 characters.
    // An address that already has an account gets a mail that says so; the answer is the same.
    // A used invitation for the same address counts as confirmation only together with its token: the account
    // is active at once.
    store::Account sign_up(const SignUpRequest& request);
    // Active, or pending where sign-up is by approval.
    store::Account confirm(const std::string& token);
    void approve(const Actor& op, const AccountId& account);

    // Session for 30 days. Unauthenticated with one text for every reason but "not confirmed" and "waits for
    // approval". Limits: 10 failures per address and hour, then Unavailable.
    Secret sign_in(const std::string& email, const std::string& password);
    // One-time link (kSignIn) of 24 h for an account: /sign-in/{token}.
    Secret sign_in_link(const AccountId& account);
    Secret sign_in_by_link(const std::string& token);
    void sign_out(const std::string& session);

    void request_reset(const std::string& email);  // mails /reset/{token} (1 h) if there is such an account
    void reset(const std::string& token, const std::string& new_password);  // ends all sessions

    // Operator or, where allowed, anyone: mails /join/{token} (14 days) and returns the token.
    Secret invite(const Actor& op, const std::string& email);

    Secret make_api_token(const Actor& actor, const std::string& label);
    // A guest's personal key, also their key to withdraw: 400 days.
    Secret make_guest_key(store::Tx& tx, const SpeakerId& speaker);

    // Who holds this session / API token / guest key; nobody if unknown, used up or expired.
    std::optional<Actor> actor_of_session(const std::string& session);
    std::optional<Actor> actor_of_api_token(const std::string& token);
    std::optional<Actor> actor_of_guest_key(const std::string& key);
    // The anti-forgery token that belongs to a session (or to any cookie value): HMAC, hex.
    std::string csrf_of(const std::string& cookie_value) const;

    // The operator's account, made if there is none (handle "operator").
    store::Account ensure_operator(const std::string& email);
    std::optional<store::Account> find(const AccountId& account);
    std::vector<store::Account> pending(const Actor& op);
    store::Account update_profile(const Actor& actor, const std::string& name, const std::string& language,
                                  const std::string& zone);

private:
    struct Impl;
    const std::unique_ptr<Impl> impl_;
};

}  // namespace stagecast::access
