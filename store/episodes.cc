#include "store/programme.h"
#include "store/recordings.h"
#include "store/sql.h"

namespace stagecast::store::episodes {

namespace {

constexpr std::string_view kColumns =
    "id, room_id, show_id, guid, title, notes, state, rendering, published_at_ms, updated_at_ms";
constexpr std::string_view kInsert =
    "INSERT INTO episodes (id, room_id, channel_id, show_id, guid, title, notes, state, rendering, "
    "published_at_ms, "
    "updated_at_ms) VALUES ($1, $2, (SELECT channel_id FROM rooms WHERE id = $2), $3, $4, $5, $6, $7, $8, "
    "$9, $10)";
constexpr std::string_view kUpdate =
    "UPDATE episodes SET title = $1, notes = $2, state = $3, rendering = $4, published_at_ms = $5, "
    "updated_at_ms = $6 "
    "WHERE id = $7";
constexpr Query kFind{kColumns, "FROM episodes WHERE id = $1"};
constexpr Query kOfRoom{kColumns, "FROM episodes WHERE room_id = $1"};
constexpr Query kPublishedBetween{
    "e.room_id, e.id",
    "FROM rooms r JOIN episodes e ON e.room_id = r.id WHERE r.visibility = 'public' AND r.starts_at_ms >= $1 "
    "AND r.starts_at_ms <= $2 AND e.state = 'published'"};
constexpr Query kOfShow{kColumns,
                        "FROM episodes WHERE show_id = $1 AND state = 'published' "
                        "ORDER BY published_at_ms DESC, id DESC LIMIT $2"};
constexpr Query kOfChannel{kColumns,
                           "FROM episodes WHERE channel_id = $1 AND state = 'published' "
                           "ORDER BY published_at_ms DESC, id DESC LIMIT $2"};
constexpr Query kNewest{
    kColumns, "FROM episodes WHERE state = 'published' ORDER BY published_at_ms DESC, id DESC LIMIT $1"};

constexpr Query kPublishedSince{kColumns,
                                "FROM episodes WHERE state = 'published' AND published_at_ms >= $1 "
                                "ORDER BY published_at_ms, id LIMIT $2"};

constexpr std::string_view kRenderingColumns =
    "hash, episode_id, state, duration_ms, loudness_lufs, true_peak_dbtp, why, created_at_ms";
constexpr std::string_view kInsertRendering =
    "INSERT INTO renderings (hash, episode_id, state, duration_ms, loudness_lufs, true_peak_dbtp, why, "
    "created_at_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
constexpr std::string_view kUpdateRendering =
    "UPDATE renderings SET state = $1, duration_ms = $2, loudness_lufs = $3, true_peak_dbtp = $4, why = $5 "
    "WHERE hash = $6";
constexpr Query kFindRendering{kRenderingColumns, "FROM renderings WHERE hash = $1"};
constexpr Query kRenderingsOf{kRenderingColumns,
                              "FROM renderings WHERE episode_id = $1 ORDER BY created_at_ms, hash"};
constexpr Query kRenderingsIn{kRenderingColumns,
                              "FROM renderings WHERE state = $1 ORDER BY created_at_ms, hash"};

constexpr std::string_view kEraseFiles = "DELETE FROM rendering_files WHERE hash = $1";
constexpr std::string_view kInsertFile =
    "INSERT INTO rendering_files (hash, format, blob, type, size_bytes) VALUES ($1, $2, $3, $4, $5)";
constexpr Query kFiles{"format, blob, type, size_bytes",
                       "FROM rendering_files WHERE hash = $1 ORDER BY format"};

Episode read_episode(Row& row) {
    return Episode{.id = row.id<EpisodeId>(),
                   .room = row.id<RoomId>(),
                   .show = row.optional_id<ShowId>(),
                   .guid = row.text(),
                   .title = row.text(),
                   .notes = row.text(),
                   .state = row.word<EpisodeState>(),
                   .rendering = row.text(),
                   .published_at = row.optional_instant(),
                   .updated_at = row.instant()};
}

Rendering read_rendering(Row& row) {
    return Rendering{.hash = row.text(),
                     .episode = row.id<EpisodeId>(),
                     .state = row.word<RenderingState>(),
                     .duration_ms = row.integer(),
                     .loudness_lufs = row.number(),
                     .true_peak_dbtp = row.number(),
                     .why = row.text(),
                     .created_at = row.instant()};
}

RenderingFile read_file(Row& row) {
    return RenderingFile{
        .format = row.text(), .blob = row.text(), .type = row.text(), .size_bytes = row.integer()};
}

}  // namespace

void insert(Tx& tx, const Episode& e) {
    programme::touch(tx);
    execute(tx, kInsert, e.id, e.room, e.show, e.guid, e.title, e.notes, e.state, e.rendering, e.published_at,
            e.updated_at);
}

void update(Tx& tx, const Episode& e) {
    programme::touch(tx);
    execute_on_one(tx, "episode", kUpdate, e.title, e.notes, e.state, e.rendering, e.published_at,
                   e.updated_at, e.id);
}

std::optional<Episode> find(Snapshot& snapshot, const EpisodeId& id) {
    return select_one(snapshot, kFind, read_episode, id);
}

std::vector<std::pair<RoomId, EpisodeId>> published_between(Snapshot& snapshot, Instant from, Instant to) {
    return select(
        snapshot, kPublishedBetween,
        [](Row& row) {
            auto room = row.id<RoomId>();
            return std::pair(std::move(room), row.id<EpisodeId>());
        },
        from, to);
}

std::optional<Episode> of_room(Snapshot& snapshot, const RoomId& room) {
    return select_one(snapshot, kOfRoom, read_episode, room);
}

std::vector<Episode> of_show(Snapshot& snapshot, const ShowId& show, int limit) {
    return select(snapshot, kOfShow, read_episode, show, at_most(limit));
}

std::vector<Episode> of_channel(Snapshot& snapshot, const ChannelId& channel, int limit) {
    return select(snapshot, kOfChannel, read_episode, channel, at_most(limit));
}

std::vector<Episode> newest(Snapshot& snapshot, int limit) {
    return select(snapshot, kNewest, read_episode, at_most(limit));
}

std::vector<Episode> published_since(Snapshot& snapshot, Instant from, int limit) {
    return select(snapshot, kPublishedSince, read_episode, from, at_most(limit));
}

void insert_rendering(Tx& tx, const Rendering& r, const std::vector<RenderingFile>& new_files) {
    execute(tx, kInsertRendering, r.hash, r.episode, r.state, r.duration_ms, r.loudness_lufs,
            r.true_peak_dbtp, r.why, r.created_at);
    set_files(tx, r.hash, new_files);
}

void update_rendering(Tx& tx, const Rendering& r) {
    programme::touch(tx);
    execute_on_one(tx, "rendering", kUpdateRendering, r.state, r.duration_ms, r.loudness_lufs,
                   r.true_peak_dbtp, r.why, r.hash);
}

void set_files(Tx& tx, const std::string& hash, const std::vector<RenderingFile>& new_files) {
    programme::touch(tx);
    execute(tx, kEraseFiles, hash);
    for (const auto& file : new_files)
        execute(tx, kInsertFile, hash, file.format, file.blob, file.type, file.size_bytes);
}

std::optional<Rendering> find_rendering(Snapshot& snapshot, const std::string& hash) {
    return select_one(snapshot, kFindRendering, read_rendering, hash);
}

std::vector<RenderingFile> files(Snapshot& snapshot, const std::string& hash) {
    return select(snapshot, kFiles, read_file, hash);
}

std::vector<Rendering> renderings_of(Snapshot& snapshot, const EpisodeId& episode) {
    return select(snapshot, kRenderingsOf, read_rendering, episode);
}

std::vector<Rendering> renderings_in(Snapshot& snapshot, RenderingState state) {
    return select(snapshot, kRenderingsIn, read_rendering, state);
}

}  // namespace stagecast::store::episodes
