#include "store/migrations.h"

#include <array>

#include "base/error.h"
#include "store/connection.h"
#include "store/sql.h"

// Conventions: ids and enumerators are TEXT (words.h has the words), instants BIGINT milliseconds since 1970
// (…_ms), local times TEXT "2026-11-24T20:00:00", truth SMALLINT 0 or 1. A uniqueness is named
// <field>_of_<table>: the field is what a Conflict names. Each statement stands alone, since PostgreSQL
// prepares one at a time.
namespace stagecast::store {

namespace {

// Append-only tables are ordered by a number of their own, because two entries may share a millisecond.
constexpr std::array<std::string_view, 44> kFirst{
    "CREATE TABLE accounts ("
    " id TEXT NOT NULL, handle TEXT NOT NULL CHECK (handle <> ''), email TEXT NOT NULL CHECK (email <> ''),"
    " name TEXT NOT NULL, password_hash TEXT NOT NULL, is_operator SMALLINT NOT NULL CHECK (is_operator IN "
    "(0, 1)),"
    " state TEXT NOT NULL CHECK (state IN ('unconfirmed', 'pending', 'active', 'suspended')),"
    " language TEXT NOT NULL, zone TEXT NOT NULL, created_at_ms BIGINT NOT NULL,"
    " CONSTRAINT id_of_accounts PRIMARY KEY (id),"
    " CONSTRAINT handle_of_accounts UNIQUE (handle),"
    " CONSTRAINT email_of_accounts UNIQUE (email))",
    "CREATE INDEX accounts_by_state ON accounts (state, created_at_ms)",

    // Where slugs lead, current and former; rows are never deleted, so no slug is ever given away again.
    "CREATE TABLE slugs ("
    " slug TEXT NOT NULL CHECK (slug <> ''), kind TEXT NOT NULL CHECK (kind IN ('channel', 'show')),"
    " target_id TEXT NOT NULL,"
    " CONSTRAINT slug_of_slugs PRIMARY KEY (slug))",

    "CREATE TABLE channels ("
    " id TEXT NOT NULL, slug TEXT NOT NULL REFERENCES slugs (slug), title TEXT NOT NULL, description TEXT "
    "NOT NULL,"
    " language TEXT NOT NULL, colour TEXT NOT NULL, created_at_ms BIGINT NOT NULL, updated_at_ms BIGINT NOT "
    "NULL,"
    " CONSTRAINT id_of_channels PRIMARY KEY (id),"
    " CONSTRAINT slug_of_channels UNIQUE (slug))",

    "CREATE TABLE channel_members ("
    " channel_id TEXT NOT NULL REFERENCES channels (id), account_id TEXT NOT NULL REFERENCES accounts (id),"
    " role TEXT NOT NULL CHECK (role IN ('owner', 'host', 'moderator')),"
    " CONSTRAINT account_of_channel_members PRIMARY KEY (channel_id, account_id))",
    "CREATE INDEX channel_members_by_account ON channel_members (account_id)",

    "CREATE TABLE shows ("
    " id TEXT NOT NULL, channel_id TEXT NOT NULL REFERENCES channels (id),"
    " slug TEXT NOT NULL REFERENCES slugs (slug), title TEXT NOT NULL, notes TEXT NOT NULL, language TEXT "
    "NOT NULL,"
    " zone TEXT NOT NULL, start_local TEXT NOT NULL, rrule TEXT NOT NULL, exdates TEXT NOT NULL,"
    " rdates TEXT NOT NULL, length_minutes INTEGER NOT NULL CHECK (length_minutes > 0),"
    " podcast_guid TEXT NOT NULL, podcast_email TEXT NOT NULL, category TEXT NOT NULL,"
    " is_explicit SMALLINT NOT NULL CHECK (is_explicit IN (0, 1)),"
    " sequence INTEGER NOT NULL CHECK (sequence >= 0), version INTEGER NOT NULL CHECK (version >= 1),"
    " created_at_ms BIGINT NOT NULL, updated_at_ms BIGINT NOT NULL,"
    " CONSTRAINT id_of_shows PRIMARY KEY (id),"
    " CONSTRAINT slug_of_shows UNIQUE (slug))",
    "CREATE INDEX shows_by_channel ON shows (channel_id)",

    "CREATE TABLE show_hosts ("
    " show_id TEXT NOT NULL REFERENCES shows (id), account_id TEXT NOT NULL REFERENCES accounts (id),"
    " place BIGINT NOT NULL,"
    " CONSTRAINT account_of_show_hosts PRIMARY KEY (show_id, account_id))",
    "CREATE INDEX show_hosts_by_account ON show_hosts (account_id)",

    // At most 7 days (604,800,000 ms) long: kLongestRoom in rooms.cc, which bounds the scan for overlaps.
    "CREATE TABLE rooms ("
    " id TEXT NOT NULL, channel_id TEXT NOT NULL REFERENCES channels (id), show_id TEXT REFERENCES shows "
    "(id),"
    " title TEXT NOT NULL,"
    " state TEXT NOT NULL CHECK (state IN ('scheduled', 'backstage', 'live', 'ended', 'cancelled')),"
    " visibility TEXT NOT NULL CHECK (visibility IN ('public', 'unlisted', 'private')),"
    " starts_at_ms BIGINT NOT NULL, ends_at_ms BIGINT NOT NULL, slot_ms BIGINT, slot_local TEXT,"
    " opened_at_ms BIGINT, live_at_ms BIGINT, ended_at_ms BIGINT,"
    " sequence INTEGER NOT NULL CHECK (sequence >= 0), version INTEGER NOT NULL CHECK (version >= 1),"
    " updated_at_ms BIGINT NOT NULL,"
    " CONSTRAINT id_of_rooms PRIMARY KEY (id),"
    " CONSTRAINT slot_of_rooms UNIQUE (show_id, slot_ms),"
    " CHECK ((slot_ms IS NULL) = (slot_local IS NULL)),"
    " CHECK (slot_ms IS NULL OR show_id IS NOT NULL),"
    " CHECK (ends_at_ms >= starts_at_ms AND ends_at_ms - starts_at_ms <= 604800000))",
    "CREATE INDEX rooms_public_by_start ON rooms (starts_at_ms) WHERE visibility = 'public'",
    "CREATE INDEX rooms_by_show ON rooms (show_id, starts_at_ms)",
    "CREATE INDEX rooms_by_channel ON rooms (channel_id, starts_at_ms)",
    "CREATE INDEX rooms_by_state ON rooms (state, starts_at_ms)",

    "CREATE TABLE speakers ("
    " id TEXT NOT NULL, room_id TEXT NOT NULL REFERENCES rooms (id), account_id TEXT REFERENCES accounts "
    "(id),"
    " name TEXT NOT NULL, role TEXT NOT NULL CHECK (role IN ('host', 'cohost', 'speaker')),"
    " muted_by_host SMALLINT NOT NULL CHECK (muted_by_host IN (0, 1)),"
    " created_at_ms BIGINT NOT NULL, first_joined_at_ms BIGINT, left_at_ms BIGINT,"
    " CONSTRAINT id_of_speakers PRIMARY KEY (id),"
    " CONSTRAINT account_of_speakers UNIQUE (room_id, account_id))",
    "CREATE INDEX speakers_by_room ON speakers (room_id, created_at_ms)",
    "CREATE INDEX speakers_by_account ON speakers (account_id, created_at_ms)",

    "CREATE TABLE tokens ("
    " hash TEXT NOT NULL CHECK (hash <> ''),"
    " kind TEXT NOT NULL CHECK (kind IN"
    " ('session', 'api', 'confirm', 'reset', 'sign-in', 'invitation', 'guest')),"
    " account_id TEXT REFERENCES accounts (id), speaker_id TEXT REFERENCES speakers (id),"
    " email TEXT NOT NULL, label TEXT NOT NULL, created_at_ms BIGINT NOT NULL, expires_at_ms BIGINT NOT NULL,"
    " used_at_ms BIGINT,"
    " CONSTRAINT hash_of_tokens PRIMARY KEY (hash))",
    "CREATE INDEX tokens_by_account ON tokens (account_id, kind, created_at_ms)",
    "CREATE INDEX tokens_by_speaker ON tokens (speaker_id)",
    "CREATE INDEX tokens_by_expiry ON tokens (expires_at_ms)",

    "CREATE TABLE consents ("
    " entry BIGINT NOT NULL, speaker_id TEXT NOT NULL REFERENCES speakers (id),"
    " room_id TEXT NOT NULL REFERENCES rooms (id),"
    " purpose TEXT NOT NULL CHECK (purpose IN ('record', 'replay', 'podcast', 'clip')),"
    " decision TEXT NOT NULL CHECK (decision IN ('given', 'refused', 'withdrawn')),"
    " wording TEXT NOT NULL, language TEXT NOT NULL, how TEXT NOT NULL, at_ms BIGINT NOT NULL,"
    " CONSTRAINT entry_of_consents PRIMARY KEY (entry))",
    "CREATE INDEX consents_by_speaker ON consents (speaker_id, entry)",
    "CREATE INDEX consents_by_room ON consents (room_id, entry)",

    "CREATE TABLE stems ("
    " id TEXT NOT NULL, room_id TEXT NOT NULL REFERENCES rooms (id),"
    " speaker_id TEXT NOT NULL REFERENCES speakers (id), blob TEXT NOT NULL,"
    " state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'erased')), started_at_ms BIGINT NOT NULL,"
    " frames BIGINT NOT NULL CHECK (frames >= 0), erased_at_ms BIGINT,"
    " CONSTRAINT id_of_stems PRIMARY KEY (id))",
    "CREATE INDEX stems_by_room ON stems (room_id, started_at_ms)",
    "CREATE INDEX stems_by_speaker ON stems (speaker_id, started_at_ms)",
    "CREATE INDEX stems_by_state ON stems (state)",

    // channel_id is the room's, kept here so that a channel's feed is one index scan.
    "CREATE TABLE episodes ("
    " id TEXT NOT NULL, room_id TEXT NOT NULL REFERENCES rooms (id), channel_id TEXT NOT NULL REFERENCES "
    "channels (id),"
    " show_id TEXT REFERENCES shows (id), guid TEXT NOT NULL CHECK (guid <> ''), title TEXT NOT NULL,"
    " notes TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('waiting', 'published', 'unpublished')),"
    " rendering TEXT NOT NULL, published_at_ms BIGINT, updated_at_ms BIGINT NOT NULL,"
    " CONSTRAINT id_of_episodes PRIMARY KEY (id),"
    " CONSTRAINT room_of_episodes UNIQUE (room_id),"
    " CONSTRAINT guid_of_episodes UNIQUE (guid))",
    "CREATE INDEX episodes_by_show ON episodes (show_id, published_at_ms) WHERE state = 'published'",
    "CREATE INDEX episodes_by_channel ON episodes (channel_id, published_at_ms) WHERE state = 'published'",

    "CREATE TABLE renderings ("
    " hash TEXT NOT NULL CHECK (hash <> ''), episode_id TEXT NOT NULL REFERENCES episodes (id),"
    " state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'erased')),"
    " duration_ms BIGINT NOT NULL, loudness_lufs DOUBLE PRECISION NOT NULL,"
    " true_peak_dbtp DOUBLE PRECISION NOT NULL, why TEXT NOT NULL, created_at_ms BIGINT NOT NULL,"
    " CONSTRAINT hash_of_renderings PRIMARY KEY (hash))",
    "CREATE INDEX renderings_by_episode ON renderings (episode_id, created_at_ms)",
    "CREATE INDEX renderings_by_state ON renderings (state, created_at_ms)",

    "CREATE TABLE rendering_files ("
    " hash TEXT NOT NULL REFERENCES renderings (hash), format TEXT NOT NULL, blob TEXT NOT NULL,"
    " type TEXT NOT NULL, size_bytes BIGINT NOT NULL CHECK (size_bytes >= 0),"
    " CONSTRAINT format_of_rendering_files PRIMARY KEY (hash, format))",

    "CREATE TABLE receipts ("
    " id TEXT NOT NULL, speaker_id TEXT NOT NULL REFERENCES speakers (id),"
    " room_id TEXT NOT NULL REFERENCES rooms (id), body TEXT NOT NULL, at_ms BIGINT NOT NULL,"
    " CONSTRAINT id_of_receipts PRIMARY KEY (id))",
    "CREATE INDEX receipts_by_speaker ON receipts (speaker_id, at_ms)",

    "CREATE TABLE outbox ("
    " id TEXT NOT NULL, idempotency_key TEXT NOT NULL CHECK (idempotency_key <> ''), delivered_by TEXT NOT "
    "NULL,"
    " recipient TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, due_at_ms BIGINT NOT NULL,"
    " state TEXT NOT NULL CHECK (state IN ('planned', 'leased', 'delivered', 'failed')),"
    " attempts INTEGER NOT NULL CHECK (attempts >= 0), leased_until_ms BIGINT, delivered_at_ms BIGINT,"
    " why TEXT NOT NULL, created_at_ms BIGINT NOT NULL,"
    " CONSTRAINT id_of_outbox PRIMARY KEY (id),"
    " CONSTRAINT key_of_outbox UNIQUE (idempotency_key),"
    " CHECK (state <> 'leased' OR leased_until_ms IS NOT NULL))",
    "CREATE INDEX outbox_planned ON outbox (due_at_ms) WHERE state = 'planned'",
    "CREATE INDEX outbox_leased ON outbox (leased_until_ms) WHERE state = 'leased'",
    "CREATE INDEX outbox_by_age ON outbox (created_at_ms)",

    "CREATE TABLE journal ("
    " entry BIGINT NOT NULL, at_ms BIGINT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,"
    " object TEXT NOT NULL, detail TEXT NOT NULL,"
    " CONSTRAINT entry_of_journal PRIMARY KEY (entry))",

    "CREATE TABLE settings ("
    " name TEXT NOT NULL CHECK (name <> ''), value TEXT NOT NULL,"
    " CONSTRAINT name_of_settings PRIMARY KEY (name))",
};

// A show's earlier schedules, texts in several languages, hosts and lateness of an airing.
constexpr std::array<std::string_view, 35> kProgramme{
    "ALTER TABLE channels ADD COLUMN allows_overlap SMALLINT NOT NULL DEFAULT 1 CHECK (allows_overlap IN (0, "
    "1))",
    "ALTER TABLE shows ADD COLUMN pauses TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE shows ADD COLUMN retired_at_ms BIGINT",
    "ALTER TABLE rooms ADD COLUMN notes TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE rooms ADD COLUMN language TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE rooms ADD COLUMN lateness TEXT NOT NULL DEFAULT 'on-time'"
    " CHECK (lateness IN ('on-time', 'delayed', 'not-held'))",
    "ALTER TABLE rooms ADD COLUMN moved_local TEXT",
    "ALTER TABLE rooms ADD COLUMN moved_from_ms BIGINT",
    "CREATE INDEX rooms_expected ON rooms (lateness, state, starts_at_ms)",
    "CREATE INDEX rooms_public_by_end ON rooms (ends_at_ms) WHERE visibility = 'public'",
    "CREATE INDEX rooms_held ON rooms (show_id) WHERE live_at_ms IS NOT NULL",
    "ALTER TABLE rooms ADD COLUMN has_parts SMALLINT NOT NULL DEFAULT 0 CHECK (has_parts IN (0, 1))",
    "CREATE INDEX rooms_worded ON rooms (starts_at_ms, id)"
    " WHERE title <> '' OR notes <> '' OR language <> '' OR has_parts = 1",
    "CREATE INDEX rooms_moved ON rooms (moved_from_ms) WHERE moved_from_ms IS NOT NULL",
    // In reading order, with all that a list of airings says of one: a day lies on a hundred pages of the
    // index, not on as many pages of the table as it has airings. The few that are longer than four hours
    // have an index of their own: of the others only those of the last four hours can reach into a day.
    "DROP INDEX rooms_public_by_start",
    "CREATE INDEX rooms_public_by_start ON rooms (starts_at_ms, id, ends_at_ms, channel_id, show_id, state,"
    " lateness, title, language, moved_from_ms, has_parts, visibility) WHERE visibility = 'public'",
    "CREATE INDEX rooms_long ON rooms (starts_at_ms, id, ends_at_ms)"
    " WHERE ends_at_ms - starts_at_ms > 14400000",

    // A schedule that a show had until ends_at_ms; its airings are those with an earlier slot.
    "CREATE TABLE show_phases ("
    " show_id TEXT NOT NULL REFERENCES shows (id), number INTEGER NOT NULL, ends_at_ms BIGINT NOT NULL,"
    " title TEXT NOT NULL, zone TEXT NOT NULL, start_local TEXT NOT NULL, rrule TEXT NOT NULL,"
    " exdates TEXT NOT NULL, rdates TEXT NOT NULL, pauses TEXT NOT NULL, length_minutes INTEGER NOT NULL,"
    " sequence INTEGER NOT NULL, updated_at_ms BIGINT NOT NULL,"
    " CONSTRAINT number_of_show_phases PRIMARY KEY (show_id, number))",
    "CREATE TABLE show_texts ("
    " show_id TEXT NOT NULL REFERENCES shows (id), language TEXT NOT NULL, title TEXT NOT NULL,"
    " notes TEXT NOT NULL, CONSTRAINT language_of_show_texts PRIMARY KEY (show_id, language))",
    "CREATE TABLE room_texts ("
    " room_id TEXT NOT NULL REFERENCES rooms (id), language TEXT NOT NULL, title TEXT NOT NULL,"
    " notes TEXT NOT NULL, CONSTRAINT language_of_room_texts PRIMARY KEY (room_id, language))",
    "CREATE TABLE room_hosts ("
    " room_id TEXT NOT NULL REFERENCES rooms (id), account_id TEXT NOT NULL REFERENCES accounts (id),"
    " place BIGINT NOT NULL, CONSTRAINT account_of_room_hosts PRIMARY KEY (room_id, account_id))",
    "CREATE INDEX room_hosts_by_account ON room_hosts (account_id)",
    "CREATE TABLE cohost_invitations ("
    " show_id TEXT NOT NULL REFERENCES shows (id), account_id TEXT NOT NULL REFERENCES accounts (id),"
    " invited_by TEXT NOT NULL REFERENCES accounts (id),"
    " state TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'declined')),"
    " created_at_ms BIGINT NOT NULL, answered_at_ms BIGINT,"
    " CONSTRAINT account_of_cohost_invitations PRIMARY KEY (show_id, account_id))",
    "CREATE INDEX cohost_invitations_by_account ON cohost_invitations (account_id)",

    // Who changed what to which version: what a stale edit is answered with.
    "CREATE TABLE changes ("
    " object_id TEXT NOT NULL, version INTEGER NOT NULL, actor TEXT NOT NULL, at_ms BIGINT NOT NULL,"
    " fields TEXT NOT NULL, CONSTRAINT version_of_changes PRIMARY KEY (object_id, version))",

    "CREATE TABLE calendar_links ("
    " hash TEXT NOT NULL CHECK (hash <> ''), account_id TEXT NOT NULL REFERENCES accounts (id),"
    " alarms TEXT NOT NULL, created_at_ms BIGINT NOT NULL,"
    " CONSTRAINT hash_of_calendar_links PRIMARY KEY (hash))",
    "CREATE INDEX calendar_links_by_account ON calendar_links (account_id)",

    // One row: goes up with every change that a guide, a feed or a page of the programme shows; and the
    // moment that the documents call now, so that their bytes depend on the database alone.
    "CREATE TABLE programme ("
    " entry INTEGER NOT NULL PRIMARY KEY CHECK (entry = 1), revision BIGINT NOT NULL,"
    " roster_revision BIGINT NOT NULL, now_ms BIGINT NOT NULL)",
    "INSERT INTO programme (entry, revision, roster_revision, now_ms) VALUES (1, 1, 1, 0)",
    "CREATE INDEX shows_retired ON shows (retired_at_ms) WHERE retired_at_ms IS NOT NULL",
    "CREATE INDEX shows_by_zone ON shows (zone)",

    // What was last published under a name: its Last-Modified (store/documents.h).
    "CREATE TABLE documents ("
    " name TEXT NOT NULL CHECK (name <> ''), etag TEXT NOT NULL, changed_at_ms BIGINT NOT NULL,"
    " CONSTRAINT name_of_documents PRIMARY KEY (name))",
    // What a calendar says of single airings: see rooms::told.
    "CREATE INDEX rooms_told ON rooms (show_id, slot_ms)"
    " WHERE slot_ms IS NOT NULL AND (sequence > 0 OR visibility <> 'public')",
    // Without a word of visibility: SQLite would rather read all public rooms in order of their start.
    "CREATE INDEX rooms_spontaneous ON rooms (starts_at_ms, id) WHERE slot_ms IS NULL",
    "CREATE INDEX episodes_published ON episodes (published_at_ms) WHERE state = 'published'",
};

constexpr std::array<std::string_view, 1> kImports{
    // Which event of a calendar from elsewhere became what, so that it is not taken twice.
    "CREATE TABLE imports ("
    " channel_id TEXT NOT NULL REFERENCES channels (id), uid TEXT NOT NULL CHECK (uid <> ''),"
    " show_id TEXT REFERENCES shows (id), room_id TEXT REFERENCES rooms (id), imported_at_ms BIGINT NOT NULL,"
    " CONSTRAINT uid_of_imports PRIMARY KEY (channel_id, uid),"
    " CHECK ((show_id IS NULL) <> (room_id IS NULL)))",
};

// Who follows what and how they are told; what there was to tell, and each way on which it goes to somebody.
constexpr std::array<std::string_view, 20> kFollowers{
    // Without an account: with an address of their own. language and zone are then theirs, else the
    // account's.
    "CREATE TABLE followers ("
    " id TEXT NOT NULL, account_id TEXT REFERENCES accounts (id), email TEXT NOT NULL,"
    " language TEXT NOT NULL, zone TEXT NOT NULL,"
    " state TEXT NOT NULL CHECK (state IN ('asked', 'confirmed', 'stopped')),"
    " by_mail SMALLINT NOT NULL CHECK (by_mail IN (0, 1)),"
    " quiet_from_minutes INTEGER NOT NULL, quiet_until_minutes INTEGER NOT NULL,"
    " digest TEXT NOT NULL CHECK (digest IN ('off', 'daily', 'weekly')),"
    " daily_budget INTEGER NOT NULL CHECK (daily_budget >= 0), next_digest_at_ms BIGINT,"
    " bell_seen_at_ms BIGINT NOT NULL, created_at_ms BIGINT NOT NULL,"
    " CONSTRAINT id_of_followers PRIMARY KEY (id),"
    " CONSTRAINT account_of_followers UNIQUE (account_id),"
    " CHECK ((account_id IS NULL) = (email <> '')))",
    "CREATE UNIQUE INDEX email_of_followers ON followers (email) WHERE account_id IS NULL",
    "CREATE INDEX followers_by_digest ON followers (next_digest_at_ms) WHERE next_digest_at_ms IS NOT NULL",

    // ladder: a bit for each rung, 1 the start, 2 ten minutes, 4 an hour, 8 a day before.
    "CREATE TABLE follows ("
    " follower_id TEXT NOT NULL REFERENCES followers (id),"
    " kind TEXT NOT NULL CHECK (kind IN ('show', 'channel', 'host', 'room')), target_id TEXT NOT NULL,"
    " ladder INTEGER NOT NULL, attends SMALLINT NOT NULL CHECK (attends IN (0, 1)),"
    " created_at_ms BIGINT NOT NULL, CONSTRAINT target_of_follows PRIMARY KEY (follower_id, kind, "
    "target_id))",
    "CREATE INDEX follows_by_target ON follows (kind, target_id, follower_id)",
    "CREATE INDEX follows_attending ON follows (target_id) WHERE attends = 1",

    // rungs: who is told, by their ladder; 0: everybody. reached: the last follower whose dispatches are
    // made.
    "CREATE TABLE notices ("
    " id TEXT NOT NULL, idempotency_key TEXT NOT NULL CHECK (idempotency_key <> ''),"
    " kind TEXT NOT NULL CHECK (kind IN ('reminder', 'live', 'delayed', 'moved', 'cancelled', 'restored',"
    " 'rescheduled', 'retired', 'replay', 'note', 'digest')),"
    " channel_id TEXT REFERENCES channels (id), show_id TEXT REFERENCES shows (id),"
    " room_id TEXT REFERENCES rooms (id), minutes_before INTEGER NOT NULL, rungs INTEGER NOT NULL,"
    " starts_at_ms BIGINT, was_at_ms BIGINT, body TEXT NOT NULL, by_id TEXT REFERENCES accounts (id),"
    " due_at_ms BIGINT NOT NULL, expires_at_ms BIGINT NOT NULL, created_at_ms BIGINT NOT NULL,"
    " reached TEXT NOT NULL, planned_at_ms BIGINT,"
    " CONSTRAINT id_of_notices PRIMARY KEY (id),"
    " CONSTRAINT key_of_notices UNIQUE (idempotency_key))",
    "CREATE INDEX notices_unplanned ON notices (due_at_ms) WHERE planned_at_ms IS NULL",
    "CREATE INDEX notices_by_age ON notices (created_at_ms)",
    "CREATE TABLE notice_targets ("
    " notice_id TEXT NOT NULL REFERENCES notices (id), kind TEXT NOT NULL, target_id TEXT NOT NULL,"
    " told_at_ms BIGINT NOT NULL, CONSTRAINT target_of_notice_targets PRIMARY KEY (notice_id, kind, "
    "target_id))",
    "CREATE INDEX notice_targets_by_target ON notice_targets (kind, target_id, told_at_ms)",

    // One notice to one receiver. The key is what makes it once: (person, notice, way, receiver). A person's
    // receiver is a push subscription's id or nothing, a webhook's is its own id without a follower.
    "CREATE TABLE dispatches ("
    " notice_id TEXT NOT NULL REFERENCES notices (id), follower_id TEXT NOT NULL,"
    " way TEXT NOT NULL CHECK (way IN ('mail', 'push', 'webhook', 'digest')), receiver TEXT NOT NULL,"
    " due_at_ms BIGINT NOT NULL, expires_at_ms BIGINT NOT NULL,"
    " state TEXT NOT NULL CHECK (state IN ('planned', 'leased', 'delivered', 'failed', 'dropped')),"
    " attempts INTEGER NOT NULL, leased_until_ms BIGINT, settled_at_ms BIGINT, why TEXT NOT NULL,"
    " CONSTRAINT receiver_of_dispatches PRIMARY KEY (notice_id, follower_id, way, receiver),"
    " CHECK (state <> 'leased' OR leased_until_ms IS NOT NULL))",
    "CREATE INDEX dispatches_planned ON dispatches (due_at_ms) WHERE state = 'planned' AND way <> 'digest'",
    "CREATE INDEX dispatches_leased ON dispatches (leased_until_ms) WHERE state = 'leased'",
    "CREATE INDEX dispatches_failed ON dispatches (settled_at_ms) WHERE state = 'failed'",
    "CREATE INDEX dispatches_by_follower ON dispatches (follower_id, due_at_ms, way)",

    "CREATE TABLE push_subscriptions ("
    " id TEXT NOT NULL, follower_id TEXT NOT NULL REFERENCES followers (id), endpoint TEXT NOT NULL,"
    " p256dh TEXT NOT NULL, auth TEXT NOT NULL, label TEXT NOT NULL, created_at_ms BIGINT NOT NULL,"
    " CONSTRAINT id_of_push_subscriptions PRIMARY KEY (id),"
    " CONSTRAINT endpoint_of_push_subscriptions UNIQUE (endpoint))",
    "CREATE INDEX push_subscriptions_by_follower ON push_subscriptions (follower_id)",
    "CREATE TABLE webhooks ("
    " id TEXT NOT NULL, channel_id TEXT NOT NULL REFERENCES channels (id), url TEXT NOT NULL,"
    " format TEXT NOT NULL CHECK (format IN ('standard', 'discord', 'slack', 'mattermost')),"
    " secret TEXT NOT NULL, former_secret TEXT NOT NULL, former_until_ms BIGINT,"
    " is_on SMALLINT NOT NULL CHECK (is_on IN (0, 1)), why TEXT NOT NULL, created_at_ms BIGINT NOT NULL,"
    " CONSTRAINT id_of_webhooks PRIMARY KEY (id))",
    "CREATE INDEX webhooks_by_channel ON webhooks (channel_id)",
};

constexpr std::array kMigrations{Migration{1, "the first schema", kFirst},
                                 Migration{2, "the programme", kProgramme}, Migration{3, "imports", kImports},
                                 Migration{4, "followers", kFollowers}};

constexpr std::string_view kMakeVersions =
    "CREATE TABLE IF NOT EXISTS schema_version (number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL)";
constexpr Query kVersion{"max(number)", "FROM schema_version"};
constexpr std::string_view kRecordVersion = "INSERT INTO schema_version (number, name) VALUES ($1, $2)";

}  // namespace

std::span<const Migration> all_migrations() {
    return kMigrations;
}

void prepare_versions(Tx& tx) {
    execute(tx, kMakeVersions);
}

int stored_version(Snapshot& snapshot) {
    const auto numbers =
        select(snapshot, kVersion, [](Row& row) { return row.optional_integer().value_or(0); });
    return static_cast<int>(numbers.at(0));
}

bool apply_next(Tx& tx, const Dialect& dialect) {
    const int version = stored_version(tx);
    if (version > kMigrations.back().number)
        throw Error("the database has schema " + std::to_string(version) +
                    ", newer than this program knows (" + std::to_string(kMigrations.back().number) + ")");
    if (version == kMigrations.back().number) return false;
    const auto& next = kMigrations.at(static_cast<std::size_t>(version));
    for (const auto statement : next.statements) execute(tx, statement);
    for (const auto statement : dialect.statements_after(next.number)) execute(tx, statement);
    execute(tx, kRecordVersion, next.number, next.name);
    return true;
}

}  // namespace stagecast::store
