#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/blob.h"
#include "base/id.h"
#include "base/time.h"
#include "recorder/mixdown.h"
#include "store/database.h"
#include "store/recordings.h"
#include "store/rooms.h"

namespace stagecast::recorder {

// What an episode of a room is made of at one moment: the closed stems of those who agree to `record` and
// `podcast`, and what else changes a byte of it.
struct Plan {
    RoomId room;
    std::string title;
    std::string show_title;
    std::string date;  // of the airing, in the show's zone
    Instant live_at{};
    std::optional<Instant> ended_at;
    std::vector<store::Stem> stems;

    // Are these the same inputs? Stems never change once they are closed.
    bool same_as(const Plan& other) const;
};

// Empty unless the room has ended, was live, is public, and somebody agreed.
std::optional<Plan> plan_of(store::Snapshot& snapshot, const RoomId& room);
// The title that an episode of the room begins with.
std::string first_title(store::Snapshot& snapshot, const store::Room& room);

// SHA-256 in hex of everything a rendering depends on, the stems' bytes included: its name.
std::string hash_of(const Plan& plan, const BlobStore& blobs);
// Cut to what was said live. Empty if nothing was.
std::optional<Mixdown> mixdown_of(const Plan& plan, const BlobStore& blobs);

// The keys of a rendering's files follow from its hash: what a crash left is found without the store.
std::string rendering_key(const std::string& hash, const MixdownFile& file);
// Unlinks the files, then says so in the store.
void erase_rendering(store::Database& database, BlobStore& blobs, store::Rendering rendering);

}  // namespace stagecast::recorder
