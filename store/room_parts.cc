// Texts and hosts that an airing has for itself.
#include "store/rooms.h"

#include "store/programme.h"
#include "store/sql.h"

namespace stagecast::store::rooms {

namespace {

// set_texts and set_hosts end with it.
constexpr std::string_view kMarkParts =
    "UPDATE rooms SET has_parts = CASE WHEN EXISTS (SELECT 1 FROM room_texts t WHERE t.room_id = rooms.id) "
    "OR EXISTS (SELECT 1 FROM room_hosts h WHERE h.room_id = rooms.id) THEN 1 ELSE 0 END WHERE id = $1";
constexpr std::string_view kEraseTexts = "DELETE FROM room_texts WHERE room_id = $1";
constexpr std::string_view kInsertText =
    "INSERT INTO room_texts (room_id, language, title, notes) VALUES ($1, $2, $3, $4)";
constexpr Query kTexts{"language, title, notes", "FROM room_texts WHERE room_id = $1 ORDER BY language"};
constexpr std::string_view kEraseHosts = "DELETE FROM room_hosts WHERE room_id = $1";
constexpr std::string_view kInsertHost =
    "INSERT INTO room_hosts (room_id, account_id, place) VALUES ($1, $2, $3)";
constexpr Query kHosts{
    "a.id, a.handle, a.name",
    "FROM room_hosts h JOIN accounts a ON a.id = h.account_id WHERE h.room_id = $1 ORDER BY h.place"};
constexpr Query kTextsOfShow{
    "t.room_id, t.language, t.title, t.notes",
    "FROM rooms r JOIN room_texts t ON t.room_id = r.id WHERE r.show_id = $1 ORDER BY t.room_id, t.language"};
constexpr Query kAllTexts{"t.room_id, t.language, t.title, t.notes",
                          "FROM room_texts t ORDER BY t.room_id, t.language"};
constexpr Query kHostsOfShow{"h.room_id, a.id, a.handle, a.name",
                             "FROM rooms r JOIN room_hosts h ON h.room_id = r.id "
                             "JOIN accounts a ON a.id = h.account_id WHERE r.show_id = $1 "
                             "ORDER BY h.room_id, h.place"};
constexpr Query kAllHosts{
    "h.room_id, a.id, a.handle, a.name",
    "FROM room_hosts h JOIN accounts a ON a.id = h.account_id ORDER BY h.room_id, h.place"};

TextOf read_text_of(Row& row) {
    const auto room = row.id<RoomId>();
    return {room, Text{.language = row.text(), .title = row.text(), .notes = row.text()}};
}

HostOf read_host_of(Row& row) {
    const auto room = row.id<RoomId>();
    return {room, Host{.account = row.id<AccountId>(), .handle = row.text(), .name = row.text()}};
}

}  // namespace

void set_texts(Tx& tx, const RoomId& room, const std::vector<Text>& texts) {
    execute(tx, kEraseTexts, room);
    for (const auto& text : texts) execute(tx, kInsertText, room, text.language, text.title, text.notes);
    execute(tx, kMarkParts, room);
    programme::touch(tx);
}

std::vector<Text> texts(Snapshot& snapshot, const RoomId& room) {
    return select(
        snapshot, kTexts,
        [](Row& row) { return Text{.language = row.text(), .title = row.text(), .notes = row.text()}; },
        room);
}

void set_hosts(Tx& tx, const RoomId& room, const std::vector<AccountId>& hosts) {
    execute(tx, kEraseHosts, room);
    int place = 0;
    for (const auto& host : hosts) execute(tx, kInsertHost, room, host, ++place);
    execute(tx, kMarkParts, room);
    programme::touch(tx);
}

std::vector<Host> hosts(Snapshot& snapshot, const RoomId& room) {
    return select(
        snapshot, kHosts,
        [](Row& row) {
            return Host{.account = row.id<AccountId>(), .handle = row.text(), .name = row.text()};
        },
        room);
}

std::vector<TextOf> texts_of_show(Snapshot& snapshot, const ShowId& show) {
    return select(snapshot, kTextsOfShow, read_text_of, show);
}

std::vector<TextOf> all_texts(Snapshot& snapshot) {
    return select(snapshot, kAllTexts, read_text_of);
}

std::vector<HostOf> hosts_of_show(Snapshot& snapshot, const ShowId& show) {
    return select(snapshot, kHostsOfShow, read_host_of, show);
}

std::vector<HostOf> all_hosts(Snapshot& snapshot) {
    return select(snapshot, kAllHosts, read_host_of);
}

}  // namespace stagecast::store::rooms
