#include "access/accounts.h"

#include <fmt/format.h>

#include <algorithm>

#include "access/accounts_impl.h"
#include "base/error.h"
#include "base/text.h"
#include "base/zone.h"

namespace stagecast::access {
namespace {

using store::Account;
using store::AccountState;
using store::Snapshot;
using store::TokenKind;
using store::Tx;

constexpr std::size_t kMinHandle = 2, kMaxHandle = 30;
constexpr std::string_view kOperatorHandle = "operator";
constexpr std::size_t kTokenCharacters = 43;  // 32 bytes as base64url

std::string csrf_key(store::Database& database, Random& random) {
    return database.write([&](Tx& tx) {
        if (auto key = store::settings::get(tx, "csrf_key")) return *key;
        auto key = random_token(random);
        store::settings::set(tx, "csrf_key", key);
        return key;
    });
}

std::string checked_handle(const std::string& text) {
    auto handle = checked_slug(text, "handle");
    if (handle.size() < kMinHandle || handle.size() > kMaxHandle)
        throw Invalid("handle", fmt::format("must have {} to {} characters", kMinHandle, kMaxHandle));
    return handle;
}

bool is_taken(Snapshot& snapshot, const std::string& handle) {
    return handle == kOperatorHandle || store::accounts::find_by_handle(snapshot, handle).has_value();
}

// The wanted handle, or one made from the name that is free.
std::string free_handle(Snapshot& snapshot, const std::string& wanted, const std::string& name) {
    if (!wanted.empty()) {
        if (is_taken(snapshot, wanted)) throw Invalid("handle", "is taken");
        return wanted;
    }
    const auto base = slugify(name, "listener").substr(0, kMaxHandle - 4);
    const auto stem = base.size() < kMinHandle ? base + "-1" : base.substr(0, base.find_last_not_of('-') + 1);
    if (!is_taken(snapshot, stem)) return stem;
    for (int n = 2; n < 1'000; ++n)
        if (const auto handle = fmt::format("{}-{}", stem, n); !is_taken(snapshot, handle)) return handle;
    throw Invalid("handle", "choose one");
}

// The request with its fields checked and brought into their stored form.
SignUpRequest checked(const SignUpRequest& request) {
    auto result = request;
    result.email = checked_email(request.email, "email");
    check_password(request.password, "password");
    result.name = checked_text(request.name, "name", 1, 80);
    if (!request.handle.empty()) result.handle = checked_handle(request.handle);
    result.language = checked_language(request.language);
    result.zone = checked_zone(request.zone);
    return result;
}

Account account_of(const SignUpRequest& request, const std::string& hash, AccountId id, Instant now) {
    Account account;
    account.id = std::move(id);
    account.handle = request.handle;
    account.email = request.email;
    account.name = request.name;
    account.password_hash = hash;
    account.language = request.language;
    account.zone = request.zone;
    account.created_at = now;
    return account;
}

void check_invitation(const std::optional<store::Token>& token, const SignUpRequest& request) {
    if (!token || token->email != request.email)
        throw Invalid("invitation", "is unknown, used, expired, or for another address");
}

// An account that nobody confirmed, and that no link can confirm any more, gives its address to who asks
// next. While a link is out it does not: else a stranger's password could come between a person and their
// link.
bool is_abandoned(Snapshot& snapshot, const Account& account, Instant now) {
    if (account.state != AccountState::kUnconfirmed) return false;
    const auto links = store::accounts::tokens_of(snapshot, account.id, TokenKind::kConfirm);
    return std::none_of(links.begin(), links.end(),
                        [&](const store::Token& link) { return link.expires_at > now; });
}

}  // namespace

Account found(std::optional<Account> account) {
    if (!account) throw NotFound("account not found");
    return *std::move(account);
}

std::string checked_language(const std::string& text) {
    if (text != "en" && text != "fr") throw Invalid("language", "must be en or fr");
    return text;
}

std::string checked_zone(const std::string& name) {
    return Zone::find(name, "zone")->name();
}

Accounts::Impl::Impl(store::Database& the_database, const Clock& the_clock, Random& the_random,
                     const Config& the_config)
    : database(the_database),
      clock(the_clock),
      random(the_random),
      config(the_config),
      csrf_key(access::csrf_key(the_database, the_random)) {}

std::string Accounts::Impl::url(const std::string& path) const {
    auto site = config.site_url;
    while (site.ends_with('/')) site.pop_back();
    return site + path;
}

Secret Accounts::Impl::issue(Tx& tx, TokenKind kind, std::chrono::seconds life, store::Token token) {
    const Secret secret{random_token(random), clock.now() + life};
    token.hash = sha256_hex(secret.text);
    token.kind = kind;
    token.created_at = clock.now();
    token.expires_at = secret.expires_at;
    store::accounts::insert_token(tx, token);
    return secret;
}

Secret Accounts::Impl::issue(Tx& tx, TokenKind kind, std::chrono::seconds life, const AccountId& account) {
    store::Token token;
    token.account = account;
    return issue(tx, kind, life, std::move(token));
}

std::optional<store::Token> Accounts::Impl::valid(Snapshot& snapshot, TokenKind kind,
                                                  const std::string& text) const {
    if (text.size() != kTokenCharacters) return std::nullopt;
    auto token = store::accounts::find_token(snapshot, sha256_hex(text));
    if (!token || token->kind != kind || token->used_at || token->expires_at <= clock.now())
        return std::nullopt;
    return token;
}

store::Token Accounts::Impl::use(Tx& tx, TokenKind kind, const std::string& text) {
    auto token = valid(tx, kind, text);
    if (!token || !store::accounts::use_token(tx, token->hash, clock.now()))
        throw NotFound("this link is unknown, was used, or has expired");
    return *std::move(token);
}

void Accounts::Impl::mail(Tx& tx, LetterKind kind, const std::string& to, const std::string& language,
                          const std::string& path) {
    auto [subject, text] = letter(kind, language, config.site_name, url(path));
    store::Message message;
    message.id = MessageId::make(random);
    message.key = "account:" + message.id.text();
    message.to = to;
    message.subject = std::move(subject);
    message.text = std::move(text);
    message.due_at = message.created_at = clock.now();
    store::outbox::insert(tx, message);
}

Accounts::Accounts(store::Database& database, const Clock& clock, Random& random, const Config& config)
    : impl_(std::make_unique<Impl>(database, clock, random, config)) {}

Accounts::~Accounts() = default;

Account Accounts::sign_up(const SignUpRequest& request) {
    auto& self = *impl_;
    auto wanted = checked(request);
    if (wanted.invitation.empty() && self.config.sign_up == SignUp::kInvitation)
        throw Invalid("invitation", "sign-up is by invitation");
    const auto hash = self.passwords.hash(wanted.password);
    const auto now = self.clock.now();
    const bool may_mail = !self.mails.wait(wanted.email, now);
    self.mails.count(wanted.email, now);
    return self.database.write([&](Tx& tx) {
        if (!wanted.invitation.empty())
            check_invitation(self.valid(tx, TokenKind::kInvitation, wanted.invitation), wanted);
        wanted.handle = free_handle(tx, wanted.handle, wanted.name);
        auto account = account_of(wanted, hash, AccountId::make(self.random), now);
        const auto existing = store::accounts::find_by_email(tx, wanted.email);
        if (!wanted.invitation.empty()) {
            if (existing) throw Conflict("this address already has an account: sign in");
            self.use(tx, TokenKind::kInvitation, wanted.invitation);
            account.state = AccountState::kActive;
            store::accounts::insert(tx, account);
            return account;
        }
        if (existing && !(is_abandoned(tx, *existing, now) && may_mail)) {
            if (may_mail)
                self.mail(tx, LetterKind::kHasAccount, existing->email, existing->language, "/sign-in");
            return account;
        }
        if (existing) {
            account.id = existing->id;
            store::accounts::erase_tokens_of(tx, account.id, TokenKind::kConfirm);
            store::accounts::update(tx, account);
        } else {
            store::accounts::insert(tx, account);
        }
        const auto secret = self.issue(tx, TokenKind::kConfirm, kConfirmLife, account.id);
        self.mail(tx, LetterKind::kConfirm, account.email, account.language, "/confirm/" + secret.text);
        return account;
    });
}

Account Accounts::confirm(const std::string& token) {
    return impl_->database.write([&](Tx& tx) {
        const auto used = impl_->use(tx, TokenKind::kConfirm, token);
        auto account = found(store::accounts::find(tx, *used.account));
        if (account.state != AccountState::kUnconfirmed) return account;
        const bool waits = impl_->config.sign_up == SignUp::kApproval;
        account.state = waits ? AccountState::kPending : AccountState::kActive;
        store::accounts::update(tx, account);
        return account;
    });
}

void Accounts::approve(const Actor& op, const AccountId& id) {
    impl_->database.write([&](Tx& tx) {
        require(tx, op, Action::kOperate, Site{});
        auto account = found(store::accounts::find(tx, id));
        if (account.state != AccountState::kPending)
            throw Conflict("this account does not wait for approval");
        account.state = AccountState::kActive;
        store::accounts::update(tx, account);
        impl_->mail(tx, LetterKind::kApproved, account.email, account.language, "/sign-in");
        store::journal::append(tx, {impl_->clock.now(), op.name(), "account.approve", id.text(), ""});
    });
}

Secret Accounts::invite(const Actor& op, const std::string& email) {
    const auto address = checked_email(email, "email");
    return impl_->database.write([&](Tx& tx) {
        const bool anyone = impl_->config.sign_up == SignUp::kOpen && op.account;
        if (!anyone) require(tx, op, Action::kOperate, Site{});
        if (store::accounts::find_by_email(tx, address))
            throw Conflict("this address already has an account");
        store::Token token;
        token.email = address;
        const auto secret = impl_->issue(tx, TokenKind::kInvitation, kInvitationLife, std::move(token));
        impl_->mail(tx, LetterKind::kInvitation, address, impl_->config.site_language,
                    "/join/" + secret.text);
        store::journal::append(tx, {impl_->clock.now(), op.name(), "account.invite", "", ""});
        return secret;
    });
}

Account Accounts::ensure_operator(const std::string& email) {
    const auto address = checked_email(email, "email");
    return impl_->database.write([&](Tx& tx) {
        if (auto there = store::accounts::find_by_handle(tx, std::string(kOperatorHandle))) return *there;
        if (auto account = store::accounts::find_by_email(tx, address)) {
            account->is_operator = true;
            account->state = AccountState::kActive;
            store::accounts::update(tx, *account);
            return *account;
        }
        Account account;
        account.id = AccountId::make(impl_->random);
        account.handle = kOperatorHandle;
        account.email = address;
        account.name = "Operator";
        account.is_operator = true;
        account.state = AccountState::kActive;
        account.language = impl_->config.site_language;
        account.created_at = impl_->clock.now();
        store::accounts::insert(tx, account);
        return account;
    });
}

std::optional<Account> Accounts::find(const AccountId& id) {
    return impl_->database.read([&](Snapshot& snapshot) { return store::accounts::find(snapshot, id); });
}

std::vector<Account> Accounts::pending(const Actor& op) {
    constexpr int kShown = 200;
    return impl_->database.read([&](Snapshot& snapshot) {
        require(snapshot, op, Action::kOperate, Site{});
        return store::accounts::in_state(snapshot, AccountState::kPending, kShown);
    });
}

Account Accounts::update_profile(const Actor& actor, const std::string& name, const std::string& language,
                                 const std::string& zone) {
    if (!actor.account) throw Unauthenticated("sign in first");
    const auto new_name = checked_text(name, "name", 1, 80);
    const auto new_language = checked_language(language);
    const auto new_zone = checked_zone(zone);
    return impl_->database.write([&](Tx& tx) {
        auto account = found(store::accounts::find(tx, *actor.account));
        account.name = new_name;
        account.language = new_language;
        account.zone = new_zone;
        store::accounts::update(tx, account);
        return account;
    });
}

}  // namespace stagecast::access
