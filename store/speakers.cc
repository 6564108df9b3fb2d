// Who is on a room's stage.
#include "store/rooms.h"

#include "store/programme.h"
#include "store/sql.h"

namespace stagecast::store::rooms {

namespace {

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

}  // namespace

void insert_speaker(Tx& tx, const Speaker& s) {
    programme::touch(tx);
    execute(tx, kInsertSpeaker, s.id, s.room, s.account, s.name, s.role, s.muted_by_host, s.created_at,
            s.first_joined_at, s.left_at);
}

void update_speaker(Tx& tx, const Speaker& s) {
    programme::touch(tx);
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
