#include "store/imports.h"

#include "base/error.h"
#include "store/sql.h"

namespace stagecast::store::imports {

namespace {

constexpr std::size_t kMaxUidBytes = 1'000;
constexpr std::string_view kPut =
    "INSERT INTO imports (channel_id, uid, show_id, room_id, imported_at_ms) VALUES ($1, $2, $3, $4, $5) "
    "ON CONFLICT (channel_id, uid) DO UPDATE SET show_id = excluded.show_id, room_id = excluded.room_id, "
    "imported_at_ms = excluded.imported_at_ms";
constexpr Query kFind{
    "i.channel_id, i.uid, i.show_id, i.room_id, i.imported_at_ms",
    "FROM imports i LEFT JOIN shows s ON s.id = i.show_id LEFT JOIN rooms r ON r.id = i.room_id "
    "WHERE i.channel_id = $1 AND i.uid = $2 AND s.retired_at_ms IS NULL "
    "AND (r.state IS NULL OR r.state <> 'cancelled')"};

}  // namespace

void put(Tx& tx, const Import& import) {
    if (import.uid.empty() || import.uid.size() > kMaxUidBytes)
        throw Invalid("uid", "must have from 1 to 1,000 bytes");
    execute(tx, kPut, import.channel, import.uid, import.show, import.room, import.imported_at);
}

std::optional<Import> find(Snapshot& snapshot, const ChannelId& channel, const std::string& uid) {
    return select_one(
        snapshot, kFind,
        [](Row& row) {
            return Import{.channel = row.id<ChannelId>(),
                          .uid = row.text(),
                          .show = row.optional_id<ShowId>(),
                          .room = row.optional_id<RoomId>(),
                          .imported_at = row.instant()};
        },
        channel, uid);
}

}  // namespace stagecast::store::imports
