#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/blob.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/time.h"
#include "media/packet.h"
#include "recorder/ledger.h"
#include "store/database.h"

namespace stagecast::recorder {

// Writes stems as packets arrive. Thread: open/close from any; packets from rtc-0 through a ring to
// recorder-0, which writes (a page each half second of sound, fsync each second). A disk that refuses ends
// that stem, never the sound.
class StemWriter {
public:
    StemWriter(store::Database& database, BlobStore& blobs, const Clock& clock, Random& random,
               Metrics& metrics);
    ~StemWriter();  // closes every open stem

    // Requires that `record` stands in the ledger at this moment, else Forbidden: the caller's word is not
    // enough.
    std::shared_ptr<media::PacketSink> open(const RoomId& room, const SpeakerId& speaker);
    // Ends the speaker's open stems now; returns when they are on disk and in the store.
    void close(const SpeakerId& speaker);
    void close_room(const RoomId& room);
    // Stems that a crash left open: measured, closed.
    int recover();

private:
    struct Impl;
    const std::unique_ptr<Impl> impl_;
};

// Renders episodes in its own thread (render-0): stems whose owners agreed to `podcast`, aligned, mixed, −16
// LUFS, at most −1 dBTP, as m4a, mp3 and opus. A rendering is named by the hash of its inputs; the same
// inputs are never rendered twice.
class Renderer {
public:
    // published(episode) is called on render-0 after the store says so.
    Renderer(store::Database& database, BlobStore& blobs, const Clock& clock, Random& random,
             Metrics& metrics, std::function<void(const EpisodeId&)> published);
    ~Renderer();
    void start();
    void stop();  // the rendering under way is dropped and found again at the next start

    // Makes the room's episode (waiting) if it has none and asks for its rendering. No consenting stem: the
    // episode is unpublished, its files are erased.
    void request(const RoomId& room);
    // Drops the room's rendering under way, if there is one: its files are gone when this returns. No other
    // begins as long as the result lives, which must not outlive the renderer.
    [[nodiscard]] std::shared_ptr<void> hold(const RoomId& room);
    // Waits until nothing is queued: tests and clean stops.
    void drain();

private:
    struct Impl;
    const std::unique_ptr<Impl> impl_;
};

struct ReceiptBody {
    ReceiptId id;
    SpeakerId speaker;
    RoomId room;
    Purposes withdrawn;
    int stems_erased = 0;
    std::int64_t bytes_erased = 0;
    std::vector<std::string> renderings_erased;  // hashes
    Instant at{};
    std::string cannot_be_undone;  // "copies already downloaded are out of our reach"
};
std::string to_json(const ReceiptBody& receipt);

// Takes consent back with effect: ledger, stem, renderings, in this order; a crash between them is finished
// at start.
class Eraser {
public:
    Eraser(store::Database& database, BlobStore& blobs, const Clock& clock, Random& random,
           StemWriter& writer, Renderer& renderer);
    // Withdrawing `record` erases the stems; less than that takes the voice out of what that purpose allowed.
    ReceiptBody withdraw(const SpeakerId& speaker, const Purposes& purposes, std::string_view how);
    // Finishes withdrawals that have no receipt: a crash came between. At start, after the writer's
    // recover().
    int recover();

private:
    void take_effect(ReceiptBody& receipt);
    void erase_stems(const std::vector<store::Stem>& stems, ReceiptBody& receipt);
    void erase_renderings(ReceiptBody& receipt);

    store::Database& database_;
    BlobStore& blobs_;
    const Clock& clock_;
    Random& random_;
    StemWriter& writer_;
    Renderer& renderer_;
};

}  // namespace stagecast::recorder
