#pragma once
#include <string>

#include "access/accounts.h"
#include "access/letters.h"
#include "access/limiter.h"
#include "access/passwords.h"
#include "store/outbox.h"

namespace stagecast::access {

inline constexpr std::chrono::days kSessionLife{30};
inline constexpr std::chrono::hours kConfirmLife{24};
inline constexpr std::chrono::hours kSignInLinkLife{24};
inline constexpr std::chrono::hours kResetLife{1};
inline constexpr std::chrono::days kInvitationLife{14};
inline constexpr std::chrono::days kKeyLife{400};  // API tokens and guests' keys
inline constexpr int kMaxFailuresPerHour = 10;
inline constexpr int kMaxMailsPerHour = 5;  // to one address that a stranger named
inline constexpr int kMaxApiTokens = 20;    // of one account

// What the parts of Accounts (accounts.cc, sessions.cc) share.
struct Accounts::Impl {
    Impl(store::Database& the_database, const Clock& the_clock, Random& the_random, const Config& the_config);

    // A new token of that kind, stored as its hash; `token` gives what the kind needs besides.
    Secret issue(store::Tx& tx, store::TokenKind kind, std::chrono::seconds life, store::Token token);
    Secret issue(store::Tx& tx, store::TokenKind kind, std::chrono::seconds life, const AccountId& account);
    // The stored token of that text and kind, unless used or expired.
    std::optional<store::Token> valid(store::Snapshot& snapshot, store::TokenKind kind,
                                      const std::string& text) const;
    // The same, now used up by this caller alone. Throws NotFound.
    store::Token use(store::Tx& tx, store::TokenKind kind, const std::string& text);
    void mail(store::Tx& tx, LetterKind kind, const std::string& to, const std::string& language,
              const std::string& path);
    std::string url(const std::string& path) const;

    store::Database& database;
    const Clock& clock;
    Random& random;
    const Config& config;
    const std::string csrf_key;
    Passwords passwords;
    Limiter failures{kMaxFailuresPerHour};
    Limiter mails{kMaxMailsPerHour};
};

store::Account found(std::optional<store::Account> account);
// Throws Invalid("language" | "zone").
std::string checked_language(const std::string& text);
std::string checked_zone(const std::string& name);

}  // namespace stagecast::access
