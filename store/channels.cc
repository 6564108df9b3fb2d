#include "store/channels.h"

#include "store/programme.h"
#include "store/slugs.h"
#include "store/sql.h"

namespace stagecast::store {

namespace {

constexpr std::string_view kColumns =
    "c.id, c.slug, c.title, c.description, c.language, c.colour, c.allows_overlap, c.created_at_ms, "
    "c.updated_at_ms";
constexpr std::string_view kInsert =
    "INSERT INTO channels (id, slug, title, description, language, colour, allows_overlap, created_at_ms, "
    "updated_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
constexpr std::string_view kUpdate =
    "UPDATE channels SET slug = $1, title = $2, description = $3, language = $4, colour = $5, allows_overlap "
    "= $6, updated_at_ms = $7 WHERE id = $8";
constexpr Query kFind{kColumns, "FROM channels c WHERE c.id = $1"};
constexpr Query kFindBySlug{kColumns, "FROM channels c WHERE c.slug = $1"};
constexpr Query kAll{kColumns, "FROM channels c ORDER BY lower(c.title), c.id"};
constexpr Query kOfAccount{
    kColumns,
    "FROM channel_members m JOIN channels c ON c.id = m.channel_id WHERE m.account_id = $1 "
    "ORDER BY lower(c.title), c.id"};

constexpr std::string_view kSetMember =
    "INSERT INTO channel_members (channel_id, account_id, role) VALUES ($1, $2, $3) "
    "ON CONFLICT (channel_id, account_id) DO UPDATE SET role = excluded.role";
constexpr std::string_view kRemoveMember =
    "DELETE FROM channel_members WHERE channel_id = $1 AND account_id = $2";
constexpr Query kMembers{
    "a.id, a.handle, a.name, m.role",
    "FROM channel_members m JOIN accounts a ON a.id = m.account_id WHERE m.channel_id = $1 "
    "ORDER BY a.handle"};
constexpr Query kRoleOf{"role", "FROM channel_members WHERE channel_id = $1 AND account_id = $2"};

constexpr std::string_view kTakeSlug =
    "INSERT INTO slugs (slug, kind, target_id) VALUES ($1, $2, $3) ON CONFLICT (slug) DO NOTHING";
constexpr Query kOwnSlug{"slug", "FROM slugs WHERE slug = $1 AND kind = $2 AND target_id = $3"};
constexpr Query kResolveSlug{"s.kind, s.target_id, c.slug, h.slug",
                             "FROM slugs s LEFT JOIN channels c ON c.id = s.target_id "
                             "LEFT JOIN shows h ON h.id = s.target_id WHERE s.slug = $1"};
constexpr Query kIsTaken{"slug", "FROM slugs WHERE slug = $1"};

// As base's checked_slug takes them.
constexpr std::size_t kMaxSlugCharacters = 60;

Channel read_channel(Row& row) {
    return Channel{.id = row.id<ChannelId>(),
                   .slug = row.text(),
                   .title = row.text(),
                   .description = row.text(),
                   .language = row.text(),
                   .colour = row.text(),
                   .allows_overlap = row.flag(),
                   .created_at = row.instant(),
                   .updated_at = row.instant()};
}

Member read_member(Row& row) {
    return Member{.account = row.id<AccountId>(),
                  .handle = row.text(),
                  .name = row.text(),
                  .role = row.word<ChannelRole>()};
}

SlugTarget read_target(Row& row) {
    SlugTarget target{.kind = row.word<SlugKind>(), .target_id = row.text(), .current_slug = {}};
    const auto of_channel = row.optional_text();
    const auto of_show = row.optional_text();
    target.current_slug = target.kind == SlugKind::kChannel ? of_channel.value() : of_show.value();
    return target;
}

std::string with_number(const std::string& slug, int number) {
    const auto suffix = "-" + std::to_string(number);
    auto stem = slug.substr(0, kMaxSlugCharacters - suffix.size());
    while (stem.ends_with('-')) stem.pop_back();
    return stem + suffix;
}

}  // namespace

namespace slugs {

void take(Tx& tx, const std::string& slug, SlugKind kind, std::string_view target_id) {
    if (execute(tx, kTakeSlug, slug, kind, target_id) == 1) return;
    if (!select_one(
            tx, kOwnSlug, [](Row& row) { return row.text(); }, slug, kind, target_id))
        throw Conflict("slug: \"" + slug + "\" is or was in use");
}

}  // namespace slugs

namespace channels {

void insert(Tx& tx, const Channel& c) {
    slugs::take(tx, c.slug, SlugKind::kChannel, c.id.text());
    execute(tx, kInsert, c.id, c.slug, c.title, c.description, c.language, c.colour, c.allows_overlap,
            c.created_at, c.updated_at);
    programme::touch_roster(tx);
}

void update(Tx& tx, const Channel& c) {
    if (!find(tx, c.id)) throw NotFound("channel not found");
    slugs::take(tx, c.slug, SlugKind::kChannel, c.id.text());
    execute(tx, kUpdate, c.slug, c.title, c.description, c.language, c.colour, c.allows_overlap, c.updated_at,
            c.id);
    programme::touch_roster(tx);
}

std::optional<Channel> find(Snapshot& snapshot, const ChannelId& id) {
    return select_one(snapshot, kFind, read_channel, id);
}

std::optional<Channel> find_by_slug(Snapshot& snapshot, const std::string& slug) {
    return select_one(snapshot, kFindBySlug, read_channel, slug);
}

std::vector<Channel> all(Snapshot& snapshot) {
    return select(snapshot, kAll, read_channel);
}

std::vector<Channel> of_account(Snapshot& snapshot, const AccountId& account) {
    return select(snapshot, kOfAccount, read_channel, account);
}

void set_member(Tx& tx, const ChannelId& channel, const AccountId& account, ChannelRole role) {
    execute(tx, kSetMember, channel, account, role);
}

void remove_member(Tx& tx, const ChannelId& channel, const AccountId& account) {
    execute(tx, kRemoveMember, channel, account);
}

std::vector<Member> members(Snapshot& snapshot, const ChannelId& channel) {
    return select(snapshot, kMembers, read_member, channel);
}

std::optional<ChannelRole> role_of(Snapshot& snapshot, const ChannelId& channel, const AccountId& account) {
    return select_one(
        snapshot, kRoleOf, [](Row& row) { return row.word<ChannelRole>(); }, channel, account);
}

std::optional<SlugTarget> resolve_slug(Snapshot& snapshot, const std::string& slug) {
    return select_one(snapshot, kResolveSlug, read_target, slug);
}

std::string free_slug(Snapshot& snapshot, const std::string& wanted) {
    const auto is_taken = [&](const std::string& slug) {
        return select_one(
                   snapshot, kIsTaken, [](Row& row) { return row.text(); }, slug)
            .has_value();
    };
    if (!is_taken(wanted)) return wanted;
    for (int number = 2;; ++number)
        if (auto slug = with_number(wanted, number); !is_taken(slug)) return slug;
}

}  // namespace channels
}  // namespace stagecast::store
