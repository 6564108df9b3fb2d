#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "store/recordings.h"
#include "web/answer.h"
#include "web/media/doors.h"

// /media/{rendering hash}/{name}.{format}: an episode's files. The address names a rendering; when that was
// replaced it leads to the current one, so caches must ask again.
namespace stagecast::web {
namespace {

struct Wanted {
    std::string hash;
    std::string name;       // of the file, without extension
    std::string extension;  // "mp3", "peaks.json"
    std::string format;     // as renderings name it: "mp3", "peaks"
};

Wanted read(const Request& request) {
    const auto& hash = request.param("hash");
    const auto& file = request.param("file");
    const auto dot = file.find('.');
    const bool is_hash = hash.size() == 64 && hash.find_first_not_of("0123456789abcdef") == hash.npos;
    if (!is_hash || dot == file.npos || dot == 0) throw NotFound("file not found");
    Wanted wanted{hash, slugify(file.substr(0, dot), "episode"), file.substr(dot + 1), {}};
    wanted.format = wanted.extension == "peaks.json" ? "peaks" : wanted.extension;
    return wanted;
}

struct Found {
    store::Rendering rendering;
    store::Episode episode;
    store::Room room;
    std::optional<store::RenderingFile> file;
};

Found find(store::Snapshot& snapshot, const access::Actor& actor, const Wanted& wanted) {
    const auto rendering = store::episodes::find_rendering(snapshot, wanted.hash);
    if (!rendering) throw NotFound("file not found");
    const auto episode = store::episodes::find(snapshot, rendering->episode);
    if (!episode) throw NotFound("file not found");
    access::require(snapshot, actor, access::Action::kSeeRoom, episode->room);
    Found found{*rendering, *episode, store::rooms::find(snapshot, episode->room).value(), {}};
    const auto files = store::episodes::files(snapshot, wanted.hash);
    const auto file = std::ranges::find(files, wanted.format, &store::RenderingFile::format);
    if (file != files.end()) found.file = *file;
    return found;
}

Response serve(Services& services, const Request& request) {
    const auto wanted = read(request);
    const auto found = services.database.read(
        [&](store::Snapshot& snapshot) { return find(snapshot, request.actor, wanted); });
    const char* const caching =
        found.room.visibility == store::Visibility::kPrivate ? "private, no-cache" : "public, no-cache";
    if (found.episode.state == store::EpisodeState::kUnpublished)
        throw Gone("this episode is not published any more");
    if (found.episode.state == store::EpisodeState::kWaiting)
        throw Unavailable("this episode is being rendered", std::chrono::seconds(10));
    if (found.episode.rendering != wanted.hash)
        return redirect(studio::media_path(found.episode.rendering, wanted.name, wanted.extension), 307)
            .with("Cache-Control", caching);
    if (!found.file) throw NotFound("this episode has no such file");
    const auto size_bytes = services.blobs.size_bytes(found.file->blob);
    if (!size_bytes) throw Gone("this file was erased");
    Response response;
    response.file = FileBody{found.file->blob, *size_bytes};
    response.with("Content-Type", found.file->type)
        .with("ETag", "\"" + wanted.hash.substr(0, 32) + "-" + wanted.format + "\"")
        .with("Last-Modified", to_http_date(found.rendering.created_at))
        .with("Cache-Control", caching);
    return allow_any_origin(response);
}

}  // namespace

void add_file_routes(Router& router, Services& services) {
    router.add("GET", "/media/{hash}/{file}",
               [&services](const Request& request) { return serve(services, request); });
}

}  // namespace stagecast::web
