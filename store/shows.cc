#include "store/shows.h"

#include "base/text.h"
#include "store/programme.h"
#include "store/slugs.h"
#include "store/sql.h"

namespace stagecast::store::shows {

namespace {

constexpr std::string_view kColumns =
    "s.id, s.channel_id, s.slug, s.title, s.notes, s.language, s.zone, s.start_local, s.rrule, s.exdates, "
    "s.rdates, s.pauses, s.length_minutes, s.podcast_guid, s.podcast_email, s.category, s.is_explicit, "
    "s.sequence, s.version, s.retired_at_ms, s.created_at_ms, s.updated_at_ms";
constexpr std::string_view kInsert =
    "INSERT INTO shows (id, channel_id, slug, title, notes, language, zone, start_local, rrule, exdates, "
    "rdates, pauses, length_minutes, podcast_guid, podcast_email, category, is_explicit, sequence, version, "
    "retired_at_ms, created_at_ms, updated_at_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, "
    "$22)";
constexpr std::string_view kUpdate =
    "UPDATE shows SET slug = $1, title = $2, notes = $3, language = $4, zone = $5, start_local = $6, rrule = "
    "$7, exdates = $8, rdates = $9, pauses = $10, length_minutes = $11, podcast_guid = $12, "
    "podcast_email = $13, category = $14, is_explicit = $15, sequence = $16, version = version + 1, "
    "retired_at_ms = $17, updated_at_ms = $18 WHERE id = $19 AND version = $20";
constexpr Query kFind{kColumns, "FROM shows s WHERE s.id = $1"};
constexpr Query kFindBySlug{kColumns, "FROM shows s WHERE s.slug = $1"};
constexpr Query kAll{kColumns, "FROM shows s ORDER BY lower(s.title), s.id"};
constexpr Query kOfChannel{kColumns, "FROM shows s WHERE s.channel_id = $1 ORDER BY lower(s.title), s.id"};
constexpr Query kOfHost{kColumns,
                        "FROM show_hosts h JOIN shows s ON s.id = h.show_id WHERE h.account_id = $1 "
                        "ORDER BY lower(s.title), s.id"};
constexpr Query kFollowedBy{kColumns,
                            "FROM shows s WHERE s.id IN ("
                            "SELECT target_id FROM follows WHERE follower_id = $1 AND kind = 'show' UNION "
                            "SELECT c.id FROM follows f JOIN shows c ON c.channel_id = f.target_id "
                            "WHERE f.follower_id = $1 AND f.kind = 'channel' UNION "
                            "SELECT h.show_id FROM follows f JOIN show_hosts h ON h.account_id = f.target_id "
                            "WHERE f.follower_id = $1 AND f.kind = 'host') ORDER BY lower(s.title), s.id"};

constexpr std::string_view kAddHost =
    "INSERT INTO show_hosts (show_id, account_id, place) "
    "VALUES ($1, $2, (SELECT coalesce(max(place), 0) + 1 FROM show_hosts WHERE show_id = $1)) "
    "ON CONFLICT (show_id, account_id) DO NOTHING";
constexpr std::string_view kRemoveHost = "DELETE FROM show_hosts WHERE show_id = $1 AND account_id = $2";
constexpr Query kHosts{
    "a.id, a.handle, a.name",
    "FROM show_hosts h JOIN accounts a ON a.id = h.account_id WHERE h.show_id = $1 ORDER BY h.place"};

constexpr Query kHostsOfAll{
    "h.show_id, a.id, a.handle, a.name",
    "FROM show_hosts h JOIN accounts a ON a.id = h.account_id ORDER BY h.show_id, h.place"};

constexpr std::string_view kEraseTexts = "DELETE FROM show_texts WHERE show_id = $1";
constexpr std::string_view kInsertText =
    "INSERT INTO show_texts (show_id, language, title, notes) VALUES ($1, $2, $3, $4)";
constexpr Query kTexts{"language, title, notes", "FROM show_texts WHERE show_id = $1 ORDER BY language"};

constexpr std::string_view kWordColumns = "id, channel_id, slug, language, category, title, notes";
constexpr Query kAllWords{kWordColumns, "FROM shows"};
constexpr Query kWords{kWordColumns, "FROM shows WHERE id = $1"};
constexpr Query kAllHosts{
    "h.show_id, a.id, a.handle, a.name",
    "FROM show_hosts h JOIN accounts a ON a.id = h.account_id ORDER BY h.show_id, h.place"};
constexpr Query kTextsOfAll{"show_id, language, title, notes", "FROM show_texts ORDER BY show_id, language"};
constexpr Query kLanguages{"language",
                           "FROM shows WHERE retired_at_ms IS NULL UNION "
                           "SELECT t.language FROM show_texts t JOIN shows s ON s.id = t.show_id "
                           "WHERE s.retired_at_ms IS NULL ORDER BY language"};
constexpr Query kCategories{"DISTINCT category", "FROM shows WHERE retired_at_ms IS NULL ORDER BY category"};

constexpr std::string_view kInsertPhase =
    "INSERT INTO show_phases (show_id, number, ends_at_ms, title, zone, start_local, rrule, exdates, rdates, "
    "pauses, length_minutes, sequence, updated_at_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
constexpr std::string_view kPhaseColumns =
    "show_id, number, ends_at_ms, title, zone, start_local, rrule, exdates, rdates, pauses, length_minutes, "
    "sequence, updated_at_ms";
constexpr Query kPhases{kPhaseColumns, "FROM show_phases WHERE show_id = $1 ORDER BY number"};
constexpr Query kAllPhases{kPhaseColumns, "FROM show_phases ORDER BY show_id, number"};
// The first that reaches beyond is the one that holds then.
constexpr std::string_view kErasePhases =
    "DELETE FROM show_phases WHERE show_id = $1 AND number > "
    "(SELECT min(number) FROM show_phases WHERE show_id = $1 AND ends_at_ms > $2)";
constexpr std::string_view kEndPhase =
    "UPDATE show_phases SET ends_at_ms = $1, sequence = sequence + 1, updated_at_ms = $2 "
    "WHERE show_id = $3 AND ends_at_ms > $1";
constexpr Query kZones{"DISTINCT zone", "FROM shows WHERE retired_at_ms IS NULL ORDER BY zone"};
constexpr Query kInZone{kColumns, "FROM shows s WHERE s.zone = $1 AND s.retired_at_ms IS NULL ORDER BY s.id"};

constexpr std::string_view kInvite =
    "INSERT INTO cohost_invitations (show_id, account_id, invited_by, state, created_at_ms, answered_at_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (show_id, account_id) DO UPDATE SET "
    "invited_by = excluded.invited_by, state = excluded.state, created_at_ms = excluded.created_at_ms, "
    "answered_at_ms = excluded.answered_at_ms";
constexpr std::string_view kAnswer =
    "UPDATE cohost_invitations SET state = $1, answered_at_ms = $2 "
    "WHERE show_id = $3 AND account_id = $4 AND state = 'pending'";
constexpr std::string_view kInvitationColumns =
    "show_id, account_id, invited_by, state, created_at_ms, answered_at_ms";
constexpr Query kInvitations{kInvitationColumns,
                             "FROM cohost_invitations WHERE show_id = $1 ORDER BY created_at_ms, account_id"};
constexpr Query kInvitationsTo{kInvitationColumns,
                               "FROM cohost_invitations WHERE account_id = $1 AND state = 'pending' "
                               "ORDER BY created_at_ms, show_id"};

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

// "2027-07-01/2027-08-31,…"
std::string joined(const std::vector<DaySpan>& spans) {
    const auto date = [](std::chrono::local_days day) { return to_iso8601(LocalTime(day)).substr(0, 10); };
    std::string text;
    for (const auto& span : spans)
        text += (text.empty() ? "" : ",") + date(span.first) + "/" + date(span.last);
    return text;
}

std::vector<DaySpan> parted_spans(const std::string& text) {
    std::vector<DaySpan> spans;
    if (text.empty()) return spans;
    const auto day = [](const std::string& date) {
        return std::chrono::floor<std::chrono::days>(parse_local(date + "T00:00:00", "stored date"));
    };
    for (const auto& part : split(text, ',')) {
        const auto ends = split(part, '/');
        spans.push_back({day(ends.at(0)), day(ends.at(1))});
    }
    return spans;
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
                .pauses = parted_spans(row.text()),
                .length_minutes = row.small(),
                .podcast_guid = row.text(),
                .podcast_email = row.text(),
                .category = row.text(),
                .is_explicit = row.flag(),
                .sequence = row.small(),
                .version = row.small(),
                .retired_at = row.optional_instant(),
                .created_at = row.instant(),
                .updated_at = row.instant()};
}

Host read_host(Row& row) {
    return Host{.account = row.id<AccountId>(), .handle = row.text(), .name = row.text()};
}

Text read_text(Row& row) {
    return Text{.language = row.text(), .title = row.text(), .notes = row.text()};
}

Words read_words(Row& row) {
    return Words{.show = row.id<ShowId>(),
                 .channel = row.id<ChannelId>(),
                 .slug = row.text(),
                 .language = row.text(),
                 .category = row.text(),
                 .title = row.text(),
                 .notes = row.text()};
}

Phase read_phase(Row& row) {
    return Phase{.show = row.id<ShowId>(),
                 .number = row.small(),
                 .ends_at = row.instant(),
                 .title = row.text(),
                 .zone = row.text(),
                 .start = row.local(),
                 .rrule = row.text(),
                 .exdates = parted(row.text()),
                 .rdates = parted(row.text()),
                 .pauses = parted_spans(row.text()),
                 .length_minutes = row.small(),
                 .sequence = row.small(),
                 .updated_at = row.instant()};
}

CohostInvitation read_invitation(Row& row) {
    return CohostInvitation{.show = row.id<ShowId>(),
                            .account = row.id<AccountId>(),
                            .invited_by = row.id<AccountId>(),
                            .answer = row.word<Answer>(),
                            .created_at = row.instant(),
                            .answered_at = row.optional_instant()};
}

}  // namespace

void insert(Tx& tx, const Show& s) {
    slugs::take(tx, s.slug, SlugKind::kShow, s.id.text());
    execute(tx, kInsert, s.id, s.channel, s.slug, s.title, s.notes, s.language, s.zone, s.start, s.rrule,
            joined(s.exdates), joined(s.rdates), joined(s.pauses), s.length_minutes, s.podcast_guid,
            s.podcast_email, s.category, s.is_explicit, s.sequence, s.version, s.retired_at, s.created_at,
            s.updated_at);
    programme::touch_roster(tx);
}

void update(Tx& tx, const Show& s) {
    const auto stored = find(tx, s.id);
    if (!stored) throw NotFound("show not found");
    if (stored->version != s.version) throw Conflict("version: the show was changed by someone else");
    slugs::take(tx, s.slug, SlugKind::kShow, s.id.text());
    execute(tx, kUpdate, s.slug, s.title, s.notes, s.language, s.zone, s.start, s.rrule, joined(s.exdates),
            joined(s.rdates), joined(s.pauses), s.length_minutes, s.podcast_guid, s.podcast_email, s.category,
            s.is_explicit, s.sequence, s.retired_at, s.updated_at, s.id, s.version);
    programme::touch_roster(tx);
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

std::vector<Show> followed_by(Snapshot& snapshot, const AccountId& account) {
    return select(snapshot, kFollowedBy, read_show, account);
}

void add_host(Tx& tx, const ShowId& show, const AccountId& account) {
    execute(tx, kAddHost, show, account);
    programme::touch_roster(tx);
}

void remove_host(Tx& tx, const ShowId& show, const AccountId& account) {
    execute(tx, kRemoveHost, show, account);
    programme::touch_roster(tx);
}

std::vector<Host> hosts(Snapshot& snapshot, const ShowId& show) {
    return select(snapshot, kHosts, read_host, show);
}

void set_texts(Tx& tx, const ShowId& show, const std::vector<Text>& texts) {
    execute(tx, kEraseTexts, show);
    for (const auto& text : texts) execute(tx, kInsertText, show, text.language, text.title, text.notes);
    programme::touch_roster(tx);
}

std::vector<Text> texts(Snapshot& snapshot, const ShowId& show) {
    return select(snapshot, kTexts, read_text, show);
}

std::vector<Words> all_words(Snapshot& snapshot) {
    return select(snapshot, kAllWords, read_words);
}

std::optional<Words> words(Snapshot& snapshot, const ShowId& show) {
    return select_one(snapshot, kWords, read_words, show);
}

std::vector<HostOfShow> all_hosts(Snapshot& snapshot) {
    return select(snapshot, kAllHosts, [](Row& row) {
        auto show = row.id<ShowId>();
        return HostOfShow{std::move(show), read_host(row)};
    });
}

std::vector<std::string> languages(Snapshot& snapshot) {
    return select(snapshot, kLanguages, [](Row& row) { return row.text(); });
}

std::vector<std::string> categories(Snapshot& snapshot) {
    return select(snapshot, kCategories, [](Row& row) { return row.text(); });
}

void insert_phase(Tx& tx, const Phase& p) {
    execute(tx, kInsertPhase, p.show, p.number, p.ends_at, p.title, p.zone, p.start, p.rrule,
            joined(p.exdates), joined(p.rdates), joined(p.pauses), p.length_minutes, p.sequence,
            p.updated_at);
    programme::touch(tx);
}

std::vector<Phase> phases(Snapshot& snapshot, const ShowId& show) {
    return select(snapshot, kPhases, read_phase, show);
}

void end_phases(Tx& tx, const ShowId& show, Instant at, Instant updated_at) {
    execute(tx, kErasePhases, show, at);
    execute(tx, kEndPhase, at, updated_at, show);
    programme::touch(tx);
}

std::vector<std::pair<ShowId, Host>> hosts_of_all(Snapshot& snapshot) {
    return select(snapshot, kHostsOfAll, [](Row& row) {
        const auto show = row.id<ShowId>();
        return std::pair(show, read_host(row));
    });
}

std::vector<std::pair<ShowId, Text>> texts_of_all(Snapshot& snapshot) {
    return select(snapshot, kTextsOfAll, [](Row& row) {
        const auto show = row.id<ShowId>();
        return std::pair(show, read_text(row));
    });
}

std::vector<Phase> phases_of_all(Snapshot& snapshot) {
    return select(snapshot, kAllPhases, read_phase);
}

std::vector<std::string> zones(Snapshot& snapshot) {
    return select(snapshot, kZones, [](Row& row) { return row.text(); });
}

std::vector<Show> in_zone(Snapshot& snapshot, const std::string& zone) {
    return select(snapshot, kInZone, read_show, zone);
}

void invite_cohost(Tx& tx, const CohostInvitation& i) {
    execute(tx, kInvite, i.show, i.account, i.invited_by, i.answer, i.created_at, i.answered_at);
}

void answer_invitation(Tx& tx, const ShowId& show, const AccountId& account, Answer answer, Instant at) {
    if (execute(tx, kAnswer, answer, at, show, account) == 0)
        throw Conflict("this invitation was answered or taken back");
}

std::vector<CohostInvitation> invitations(Snapshot& snapshot, const ShowId& show) {
    return select(snapshot, kInvitations, read_invitation, show);
}

std::vector<CohostInvitation> invitations_to(Snapshot& snapshot, const AccountId& account) {
    return select(snapshot, kInvitationsTo, read_invitation, account);
}

}  // namespace stagecast::store::shows
