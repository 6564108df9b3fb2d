#include "recorder/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/zone.h"
#include "recorder/ledger.h"
#include "store/shows.h"

namespace stagecast::recorder {
namespace {

constexpr const char* kRendererVersion = "1";
constexpr std::uint64_t kHashedPartBytes = 1 << 20;
constexpr std::int64_t kFramesPerMs = 48;
constexpr std::int64_t kMaxFrames = 24LL * 3600 * 48'000;

std::string local_date(const store::Room& room, const std::optional<store::Show>& show) {
    const auto zone = Zone::find(show ? show->zone : "UTC");
    return to_iso8601(zone->to_local(room.starts_at)).substr(0, 10);
}

std::optional<store::Show> show_of(store::Snapshot& snapshot, const store::Room& room) {
    return room.show ? store::shows::find(snapshot, *room.show) : std::nullopt;
}

bool agrees(store::Snapshot& snapshot, const SpeakerId& speaker) {
    const Purposes purposes = standing(snapshot, speaker);
    return purposes.contains(Purpose::kRecord) && purposes.contains(Purpose::kPodcast);
}

// Of the hashes of its parts, so that an hour is never in memory.
std::string content_hash(const BlobStore& blobs, const std::string& key) {
    std::string parts;
    for (std::uint64_t at = 0;; at += kHashedPartBytes) {
        const std::string part = blobs.get_range(key, at, kHashedPartBytes);
        if (part.empty()) return sha256_hex(parts);
        parts += sha256_hex(part);
    }
}

std::vector<AlignmentPair> pairs_of(const store::Stem& stem, const BlobStore& blobs) {
    const std::string key = sidecar_key(stem.blob);
    auto pairs = blobs.size_bytes(key) ? parse_alignment(blobs.get(key)) : std::vector<AlignmentPair>();
    if (pairs.empty()) pairs.push_back({0, stem.started_at});
    return pairs;
}

}  // namespace

bool Plan::same_as(const Plan& other) const {
    const auto same_stem = [](const store::Stem& a, const store::Stem& b) { return a.id == b.id; };
    return title == other.title && show_title == other.show_title && date == other.date &&
           live_at == other.live_at && ended_at == other.ended_at &&
           std::ranges::equal(stems, other.stems, same_stem);
}

std::string first_title(store::Snapshot& snapshot, const store::Room& room) {
    if (!room.title.empty()) return room.title;
    const auto show = show_of(snapshot, room);
    return show ? show->title + ", " + local_date(room, show) : local_date(room, show);
}

std::optional<Plan> plan_of(store::Snapshot& snapshot, const RoomId& id) {
    const auto room = store::rooms::find(snapshot, id);
    if (!room || room->state != store::RoomState::kEnded || !room->live_at) return std::nullopt;
    if (room->visibility != store::Visibility::kPublic) return std::nullopt;
    const auto show = show_of(snapshot, *room);
    const auto episode = store::episodes::of_room(snapshot, id);
    Plan plan;
    plan.room = id;
    plan.title = episode ? episode->title : first_title(snapshot, *room);
    plan.show_title = show ? show->title : "";
    plan.date = local_date(*room, show);
    plan.live_at = *room->live_at;
    plan.ended_at = room->ended_at;
    for (const auto& stem : store::stems::of_room(snapshot, id))
        if (stem.state == store::StemState::kClosed && stem.frames > 0 && agrees(snapshot, stem.speaker))
            plan.stems.push_back(stem);
    return plan.stems.empty() ? std::nullopt : std::optional(plan);
}

std::string hash_of(const Plan& plan, const BlobStore& blobs) {
    const auto ms = [](Instant at) { return at.time_since_epoch().count(); };
    std::string text = fmt::format("stagecast rendering {}\nroom {}\ntitle {}\nshow {}\ndate {}\nlive {}\n",
                                   kRendererVersion, plan.room.text(), plan.title, plan.show_title, plan.date,
                                   ms(plan.live_at));
    if (plan.ended_at) text += fmt::format("ended {}\n", ms(*plan.ended_at));
    for (const auto& stem : plan.stems) {
        const std::string sidecar = sidecar_key(stem.blob);
        text += fmt::format("stem {} {} podcast {} {}\n", stem.id.text(), stem.speaker.text(),
                            content_hash(blobs, stem.blob),
                            blobs.size_bytes(sidecar) ? content_hash(blobs, sidecar) : "none");
    }
    return sha256_hex(text);
}

std::optional<Mixdown> mixdown_of(const Plan& plan, const BlobStore& blobs) {
    Mixdown mixdown;
    Instant first = Instant::max(), last = Instant::min();
    for (const auto& stem : plan.stems) {
        auto pairs = pairs_of(stem, blobs);
        const auto& end = pairs.back();
        first = std::min(first, pairs.front().at);
        last = std::max(last, end.at + Milliseconds((stem.frames - end.position_frames) / kFramesPerMs));
        mixdown.stems.push_back({blobs.local_path(stem.blob).string(), std::move(pairs)});
    }
    // The server may have been away between the last word and the room's end.
    if (plan.ended_at) last = std::min(last, *plan.ended_at);
    mixdown.start = std::max(plan.live_at, first);
    if (last <= mixdown.start) return std::nullopt;
    mixdown.frames = std::min((last - mixdown.start).count() * kFramesPerMs, kMaxFrames);
    mixdown.tags = {{"title", plan.title}, {"date", plan.date}};
    if (!plan.show_title.empty()) {
        mixdown.tags.emplace_back("artist", plan.show_title);
        mixdown.tags.emplace_back("album", plan.show_title);
    }
    return mixdown;
}

std::string rendering_key(const std::string& hash, const MixdownFile& file) {
    const std::string ending = std::string_view(file.format) == "peaks" ? "peaks.json" : file.format;
    return fmt::format("renderings/{}/{}.{}", hash.substr(0, 2), hash, ending);
}

void erase_rendering(store::Database& database, BlobStore& blobs, store::Rendering rendering) {
    for (const auto& file : mixdown_files()) blobs.erase(rendering_key(rendering.hash, file));
    rendering.state = store::RenderingState::kErased;
    database.write([&](store::Tx& tx) { store::episodes::update_rendering(tx, rendering); });
}

}  // namespace stagecast::recorder
