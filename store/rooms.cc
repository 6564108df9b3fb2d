#include "store/rooms.h"

#include "store/sql.h"

namespace stagecast::store::rooms {

namespace {

// What the CHECK on rooms allows: a room that overlaps an instant started at most this long before it, which
// lets the index on starts_at bound the scan at both ends.
constexpr Milliseconds kLongestRoom = std::chrono::days(7);

constexpr std::string_view kColumns =
    "id, channel_id, show_id, title, state, visibility, starts_at_ms, ends_at_ms, slot_ms, slot_local, "
    "opened_at_ms, "
    "live_at_ms, ended_at_ms, sequence, version, updated_at_ms";
constexpr std::string_view kInsert =
    "INSERT INTO rooms (id, channel_id, show_id, title, state, visibility, starts_at_ms, ends_at_ms, "
    "slot_ms, "
    "slot_local, opened_at_ms, live_at_ms, ended_at_ms, sequence, version, updated_at_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
constexpr std::string_view kInsertSlot =
    "INSERT INTO rooms (id, channel_id, show_id, title, state, visibility, starts_at_ms, ends_at_ms, "
    "slot_ms, "
    "slot_local, opened_at_ms, live_at_ms, ended_at_ms, sequence, version, updated_at_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) "
    "ON CONFLICT (show_id, slot_ms) DO NOTHING";
constexpr std::string_view kUpdate =
    "UPDATE rooms SET title = $1, state = $2, visibility = $3, starts_at_ms = $4, ends_at_ms = $5, "
    "opened_at_ms = $6, "
    "live_at_ms = $7, ended_at_ms = $8, sequence = $9, version = version + 1, updated_at_ms = $10 "
    "WHERE id = $11 AND version = $12";
constexpr Query kFind{kColumns, "FROM rooms WHERE id = $1"};
constexpr Query kBetween{
    kColumns,
    "FROM rooms WHERE visibility = 'public' AND starts_at_ms >= $1 AND starts_at_ms < $2 "
    "AND ends_at_ms > $3 ORDER BY starts_at_ms, id LIMIT $4"};
constexpr Query kOfShow{kColumns,
                        "FROM rooms WHERE show_id = $1 AND starts_at_ms >= $2 AND starts_at_ms < $3 "
                        "ORDER BY starts_at_ms, id LIMIT $4"};
constexpr Query kOfChannel{kColumns,
                           "FROM rooms WHERE channel_id = $1 AND starts_at_ms >= $2 AND starts_at_ms < $3 "
                           "ORDER BY starts_at_ms, id LIMIT $4"};
constexpr Query kInState{kColumns, "FROM rooms WHERE state = $1 ORDER BY starts_at_ms, id"};
constexpr Query kScheduledBefore{
    kColumns,
    "FROM rooms WHERE state = 'scheduled' AND starts_at_ms < $1 ORDER BY starts_at_ms, id LIMIT $2"};
// A room whose stage someone was already invited to is not untouched either. The difference, not the
// equality, of start and slot: from the equality SQLite concludes a scan of every show's scheduled rooms.
constexpr std::string_view kEraseUntouched =
    "DELETE FROM rooms WHERE show_id = $1 AND slot_ms >= $2 AND state = 'scheduled' AND version = 1 "
    "AND starts_at_ms - slot_ms = 0 AND title = '' "
    "AND NOT EXISTS (SELECT 1 FROM speakers WHERE speakers.room_id = rooms.id)";
constexpr Query kLastSlot{"max(slot_ms)", "FROM rooms WHERE show_id = $1"};

constexpr std::string_view kSpeakerColumns =
    "id, room_id, account_id, name, role, muted_by_host, created_at_ms, first_joined_at_ms, left_at_ms";
constexpr std::string_view kInsertSpeaker =
    "INSERT INTO speakers (id, room_id, account_id, name, role, muted_by_host, created_at_ms, "
    "first_joined_at_ms, "
    "left_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
constexpr std::string_view kUpdateSpeaker =
    "UPDATE speakers SET name = $1, role = $2, muted_by_host = $3, first_joined_at_ms = $4, left_at_ms = $5 "
    "WHERE id = $6";
constexpr Query kFindSpeaker{kSpeakerColumns, "FROM speakers WHERE id = $1"};
constexpr Query kFindSpeakerOf{kSpeakerColumns, "FROM speakers WHERE room_id = $1 AND account_id = $2"};
constexpr Query kSpeakers{kSpeakerColumns, "FROM speakers WHERE room_id = $1 ORDER BY created_at_ms, id"};
constexpr Query kAppearances{
    kSpeakerColumns, "FROM speakers WHERE account_id = $1 ORDER BY created_at_ms DESC, id DESC LIMIT $2"};

Room read_room(Row& row) {
    return Room{.id = row.id<RoomId>(),
                .channel = row.id<ChannelId>(),
                .show = row.optional_id<ShowId>(),
                .title = row.text(),
                .state = row.word<RoomState>(),
                .visibility = row.word<Visibility>(),
                .starts_at = row.instant(),
                .ends_at = row.instant(),
                .slot = row.optional_instant(),
                .slot_local = row.optional_local(),
                .opened_at = row.optional_instant(),
                .live_at = row.optional_instant(),
                .ended_at = row.optional_instant(),
                .sequence = row.small(),
                .version = row.small(),
                .updated_at = row.instant()};
}

Speaker read_speaker(Row& row) {
    return Speaker{.id = row.id<SpeakerId>(),
                   .room = row.id<RoomId>(),
                   .account = row.optional_id<AccountId>(),
                   .name = row.text(),
                   .role = row.word<StageRole>(),
                   .muted_by_host = row.flag(),
                   .created_at = row.instant(),
                   .first_joined_at = row.optional_instant(),
                   .left_at = row.optional_instant()};
}

std::int64_t insert_with(Tx& tx, std::string_view sql, const Room& r) {
    return execute(tx, sql, r.id, r.channel, r.show, r.title, r.state, r.visibility, r.starts_at, r.ends_at,
                   r.slot, r.slot_local, r.opened_at, r.live_at, r.ended_at, r.sequence, r.version,
                   r.updated_at);
}

}  // namespace

void insert(Tx& tx, const Room& room) {
    insert_with(tx, kInsert, room);
}

bool insert_slot(Tx& tx, const Room& room) {
    return insert_with(tx, kInsertSlot, room) == 1;
}

void update(Tx& tx, const Room& r) {
    if (execute(tx, kUpdate, r.title, r.state, r.visibility, r.starts_at, r.ends_at, r.opened_at, r.live_at,
                r.ended_at, r.sequence, r.updated_at, r.id, r.version) == 1)
        return;
    if (!find(tx, r.id)) throw NotFound("room not found");
    throw Conflict("version: the room was changed by someone else");
}

std::optional<Room> find(Snapshot& snapshot, const RoomId& id) {
    return select_one(snapshot, kFind, read_room, id);
}

std::vector<Room> between(Snapshot& snapshot, Instant from, Instant to, int limit) {
    return select(snapshot, kBetween, read_room, from - kLongestRoom, to, from, at_most(limit));
}

std::vector<Room> of_show(Snapshot& snapshot, const ShowId& show, Instant from, Instant to, int limit) {
    return select(snapshot, kOfShow, read_room, show, from, to, at_most(limit));
}

std::vector<Room> of_channel(Snapshot& snapshot, const ChannelId& channel, Instant from, Instant to,
                             int limit) {
    return select(snapshot, kOfChannel, read_room, channel, from, to, at_most(limit));
}

std::vector<Room> in_state(Snapshot& snapshot, RoomState state) {
    return select(snapshot, kInState, read_room, state);
}

std::vector<Room> scheduled_before(Snapshot& snapshot, Instant before, int limit) {
    return select(snapshot, kScheduledBefore, read_room, before, at_most(limit));
}

void erase_untouched_slots(Tx& tx, const ShowId& show, Instant from) {
    execute(tx, kEraseUntouched, show, from);
}

std::optional<Instant> last_slot(Snapshot& snapshot, const ShowId& show) {
    return select(
               snapshot, kLastSlot, [](Row& row) { return row.optional_instant(); }, show)
        .at(0);
}

void insert_speaker(Tx& tx, const Speaker& s) {
    execute(tx, kInsertSpeaker, s.id, s.room, s.account, s.name, s.role, s.muted_by_host, s.created_at,
            s.first_joined_at, s.left_at);
}

void update_speaker(Tx& tx, const Speaker& s) {
    execute_on_one(tx, "speaker", kUpdateSpeaker, s.name, s.role, s.muted_by_host, s.first_joined_at,
                   s.left_at, s.id);
}

std::optional<Speaker> find_speaker(Snapshot& snapshot, const SpeakerId& id) {
    return select_one(snapshot, kFindSpeaker, read_speaker, id);
}

std::optional<Speaker> find_speaker_of(Snapshot& snapshot, const RoomId& room, const AccountId& account) {
    return select_one(snapshot, kFindSpeakerOf, read_speaker, room, account);
}

std::vector<Speaker> speakers(Snapshot& snapshot, const RoomId& room) {
    return select(snapshot, kSpeakers, read_speaker, room);
}

std::vector<Speaker> appearances(Snapshot& snapshot, const AccountId& account, int limit) {
    return select(snapshot, kAppearances, read_speaker, account, at_most(limit));
}

}  // namespace stagecast::store::rooms
