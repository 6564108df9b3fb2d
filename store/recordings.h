#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "store/database.h"

namespace stagecast::store {

enum class Purpose { kRecord, kReplay, kPodcast, kClip };
enum class Decision { kGiven, kRefused, kWithdrawn };

// One line of the ledger. Append-only: never updated, never deleted.
struct Consent {
    SpeakerId speaker;
    RoomId room;
    Purpose purpose = Purpose::kRecord;
    Decision decision = Decision::kRefused;
    std::string wording;   // version of the text they saw
    std::string language;  // of that text
    std::string how;       // "page", "api", "guest link"
    Instant at{};
};

enum class StemState { kOpen, kClosed, kErased };

struct Stem {
    StemId id;
    RoomId room;
    SpeakerId speaker;
    std::string blob;  // key
    StemState state = StemState::kOpen;
    Instant started_at{};     // arrival of its first packet
    std::int64_t frames = 0;  // at 48 kHz, when closed
    std::optional<Instant> erased_at;
};

enum class EpisodeState { kWaiting, kPublished, kUnpublished };

struct Episode {
    EpisodeId id;
    RoomId room;
    std::optional<ShowId> show;
    std::string guid;  // permanent
    std::string title;
    std::string notes;
    EpisodeState state = EpisodeState::kWaiting;
    std::string rendering;  // hash of the current one; empty: none
    std::optional<Instant> published_at;
    Instant updated_at{};
};

enum class RenderingState { kQueued, kRunning, kDone, kFailed, kErased };

// One published form: a pure function of its inputs, named by their hash.
struct Rendering {
    std::string hash;  // 64 hex digits
    EpisodeId episode;
    RenderingState state = RenderingState::kQueued;
    std::int64_t duration_ms = 0;
    double loudness_lufs = 0;
    double true_peak_dbtp = 0;
    std::string why;  // of a failure
    Instant created_at{};
};

struct RenderingFile {
    std::string format;  // "m4a", "mp3", "opus", "peaks"
    std::string blob;
    std::string type;  // media type
    std::int64_t size_bytes = 0;
};

// What a person was told was done, kept as they saw it.
struct Receipt {
    ReceiptId id;
    SpeakerId speaker;
    RoomId room;
    std::string body;  // JSON
    Instant at{};
};

namespace consents {
void append(Tx&, const Consent&);
std::vector<Consent> of_speaker(Snapshot&, const SpeakerId&);  // oldest first
std::vector<Consent> of_room(Snapshot&, const RoomId&);
}  // namespace consents

namespace stems {
void insert(Tx&, const Stem&);
void update(Tx&, const Stem&);
std::optional<Stem> find(Snapshot&, const StemId&);
std::vector<Stem> of_room(Snapshot&, const RoomId&);  // by started_at
std::vector<Stem> of_speaker(Snapshot&, const SpeakerId&);
std::vector<Stem> in_state(Snapshot&, StemState);
}  // namespace stems

namespace episodes {
void insert(Tx&, const Episode&);
void update(Tx&, const Episode&);
std::optional<Episode> find(Snapshot&, const EpisodeId&);
std::optional<Episode> of_room(Snapshot&, const RoomId&);
// Published ones of public rooms with starts_at in [from, to].
std::vector<std::pair<RoomId, EpisodeId>> published_between(Snapshot&, Instant from, Instant to);
std::vector<Episode> of_show(Snapshot&, const ShowId&, int limit);  // published, newest first
std::vector<Episode> of_channel(Snapshot&, const ChannelId&, int limit);
std::vector<Episode> newest(Snapshot&, int limit);
// Published from `from` on, the first first.
std::vector<Episode> published_since(Snapshot&, Instant from, int limit);

void insert_rendering(Tx&, const Rendering&, const std::vector<RenderingFile>&);
void update_rendering(Tx&, const Rendering&);
void set_files(Tx&, const std::string& hash, const std::vector<RenderingFile>&);
std::optional<Rendering> find_rendering(Snapshot&, const std::string& hash);
std::vector<RenderingFile> files(Snapshot&, const std::string& hash);
std::vector<Rendering> renderings_of(Snapshot&, const EpisodeId&);
std::vector<Rendering> renderings_in(Snapshot&, RenderingState);
}  // namespace episodes

namespace receipts {
void insert(Tx&, const Receipt&);
std::optional<Receipt> find(Snapshot&, const ReceiptId&);
std::vector<Receipt> of_speaker(Snapshot&, const SpeakerId&);
}  // namespace receipts

}  // namespace stagecast::store
