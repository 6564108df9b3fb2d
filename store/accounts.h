#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "store/database.h"

namespace stagecast::store {

// Pending: confirmed, waits for approval.
enum class AccountState { kUnconfirmed, kPending, kActive, kSuspended };

struct Account {
    AccountId id;
    std::string handle;         // [a-z0-9-], unique for ever
    std::string email;          // lower case, unique
    std::string name;           // shown to others
    std::string password_hash;  // argon2id in libsodium's text form; empty: none yet
    bool is_operator = false;
    AccountState state = AccountState::kUnconfirmed;
    std::string language = "en";
    std::string zone = "UTC";
    Instant created_at{};
};

// A secret that was handed out, kept as SHA-256 in hex. What `kind` allows is access/'s business.
enum class TokenKind { kSession, kApi, kConfirm, kReset, kSignIn, kInvitation, kGuest };
struct Token {
    std::string hash;
    TokenKind kind = TokenKind::kSession;
    std::optional<AccountId> account;
    std::optional<SpeakerId> speaker;  // kGuest: whose key
    std::string email;                 // kInvitation: for whom; else empty
    std::string label;                 // kApi: what its owner called it; kSession: its CSRF secret
    Instant created_at{};
    Instant expires_at{};
    std::optional<Instant> used_at;
};

namespace accounts {

void insert(Tx&, const Account&);  // Conflict names "email" or "handle"
void update(Tx&, const Account&);  // all but id and created_at; NotFound
std::optional<Account> find(Snapshot&, const AccountId&);
std::optional<Account> find_by_email(Snapshot&, const std::string& email);
std::optional<Account> find_by_handle(Snapshot&, const std::string& handle);
std::vector<Account> in_state(Snapshot&, AccountState, int limit);
int count(Snapshot&);

void insert_token(Tx&, const Token&);
std::optional<Token> find_token(Snapshot&, const std::string& hash);
// True for exactly one caller: sets used_at if it was empty.
bool use_token(Tx&, const std::string& hash, Instant at);
void erase_token(Tx&, const std::string& hash);
void erase_tokens_of(Tx&, const AccountId&, TokenKind);
std::vector<Token> tokens_of(Snapshot&, const AccountId&, TokenKind);
int erase_expired(Tx&, Instant now);

}  // namespace accounts
}  // namespace stagecast::store
