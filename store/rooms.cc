#include "store/rooms.h"

#include <algorithm>

#include "store/programme.h"
#include "store/sql.h"

namespace stagecast::store::rooms {

namespace {

// What the CHECK on rooms allows: a room that overlaps an instant started at most this long before it, which
// lets the index on starts_at bound the scan at both ends.
constexpr Milliseconds kLongestRoom = std::chrono::days(7);
// All but those that kLongBetweenAfter finds.
constexpr Milliseconds kLongestUsual = std::chrono::hours(4);

// An airing is planned for a day at most; what was extended while live counts to here.
constexpr Milliseconds kLongestPlanned = std::chrono::days(2);

constexpr std::string_view kColumns =
    "id, channel_id, show_id, title, notes, language, state, visibility, starts_at_ms, ends_at_ms, slot_ms, "
    "slot_local, moved_local, moved_from_ms, lateness, has_parts, opened_at_ms, live_at_ms, ended_at_ms, "
    "sequence, "
    "version, updated_at_ms";
constexpr std::string_view kInsert =
    "INSERT INTO rooms (id, channel_id, show_id, title, notes, language, state, visibility, starts_at_ms, "
    "ends_at_ms, slot_ms, slot_local, moved_local, moved_from_ms, lateness, opened_at_ms, live_at_ms, "
    "ended_at_ms, sequence, version, updated_at_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)";
constexpr std::string_view kInsertSlot =
    "INSERT INTO rooms (id, channel_id, show_id, title, notes, language, state, visibility, starts_at_ms, "
    "ends_at_ms, slot_ms, slot_local, moved_local, moved_from_ms, lateness, opened_at_ms, live_at_ms, "
    "ended_at_ms, sequence, version, updated_at_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) "
    "ON CONFLICT (show_id, slot_ms) DO NOTHING";
constexpr std::string_view kUpdate =
    "UPDATE rooms SET title = $1, notes = $2, language = $3, state = $4, visibility = $5, starts_at_ms = $6, "
    "ends_at_ms = $7, moved_local = $8, moved_from_ms = $9, lateness = $10, opened_at_ms = $11, live_at_ms = "
    "$12, ended_at_ms = $13, sequence = $14, version = version + 1, updated_at_ms = $15 "
    "WHERE id = $16 AND version = $17";
constexpr Query kFind{kColumns, "FROM rooms WHERE id = $1"};
// Windows in reading order.
constexpr Query kBetweenAfter{
    kColumns,
    "FROM rooms WHERE visibility = 'public' AND (starts_at_ms, id) > ($1, $2) AND starts_at_ms < $3 "
    "AND ends_at_ms > $4 ORDER BY starts_at_ms, id LIMIT $5"};
// `visibility || ''` keeps the database from the index of all public rooms, which would do as well and is
// longer.
constexpr Query kLongBetweenAfter{
    kColumns,
    "FROM rooms WHERE visibility || '' = 'public' AND ends_at_ms - starts_at_ms > 14400000 "
    "AND (starts_at_ms, id) > ($1, $2) AND starts_at_ms < $3 AND ends_at_ms > $4 "
    "ORDER BY starts_at_ms, id LIMIT $5"};
// No columns but the index's.
constexpr std::string_view kLineColumns =
    "id, channel_id, title, language, show_id, state, lateness, starts_at_ms, ends_at_ms, moved_from_ms, "
    "has_parts";
constexpr Query kLinesBetweenAfter{kLineColumns, kBetweenAfter.rest};
constexpr Query kLongLinesBetweenAfter{kLineColumns, kLongBetweenAfter.rest};
constexpr Query kBetweenAfterOfChannel{
    kColumns,
    "FROM rooms WHERE channel_id = $1 AND visibility = 'public' AND (starts_at_ms, id) > ($2, $3) "
    "AND starts_at_ms < $4 AND ends_at_ms > $5 ORDER BY starts_at_ms, id LIMIT $6"};
constexpr Query kBetweenAfterOfShow{
    kColumns,
    "FROM rooms WHERE show_id = $1 AND visibility = 'public' AND (starts_at_ms, id) > ($2, $3) "
    "AND starts_at_ms < $4 AND ends_at_ms > $5 ORDER BY starts_at_ms, id LIMIT $6"};
constexpr Query kWordedBetweenAfter{
    kColumns,
    "FROM rooms WHERE visibility || '' = 'public' "
    "AND (title <> '' OR notes <> '' OR language <> '' OR has_parts = 1) "
    "AND (starts_at_ms, id) > ($1, $2) AND starts_at_ms < $3 AND ends_at_ms > $4 "
    "ORDER BY starts_at_ms, id LIMIT $5"};
constexpr Query kMovedFromBetween{
    kColumns,
    "FROM rooms WHERE visibility = 'public' AND moved_from_ms >= $1 AND moved_from_ms < $2 "
    "AND moved_from_ms <> starts_at_ms ORDER BY moved_from_ms, id LIMIT $3"};
constexpr Query kPublicBetweenIds{"id",
                                  "FROM rooms WHERE visibility = 'public' AND id >= $1 AND id <= $2 LIMIT 2"};
constexpr Query kShowsAhead{
    "show_id, starts_at_ms",
    "FROM (SELECT s.id AS show_id, (SELECT r.starts_at_ms FROM rooms r WHERE r.show_id = s.id "
    "AND r.starts_at_ms >= $1 AND r.visibility = 'public' AND r.state IN ('scheduled', 'backstage', 'live') "
    "ORDER BY r.starts_at_ms LIMIT 1) AS starts_at_ms FROM shows s WHERE s.retired_at_ms IS NULL) AS ahead "
    "WHERE starts_at_ms < $2 ORDER BY starts_at_ms, show_id LIMIT $3"};
constexpr Query kSlotsOfShow{kColumns,
                             "FROM rooms WHERE show_id = $1 AND slot_ms >= $2 AND slot_ms < $3 "
                             "ORDER BY slot_ms LIMIT $4"};
constexpr Query kOfShow{kColumns,
                        "FROM rooms WHERE show_id = $1 AND starts_at_ms >= $2 AND starts_at_ms < $3 "
                        "ORDER BY starts_at_ms, id LIMIT $4"};
constexpr Query kOfChannel{kColumns,
                           "FROM rooms WHERE channel_id = $1 AND starts_at_ms >= $2 AND starts_at_ms < $3 "
                           "ORDER BY starts_at_ms, id LIMIT $4"};
constexpr Query kFollowedBy{
    kColumns,
    "FROM rooms WHERE visibility = 'public' AND starts_at_ms >= $1 AND starts_at_ms < $2 AND ("
    "channel_id IN (SELECT target_id FROM follows WHERE follower_id = $3 AND kind = 'channel') OR "
    "show_id IN (SELECT target_id FROM follows WHERE follower_id = $3 AND kind = 'show' UNION "
    "SELECT h.show_id FROM follows f JOIN show_hosts h ON h.account_id = f.target_id "
    "WHERE f.follower_id = $3 AND f.kind = 'host') OR "
    "id IN (SELECT target_id FROM follows WHERE follower_id = $3 AND kind = 'room' UNION "
    "SELECT h.room_id FROM follows f JOIN room_hosts h ON h.account_id = f.target_id "
    "WHERE f.follower_id = $3 AND f.kind = 'host')) ORDER BY starts_at_ms, id LIMIT $4"};
constexpr Query kStartingAfter{
    kColumns,
    "FROM rooms WHERE visibility = 'public' AND (starts_at_ms, id) > ($1, $2) AND starts_at_ms < $3 "
    "AND state IN ('scheduled', 'backstage') ORDER BY starts_at_ms, id LIMIT $4"};
constexpr Query kInState{kColumns, "FROM rooms WHERE state = $1 ORDER BY starts_at_ms, id"};
constexpr Query kScheduledBefore{
    kColumns,
    "FROM rooms WHERE state = 'scheduled' AND starts_at_ms < $1 ORDER BY starts_at_ms, id LIMIT $2"};
// A room whose stage someone was already invited to is not untouched either.
constexpr Query kHasPeople{"id", "FROM speakers WHERE room_id = $1 LIMIT 1"};
constexpr std::string_view kEraseUntouched = "DELETE FROM rooms WHERE id = $1 AND version = 1";
constexpr std::string_view kSetSlot =
    "UPDATE rooms SET slot_ms = $1, slot_local = $2, starts_at_ms = $3, ends_at_ms = $4, moved_from_ms = $5, "
    "sequence = $6, updated_at_ms = $7 WHERE id = $8";
constexpr std::string_view kLiftSlot = "UPDATE rooms SET slot_ms = $1 WHERE id = $2";
constexpr Query kExpectedBefore{
    kColumns,
    "FROM rooms WHERE lateness IN ('on-time', 'delayed') AND state IN ('scheduled', 'backstage') "
    "AND starts_at_ms < $1 "
    "ORDER BY starts_at_ms, id LIMIT $2"};
constexpr std::string_view kSetLateness =
    "UPDATE rooms SET lateness = $1, sequence = sequence + 1, updated_at_ms = $2 WHERE id = $3";
constexpr Query kLastStart{
    "max(starts_at_ms)",
    "FROM rooms WHERE visibility = 'public' AND starts_at_ms > $1 AND starts_at_ms <= $2"};
constexpr Query kLastEnd{"max(ends_at_ms)",
                         "FROM rooms WHERE visibility = 'public' AND ends_at_ms > $1 AND ends_at_ms <= $2"};
constexpr Query kHeldBy{"count(*)",
                        "FROM (SELECT 1 FROM show_hosts h JOIN rooms r ON r.show_id = h.show_id "
                        "WHERE h.account_id = $1 AND r.live_at_ms IS NOT NULL LIMIT $2) AS held"};

// The conditions of the indexes rooms_told and rooms_spontaneous, word by word; coalesce() keeps rooms
// without a slot, which are few, from being looked for among all of a show or a channel.
constexpr Query kToldOfShow{kColumns,
                            "FROM rooms WHERE show_id = $1 AND slot_ms IS NOT NULL "
                            "AND (sequence > 0 OR visibility <> 'public') ORDER BY slot_ms LIMIT $2"};
constexpr Query kTold{kColumns,
                      "FROM rooms WHERE slot_ms IS NOT NULL AND (sequence > 0 OR visibility <> 'public') "
                      "ORDER BY show_id, slot_ms LIMIT $1"};
constexpr Query kReplayedOfShow{kColumns,
                                "FROM rooms WHERE id IN (SELECT room_id FROM episodes WHERE show_id = $1 "
                                "AND state = 'published' ORDER BY published_at_ms DESC, id DESC LIMIT $2)"};
constexpr Query kReplayed{kColumns,
                          "FROM rooms WHERE id IN (SELECT room_id FROM episodes WHERE state = 'published' "
                          "ORDER BY published_at_ms DESC, id DESC LIMIT $1)"};
constexpr Query kSpontaneousOfShow{kColumns,
                                   "FROM rooms WHERE slot_ms IS NULL AND starts_at_ms >= $1 "
                                   "AND coalesce(show_id, '') = $2 AND visibility || '' = 'public' "
                                   "ORDER BY starts_at_ms, id LIMIT $3"};
constexpr Query kSpontaneousOfChannel{kColumns,
                                      "FROM rooms WHERE slot_ms IS NULL AND starts_at_ms >= $1 "
                                      "AND coalesce(channel_id, '') = $2 AND visibility || '' = 'public' "
                                      "ORDER BY starts_at_ms, id LIMIT $3"};
constexpr Query kSpontaneous{kColumns,
                             "FROM rooms WHERE slot_ms IS NULL AND starts_at_ms >= $1 "
                             "AND visibility || '' = 'public' ORDER BY starts_at_ms, id LIMIT $2"};

constexpr Query kBusyOnChannel{
    kColumns,
    "FROM rooms WHERE channel_id = $1 AND starts_at_ms >= $2 AND starts_at_ms < $3 AND ends_at_ms > $4 "
    "AND state IN ('scheduled', 'backstage', 'live') AND lateness <> 'not-held' "
    "ORDER BY starts_at_ms, id LIMIT $5"};
// By the ids of the host's shows first: the planner would rather scan the whole window.
constexpr Query kBusyWithHost{
    kColumns,
    "FROM rooms WHERE (show_id IN (SELECT show_id FROM show_hosts WHERE account_id = $1) "
    "OR id IN (SELECT room_id FROM room_hosts WHERE account_id = $1)) "
    "AND starts_at_ms >= $2 AND starts_at_ms < $3 AND ends_at_ms > $4 "
    "AND state IN ('scheduled', 'backstage', 'live') AND lateness <> 'not-held' "
    "ORDER BY starts_at_ms, id LIMIT $5"};
constexpr Query kLastSlot{"max(slot_ms)", "FROM rooms WHERE show_id = $1"};

Room read_room(Row& row) {
    return Room{.id = row.id<RoomId>(),
                .channel = row.id<ChannelId>(),
                .show = row.optional_id<ShowId>(),
                .title = row.text(),
                .notes = row.text(),
                .language = row.text(),
                .state = row.word<RoomState>(),
                .visibility = row.word<Visibility>(),
                .starts_at = row.instant(),
                .ends_at = row.instant(),
                .slot = row.optional_instant(),
                .slot_local = row.optional_local(),
                .moved_local = row.optional_local(),
                .moved_from = row.optional_instant(),
                .lateness = row.word<Lateness>(),
                .has_parts = row.flag(),
                .opened_at = row.optional_instant(),
                .live_at = row.optional_instant(),
                .ended_at = row.optional_instant(),
                .sequence = row.small(),
                .version = row.small(),
                .updated_at = row.instant()};
}

Line read_line(Row& row) {
    return Line{.id = row.view(),
                .channel = row.view(),
                .title = row.view(),
                .language = row.view(),
                .show = row.optional_view(),
                .state = row.word<RoomState>(),
                .lateness = row.word<Lateness>(),
                .starts_at = row.instant(),
                .ends_at = row.instant(),
                .moved_from = row.optional_instant(),
                .has_parts = row.flag()};
}

std::int64_t insert_with(Tx& tx, std::string_view sql, const Room& r) {
    programme::touch(tx);
    return execute(tx, sql, r.id, r.channel, r.show, r.title, r.notes, r.language, r.state, r.visibility,
                   r.starts_at, r.ends_at, r.slot, r.slot_local, r.moved_local, r.moved_from, r.lateness,
                   r.opened_at, r.live_at, r.ended_at, r.sequence, r.version, r.updated_at);
}

}  // namespace

void insert(Tx& tx, const Room& room) {
    insert_with(tx, kInsert, room);
}

bool insert_slot(Tx& tx, const Room& room) {
    return insert_with(tx, kInsertSlot, room) == 1;
}

void update(Tx& tx, const Room& r) {
    programme::touch(tx);
    if (execute(tx, kUpdate, r.title, r.notes, r.language, r.state, r.visibility, r.starts_at, r.ends_at,
                r.moved_local, r.moved_from, r.lateness, r.opened_at, r.live_at, r.ended_at, r.sequence,
                r.updated_at, r.id, r.version) == 1)
        return;
    if (!find(tx, r.id)) throw NotFound("room not found");
    throw Conflict("version: the room was changed by someone else");
}

std::optional<Room> find(Snapshot& snapshot, const RoomId& id) {
    return select_one(snapshot, kFind, read_room, id);
}

std::vector<Room> between(Snapshot& snapshot, Instant from, Instant to, int limit) {
    return between_after(snapshot, from, to, {from - kLongestRoom, ""}, limit);
}

std::vector<Room> between_after(Snapshot& snapshot, Instant from, Instant to, const Place& after, int limit) {
    std::vector<Room> rooms;
    const Place usual{from - kLongestUsual, ""};
    if (after < usual)
        rooms = select(snapshot, kLongBetweenAfter, read_room, after.starts_at, after.id, usual.starts_at,
                       from, at_most(limit));
    const auto& start = std::max(after, usual);
    auto others = select(snapshot, kBetweenAfter, read_room, start.starts_at, start.id, to, from,
                         at_most(limit - static_cast<int>(rooms.size())));
    if (rooms.empty()) return others;
    rooms.insert(rooms.end(), std::make_move_iterator(others.begin()), std::make_move_iterator(others.end()));
    return rooms;
}

void visit_between_after(Snapshot& snapshot, Instant from, Instant to, const Place& after, int limit,
                         const std::function<void(const Line&)>& visit) {
    int left = limit;
    const auto each = [&](Row& row) {
        visit(read_line(row));
        --left;
    };
    const Place usual{from - kLongestUsual, ""};
    if (after < usual)
        store::visit(snapshot, kLongLinesBetweenAfter, each, after.starts_at, after.id, usual.starts_at, from,
                     at_most(left));
    const auto& start = std::max(after, usual);
    store::visit(snapshot, kLinesBetweenAfter, each, start.starts_at, start.id, to, from, at_most(left));
}

std::vector<Room> between_after(Snapshot& snapshot, const ChannelId& channel, Instant from, Instant to,
                                const Place& after, int limit) {
    const auto start = std::max(after, {from - kLongestRoom, ""});
    return select(snapshot, kBetweenAfterOfChannel, read_room, channel, start.starts_at, start.id, to, from,
                  at_most(limit));
}

std::vector<Room> between_after(Snapshot& snapshot, const ShowId& show, Instant from, Instant to,
                                const Place& after, int limit) {
    const auto start = std::max(after, {from - kLongestRoom, ""});
    return select(snapshot, kBetweenAfterOfShow, read_room, show, start.starts_at, start.id, to, from,
                  at_most(limit));
}

std::vector<Room> worded_between_after(Snapshot& snapshot, Instant from, Instant to, const Place& after,
                                       int limit) {
    const auto start = std::max(after, {from - kLongestRoom, ""});
    return select(snapshot, kWordedBetweenAfter, read_room, start.starts_at, start.id, to, from,
                  at_most(limit));
}

std::vector<Room> moved_from_between(Snapshot& snapshot, Instant from, Instant to, int limit) {
    return select(snapshot, kMovedFromBetween, read_room, from, to, at_most(limit));
}

std::optional<RoomId> find_public_by_beginning(Snapshot& snapshot, const std::string& beginning) {
    // Between the least and the greatest id that begin so, whatever the database's order of letters and
    // digits.
    constexpr std::size_t kIdCharacters = 26;
    if (beginning.size() > kIdCharacters) return std::nullopt;
    const auto rest = kIdCharacters - beginning.size();
    const auto found = select(
        snapshot, kPublicBetweenIds, [](Row& row) { return row.id<RoomId>(); },
        beginning + std::string(rest, '2'), beginning + std::string(rest, 'z'));
    if (found.size() != 1) return std::nullopt;
    return found.front();
}

std::vector<NextOfShow> shows_ahead(Snapshot& snapshot, Instant from, Instant to, int limit) {
    return select(
        snapshot, kShowsAhead,
        [](Row& row) { return NextOfShow{.show = row.id<ShowId>(), .starts_at = row.instant()}; }, from, to,
        at_most(limit));
}

std::vector<Room> of_show(Snapshot& snapshot, const ShowId& show, Instant from, Instant to, int limit) {
    return select(snapshot, kOfShow, read_room, show, from, to, at_most(limit));
}

std::vector<Room> of_channel(Snapshot& snapshot, const ChannelId& channel, Instant from, Instant to,
                             int limit) {
    return select(snapshot, kOfChannel, read_room, channel, from, to, at_most(limit));
}

std::vector<Room> followed_by(Snapshot& snapshot, const FollowerId& follower, Instant from, Instant to,
                              int limit) {
    return select(snapshot, kFollowedBy, read_room, from, to, follower, at_most(limit));
}

std::vector<Room> starting_after(Snapshot& snapshot, const Place& after, Instant to, int limit) {
    return select(snapshot, kStartingAfter, read_room, after.starts_at, after.id, to, at_most(limit));
}

std::vector<Room> in_state(Snapshot& snapshot, RoomState state) {
    return select(snapshot, kInState, read_room, state);
}

std::vector<Room> scheduled_before(Snapshot& snapshot, Instant before, int limit) {
    return select(snapshot, kScheduledBefore, read_room, before, at_most(limit));
}

std::vector<Room> slots_of_show(Snapshot& snapshot, const ShowId& show, Instant from, Instant to, int limit) {
    return select(snapshot, kSlotsOfShow, read_room, show, from, to, at_most(limit));
}

bool is_untouched(Snapshot& snapshot, const Room& room) {
    return room.version == 1 && room.state == RoomState::kScheduled &&
           !select_one(
               snapshot, kHasPeople, [](Row& row) { return row.text(); }, room.id);
}

void erase_untouched(Tx& tx, const RoomId& room) {
    execute_on_one(tx, "room", kEraseUntouched, room);
    programme::touch(tx);
}

void set_slot(Tx& tx, const Room& r) {
    execute_on_one(tx, "room", kSetSlot, r.slot, r.slot_local, r.starts_at, r.ends_at, r.moved_from,
                   r.sequence, r.updated_at, r.id);
    programme::touch(tx);
}

void lift_slot(Tx& tx, const RoomId& room, std::int64_t nth) {
    execute_on_one(tx, "room", kLiftSlot, -1 - nth, room);
}

std::vector<Room> expected_before(Snapshot& snapshot, Instant before, int limit) {
    return select(snapshot, kExpectedBefore, read_room, before, at_most(limit));
}

void set_lateness(Tx& tx, const RoomId& room, Lateness lateness, Instant at) {
    execute_on_one(tx, "room", kSetLateness, lateness, at, room);
    programme::touch(tx);
}

std::optional<Instant> last_boundary(Snapshot& snapshot, Instant after, Instant until) {
    const auto last = [&](const Query& query) {
        return select(
                   snapshot, query, [](Row& row) { return row.optional_instant(); }, after, until)
            .at(0);
    };
    return std::max(last(kLastStart), last(kLastEnd));
}

int held_by(Snapshot& snapshot, const AccountId& account, int limit) {
    return select(
               snapshot, kHeldBy, [](Row& row) { return row.small(); }, account, at_most(limit))
        .at(0);
}

std::vector<Room> told_of_show(Snapshot& snapshot, const ShowId& show, int limit) {
    return select(snapshot, kToldOfShow, read_room, show, at_most(limit));
}

std::vector<Room> told(Snapshot& snapshot, int limit) {
    return select(snapshot, kTold, read_room, at_most(limit));
}

std::vector<Room> replayed_of_show(Snapshot& snapshot, const ShowId& show, int limit) {
    return select(snapshot, kReplayedOfShow, read_room, show, at_most(limit));
}

std::vector<Room> replayed(Snapshot& snapshot, int limit) {
    return select(snapshot, kReplayed, read_room, at_most(limit));
}

std::vector<Room> spontaneous_of_show(Snapshot& snapshot, const ShowId& show, Instant from, int limit) {
    return select(snapshot, kSpontaneousOfShow, read_room, from, show, at_most(limit));
}

std::vector<Room> spontaneous_of_channel(Snapshot& snapshot, const ChannelId& channel, Instant from,
                                         int limit) {
    return select(snapshot, kSpontaneousOfChannel, read_room, from, channel, at_most(limit));
}

std::vector<Room> spontaneous(Snapshot& snapshot, Instant from, int limit) {
    return select(snapshot, kSpontaneous, read_room, from, at_most(limit));
}

std::vector<Room> busy_on_channel(Snapshot& snapshot, const ChannelId& channel, Instant from, Instant to,
                                  int limit) {
    return select(snapshot, kBusyOnChannel, read_room, channel, from - kLongestPlanned, to, from,
                  at_most(limit));
}

std::vector<Room> busy_with_host(Snapshot& snapshot, const AccountId& host, Instant from, Instant to,
                                 int limit) {
    return select(snapshot, kBusyWithHost, read_room, host, from - kLongestPlanned, to, from, at_most(limit));
}

std::optional<Instant> last_slot(Snapshot& snapshot, const ShowId& show) {
    return select(
               snapshot, kLastSlot, [](Row& row) { return row.optional_instant(); }, show)
        .at(0);
}

}  // namespace stagecast::store::rooms
