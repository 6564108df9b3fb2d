#include "store/shows.h"

#include "base/text.h"
#include "store/slugs.h"
#include "store/sql.h"

namespace stagecast::store::shows {

namespace {

constexpr std::string_view kColumns =
    "s.id, s.channel_id, s.slug, s.title, s.notes, s.language, s.zone, s.start_local, s.rrule, s.exdates, "
    "s.rdates, "
    "s.length_minutes, s.podcast_guid, s.podcast_email, s.category, s.is_explicit, s.sequence, s.version, "
    "s.created_at_ms, s.updated_at_ms";
constexpr std::string_view kInsert =
    "INSERT INTO shows (id, channel_id, slug, title, notes, language, zone, start_local, rrule, exdates, "
    "rdates, "
    "length_minutes, podcast_guid, podcast_email, category, is_explicit, sequence, version, created_at_ms, "
    "updated_at_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";
constexpr std::string_view kUpdate =
    "UPDATE shows SET slug = $1, title = $2, notes = $3, language = $4, zone = $5, start_local = $6, rrule = "
    "$7, "
    "exdates = $8, rdates = $9, length_minutes = $10, podcast_guid = $11, podcast_email = $12, category = "
    "$13, "
    "is_explicit = $14, sequence = $15, version = version + 1, updated_at_ms = $16 WHERE id = $17 AND "
    "version = $18";
constexpr Query kFind{kColumns, "FROM shows s WHERE s.id = $1"};
constexpr Query kFindBySlug{kColumns, "FROM shows s WHERE s.slug = $1"};
constexpr Query kAll{kColumns, "FROM shows s ORDER BY lower(s.title), s.id"};
constexpr Query kOfChannel{kColumns, "FROM shows s WHERE s.channel_id = $1 ORDER BY lower(s.title), s.id"};
constexpr Query kOfHost{kColumns,
                        "FROM show_hosts h JOIN shows s ON s.id = h.show_id WHERE h.account_id = $1 "
                        "ORDER BY lower(s.title), s.id"};

constexpr std::string_view kAddHost =
    "INSERT INTO show_hosts (show_id, account_id, place) "
    "VALUES ($1, $2, (SELECT coalesce(max(place), 0) + 1 FROM show_hosts WHERE show_id = $1)) "
    "ON CONFLICT (show_id, account_id) DO NOTHING";
constexpr std::string_view kRemoveHost = "DELETE FROM show_hosts WHERE show_id = $1 AND account_id = $2";
constexpr Query kHosts{
    "a.id, a.handle, a.name",
    "FROM show_hosts h JOIN accounts a ON a.id = h.account_id WHERE h.show_id = $1 ORDER BY h.place"};

// Dates lie in one column, comma-separated: they are only ever read and written together.
std::string joined(const std::vector<LocalTime>& dates) {
    std::string text;
    for (const auto& date : dates) text += (text.empty() ? "" : ",") + to_iso8601(date);
    return text;
}

std::vector<LocalTime> parted(const std::string& text) {
    std::vector<LocalTime> dates;
    if (text.empty()) return dates;
    for (const auto& part : split(text, ',')) dates.push_back(parse_local(part, "stored local time"));
    return dates;
}

Show read_show(Row& row) {
    return Show{.id = row.id<ShowId>(),
                .channel = row.id<ChannelId>(),
                .slug = row.text(),
                .title = row.text(),
                .notes = row.text(),
                .language = row.text(),
                .zone = row.text(),
                .start = row.local(),
                .rrule = row.text(),
                .exdates = parted(row.text()),
                .rdates = parted(row.text()),
                .length_minutes = row.small(),
                .podcast_guid = row.text(),
                .podcast_email = row.text(),
                .category = row.text(),
                .is_explicit = row.flag(),
                .sequence = row.small(),
                .version = row.small(),
                .created_at = row.instant(),
                .updated_at = row.instant()};
}

Host read_host(Row& row) {
    return Host{.account = row.id<AccountId>(), .handle = row.text(), .name = row.text()};
}

}  // namespace

void insert(Tx& tx, const Show& s) {
    slugs::take(tx, s.slug, SlugKind::kShow, s.id.text());
    execute(tx, kInsert, s.id, s.channel, s.slug, s.title, s.notes, s.language, s.zone, s.start, s.rrule,
            joined(s.exdates), joined(s.rdates), s.length_minutes, s.podcast_guid, s.podcast_email,
            s.category, s.is_explicit, s.sequence, s.version, s.created_at, s.updated_at);
}

void update(Tx& tx, const Show& s) {
    const auto stored = find(tx, s.id);
    if (!stored) throw NotFound("show not found");
    if (stored->version != s.version) throw Conflict("version: the show was changed by someone else");
    slugs::take(tx, s.slug, SlugKind::kShow, s.id.text());
    execute(tx, kUpdate, s.slug, s.title, s.notes, s.language, s.zone, s.start, s.rrule, joined(s.exdates),
            joined(s.rdates), s.length_minutes, s.podcast_guid, s.podcast_email, s.category, s.is_explicit,
            s.sequence, s.updated_at, s.id, s.version);
}

std::optional<Show> find(Snapshot& snapshot, const ShowId& id) {
    return select_one(snapshot, kFind, read_show, id);
}

std::optional<Show> find_by_slug(Snapshot& snapshot, const std::string& slug) {
    return select_one(snapshot, kFindBySlug, read_show, slug);
}

std::vector<Show> all(Snapshot& snapshot) {
    return select(snapshot, kAll, read_show);
}

std::vector<Show> of_channel(Snapshot& snapshot, const ChannelId& channel) {
    return select(snapshot, kOfChannel, read_show, channel);
}

std::vector<Show> of_host(Snapshot& snapshot, const AccountId& account) {
    return select(snapshot, kOfHost, read_show, account);
}

void add_host(Tx& tx, const ShowId& show, const AccountId& account) {
    execute(tx, kAddHost, show, account);
}

void remove_host(Tx& tx, const ShowId& show, const AccountId& account) {
    execute(tx, kRemoveHost, show, account);
}

std::vector<Host> hosts(Snapshot& snapshot, const ShowId& show) {
    return select(snapshot, kHosts, read_host, show);
}

}  // namespace stagecast::store::shows
