#include "store/accounts.h"

#include "store/programme.h"
#include "store/sql.h"

namespace stagecast::store::accounts {

namespace {

constexpr std::string_view kColumns =
    "id, handle, email, name, password_hash, is_operator, state, language, zone, created_at_ms";
constexpr std::string_view kInsert =
    "INSERT INTO accounts (id, handle, email, name, password_hash, is_operator, state, language, zone, "
    "created_at_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
constexpr std::string_view kUpdate =
    "UPDATE accounts SET handle = $1, email = $2, name = $3, password_hash = $4, is_operator = $5, state = "
    "$6, "
    "language = $7, zone = $8 WHERE id = $9";
constexpr Query kFind{kColumns, "FROM accounts WHERE id = $1"};
constexpr Query kFindByEmail{kColumns, "FROM accounts WHERE email = $1"};
constexpr Query kFindByHandle{kColumns, "FROM accounts WHERE handle = $1"};
constexpr Query kInState{kColumns, "FROM accounts WHERE state = $1 ORDER BY created_at_ms, id LIMIT $2"};
constexpr Query kCount{"count(*)", "FROM accounts"};

constexpr std::string_view kTokenColumns =
    "hash, kind, account_id, speaker_id, email, label, created_at_ms, expires_at_ms, used_at_ms";
constexpr std::string_view kInsertToken =
    "INSERT INTO tokens (hash, kind, account_id, speaker_id, email, label, created_at_ms, expires_at_ms, "
    "used_at_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
constexpr Query kFindToken{kTokenColumns, "FROM tokens WHERE hash = $1"};
constexpr std::string_view kUseToken =
    "UPDATE tokens SET used_at_ms = $1 WHERE hash = $2 AND used_at_ms IS NULL";
constexpr std::string_view kEraseToken = "DELETE FROM tokens WHERE hash = $1";
constexpr std::string_view kEraseTokensOf = "DELETE FROM tokens WHERE account_id = $1 AND kind = $2";
constexpr Query kTokensOf{kTokenColumns,
                          "FROM tokens WHERE account_id = $1 AND kind = $2 ORDER BY created_at_ms, hash"};
constexpr std::string_view kEraseExpired = "DELETE FROM tokens WHERE expires_at_ms <= $1";

Account read_account(Row& row) {
    return Account{.id = row.id<AccountId>(),
                   .handle = row.text(),
                   .email = row.text(),
                   .name = row.text(),
                   .password_hash = row.text(),
                   .is_operator = row.flag(),
                   .state = row.word<AccountState>(),
                   .language = row.text(),
                   .zone = row.text(),
                   .created_at = row.instant()};
}

Token read_token(Row& row) {
    return Token{.hash = row.text(),
                 .kind = row.word<TokenKind>(),
                 .account = row.optional_id<AccountId>(),
                 .speaker = row.optional_id<SpeakerId>(),
                 .email = row.text(),
                 .label = row.text(),
                 .created_at = row.instant(),
                 .expires_at = row.instant(),
                 .used_at = row.optional_instant()};
}

}  // namespace

void insert(Tx& tx, const Account& a) {
    execute(tx, kInsert, a.id, a.handle, a.email, a.name, a.password_hash, a.is_operator, a.state, a.language,
            a.zone, a.created_at);
}

void update(Tx& tx, const Account& a) {
    execute_on_one(tx, "account", kUpdate, a.handle, a.email, a.name, a.password_hash, a.is_operator, a.state,
                   a.language, a.zone, a.id);
    programme::touch_roster(tx);  // a host's name
}

std::optional<Account> find(Snapshot& snapshot, const AccountId& id) {
    return select_one(snapshot, kFind, read_account, id);
}

std::optional<Account> find_by_email(Snapshot& snapshot, const std::string& email) {
    return select_one(snapshot, kFindByEmail, read_account, email);
}

std::optional<Account> find_by_handle(Snapshot& snapshot, const std::string& handle) {
    return select_one(snapshot, kFindByHandle, read_account, handle);
}

std::vector<Account> in_state(Snapshot& snapshot, AccountState state, int limit) {
    return select(snapshot, kInState, read_account, state, at_most(limit));
}

int count(Snapshot& snapshot) {
    return select(snapshot, kCount, [](Row& row) { return row.small(); }).at(0);
}

void insert_token(Tx& tx, const Token& t) {
    execute(tx, kInsertToken, t.hash, t.kind, t.account, t.speaker, t.email, t.label, t.created_at,
            t.expires_at, t.used_at);
}

std::optional<Token> find_token(Snapshot& snapshot, const std::string& hash) {
    return select_one(snapshot, kFindToken, read_token, hash);
}

bool use_token(Tx& tx, const std::string& hash, Instant at) {
    return execute(tx, kUseToken, at, hash) == 1;
}

void erase_token(Tx& tx, const std::string& hash) {
    execute(tx, kEraseToken, hash);
}

void erase_tokens_of(Tx& tx, const AccountId& account, TokenKind kind) {
    execute(tx, kEraseTokensOf, account, kind);
}

std::vector<Token> tokens_of(Snapshot& snapshot, const AccountId& account, TokenKind kind) {
    return select(snapshot, kTokensOf, read_token, account, kind);
}

int erase_expired(Tx& tx, Instant now) {
    return static_cast<int>(execute(tx, kEraseExpired, now));
}

}  // namespace stagecast::store::accounts
