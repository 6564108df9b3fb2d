#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>
#include <set>

#include "base/error.h"
#include "base/guarded.h"
#include "base/log.h"
#include "base/ring.h"
#include "base/thread.h"
#include "media/ogg.h"
#include "recorder/recorder.h"
#include "recorder/stem_file.h"

namespace stagecast::recorder {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::size_t kSlots = 256;  // 5 s of 20 ms packets: how long a disk may stall before sound is missed
constexpr std::size_t kSlotBytes = 1500;  // more does not come in one datagram
constexpr Milliseconds kWakeEvery{100};   // with StemFile's half second, under 1 s is lost to kill -9
constexpr Milliseconds kSyncEvery{1000};
constexpr const char* kDroppedName = "stagecast_stem_packets_dropped_total";
constexpr const char* kDroppedHelp = "Packets of consenting speakers that were not written, by reason.";

struct Slot {
    std::uint16_t size_bytes = 0;
    std::uint16_t sequence = 0;
    std::uint32_t rtp_time_frames = 0;
    SteadyTime arrival{};
    std::array<std::byte, kSlotBytes> payload;
};

// What the RTC thread sees of a stem.
class StemInput final : public media::PacketSink {
public:
    explicit StemInput(Metrics::Counter& overflow) : overflow_(overflow), ring_(kSlots) {}

    void packet(const media::OpusPacket& packet) noexcept override {
        if (ended_.load(std::memory_order_acquire)) return;
        if (packet.payload.size() > kSlotBytes) {
            overflow_.fetch_add(1, std::memory_order_relaxed);
            return;
        }
        Slot slot;
        slot.size_bytes = static_cast<std::uint16_t>(packet.payload.size());
        slot.sequence = packet.sequence;
        slot.rtp_time_frames = packet.rtp_time_frames;
        slot.arrival = packet.arrival;
        std::memcpy(slot.payload.data(), packet.payload.data(), packet.payload.size());
        // NOLINTNEXTLINE(performance-move-const-arg): the ring takes what is given up
        if (!ring_.push(std::move(slot))) overflow_.fetch_add(1, std::memory_order_relaxed);
    }
    // Nothing that comes from now on is taken.
    void end() noexcept { ended_.store(true, std::memory_order_release); }
    bool pop(Slot& slot) { return ring_.pop(slot); }

private:
    Metrics::Counter& overflow_;
    Ring<Slot> ring_;
    std::atomic<bool> ended_{false};
};

// The wall-clock time that a room's steady times are counted from: a step of the wall clock moves no stem
// against another.
struct Anchor {
    Instant wall;
    SteadyTime steady;
    Instant at(SteadyTime time) const {
        return wall + std::chrono::duration_cast<Milliseconds>(time - steady);
    }
};

struct OpenStem {
    RoomId room;
    SpeakerId speaker;
    Anchor anchor;
    std::shared_ptr<StemInput> input;
    // Below: recorder-0 only.
    enum class State { kEmpty, kWriting, kGivenUp } state = State::kEmpty;
    store::Stem row;                 // from the first packet on
    std::unique_ptr<StemFile> file;  // while writing
};

}  // namespace

struct StemWriter::Impl {
    Impl(store::Database& database_, BlobStore& blobs_, const Clock& clock_, Random& random_,
         Metrics& metrics)
        : database(database_),
          blobs(blobs_),
          clock(clock_),
          random(random_),
          taken(metrics.counter("stagecast_stem_packets_total",
                                "Packets of consenting speakers that recorder-0 took.")),
          overflow(metrics.counter(kDroppedName, kDroppedHelp, "reason=\"overflow\"")),
          late(metrics.counter(kDroppedName, kDroppedHelp, "reason=\"late\"")),
          malformed(metrics.counter(kDroppedName, kDroppedHelp, "reason=\"malformed\"")),
          ahead(metrics.counter(kDroppedName, kDroppedHelp, "reason=\"ahead\"")),
          failed(metrics.counter("stagecast_stems_failed_total",
                                 "Stems that ended because the disk or the store refused.")),
          thread(named_thread("recorder-0", [this](const std::stop_token& stop) { run(stop); })) {}

    std::shared_ptr<StemInput> open(const RoomId& room, const SpeakerId& speaker);
    void close_where(const std::function<bool(const OpenStem&)>& chosen);
    int recover();

    void run(const std::stop_token& stop);
    void serve(OpenStem& stem);
    void begin(OpenStem& stem, const Slot& first);
    void finish(OpenStem& stem) noexcept;
    void give_up(OpenStem& stem, const std::string& why) noexcept;
    void sync_all(const std::vector<std::shared_ptr<OpenStem>>& stems);
    void recover_one(store::Stem row);
    void count_dropped(const StemFile::Dropped& dropped);

    store::Database& database;
    BlobStore& blobs;
    const Clock& clock;
    Random& random;
    Metrics::Counter &taken, &overflow, &late, &malformed, &ahead, &failed;

    std::mutex mutex;
    std::condition_variable changed;               // a stem is to end, or has ended
    std::vector<std::shared_ptr<OpenStem>> stems;  // guarded by mutex
    std::set<const OpenStem*> ending;              // guarded by mutex
    std::map<RoomId, Anchor> anchors;              // guarded by mutex; until the room is closed
    Guarded<std::set<StemId>> live;                // rows that recorder-0 is writing
    std::jthread thread;                           // last: it uses what is above
};

std::shared_ptr<StemInput> StemWriter::Impl::open(const RoomId& room, const SpeakerId& speaker) {
    const bool agreed = database.read(
        [&](store::Snapshot& snapshot) { return standing(snapshot, speaker).contains(Purpose::kRecord); });
    if (!agreed) throw Forbidden("this speaker has not agreed to be recorded");
    auto stem = std::make_shared<OpenStem>();
    stem->room = room;
    stem->speaker = speaker;
    stem->input = std::make_shared<StemInput>(overflow);
    const std::lock_guard lock(mutex);
    const Anchor now{clock.now(), std::chrono::steady_clock::now()};
    stem->anchor = anchors.try_emplace(room, now).first->second;
    stems.push_back(stem);
    return stem->input;
}

void StemWriter::Impl::close_where(const std::function<bool(const OpenStem&)>& chosen) {
    std::unique_lock lock(mutex);
    std::vector<std::shared_ptr<OpenStem>> closing;
    for (const auto& stem : stems)
        if (chosen(*stem)) closing.push_back(stem);
    for (const auto& stem : closing) {
        stem->input->end();
        ending.insert(stem.get());
    }
    changed.notify_all();
    changed.wait(lock, [&] {
        return std::ranges::none_of(closing, [&](const auto& stem) { return ending.contains(stem.get()); });
    });
}

void StemWriter::Impl::run(const std::stop_token& stop) {
    SteadyTime last_sync{};
    while (!stop.stop_requested()) {
        std::vector<std::shared_ptr<OpenStem>> serving;
        std::set<const OpenStem*> ending_now;
        {
            std::unique_lock lock(mutex);
            changed.wait_for(lock, kWakeEvery, [&] { return !ending.empty() || stop.stop_requested(); });
            serving = stems;
            // Dropped by its owner: nobody can send any more.
            for (const auto& stem : stems)
                if (stem->input.use_count() == 1) ending.insert(stem.get());
            ending_now = ending;
        }
        for (const auto& stem : serving) serve(*stem);
        if (const auto now = std::chrono::steady_clock::now(); now - last_sync >= kSyncEvery) {
            sync_all(serving);
            last_sync = now;
        }
        if (ending_now.empty()) continue;
        for (const auto& stem : serving)
            if (ending_now.contains(stem.get())) finish(*stem);
        const std::lock_guard lock(mutex);
        std::erase_if(stems, [&](const auto& stem) { return ending_now.contains(stem.get()); });
        for (const auto* stem : ending_now) ending.erase(stem);
        changed.notify_all();
    }
}

void StemWriter::Impl::serve(OpenStem& stem) {
    try {
        Slot slot;
        // At most one ring of packets: a speaker who floods does not keep the others waiting.
        for (std::size_t n = 0; n < kSlots && stem.input->pop(slot); ++n) {
            ++taken;
            if (stem.state == OpenStem::State::kEmpty) begin(stem, slot);
            if (stem.state != OpenStem::State::kWriting) continue;
            const auto bytes = std::span(slot.payload).first(slot.size_bytes);
            stem.file->add({{bytes.begin(), bytes.end()},
                            slot.rtp_time_frames,
                            slot.sequence,
                            stem.anchor.at(slot.arrival)});
        }
        if (stem.file) stem.file->settle(stem.anchor.at(std::chrono::steady_clock::now()));
    } catch (const std::exception& error) {
        give_up(stem, error.what());
    }
}

// The row is there before the first byte: what a crash leaves is always found. The consent is asked for again
// in the same transaction: a withdrawal comes either before it, and there is no stem, or after it, and finds
// the row.
void StemWriter::Impl::begin(OpenStem& stem, const Slot& first) {
    stem.row.id = StemId::make(random);
    stem.row.room = stem.room;
    stem.row.speaker = stem.speaker;
    stem.row.started_at = stem.anchor.at(first.arrival);
    stem.row.blob = "stems/" + stem.row.id.text().substr(0, 2) + "/" + stem.row.id.text() + ".opus";
    live.with([&](auto& ids) { ids.insert(stem.row.id); });
    database.write([&](store::Tx& tx) {
        if (!standing(tx, stem.speaker).contains(Purpose::kRecord))
            throw Forbidden("this speaker no longer agrees to be recorded");
        store::stems::insert(tx, stem.row);
    });
    std::uint32_t serial = 0;
    random.fill(std::as_writable_bytes(std::span(&serial, 1)));
    stem.file = std::make_unique<StemFile>(blobs.local_path(stem.row.blob),
                                           blobs.local_path(sidecar_key(stem.row.blob)), serial);
    stem.state = OpenStem::State::kWriting;
}

void StemWriter::Impl::finish(OpenStem& stem) noexcept {
    if (stem.state != OpenStem::State::kWriting) return;
    try {
        stem.row.frames = stem.file->close();
        stem.row.state = store::StemState::kClosed;
        database.write([&](store::Tx& tx) { store::stems::update(tx, stem.row); });
        count_dropped(stem.file->dropped());
        live.with([&](auto& ids) { ids.erase(stem.row.id); });
        stem.file.reset();
    } catch (const std::exception& error) {
        give_up(stem, error.what());
    }
}

void StemWriter::Impl::count_dropped(const StemFile::Dropped& dropped) {
    late += dropped.late;
    malformed += dropped.malformed;
    ahead += dropped.ahead;
}

// What reached the disk stays a stem, if the store takes the news now; else recover() closes it.
void StemWriter::Impl::give_up(OpenStem& stem, const std::string& why) noexcept {
    stem.state = OpenStem::State::kGivenUp;
    stem.input->end();
    stem.file.reset();
    ++failed;
    log::error("stem.ended_early", {{"stem", stem.row.id.text()}, {"room", stem.room.text()}, {"why", why}});
    live.with([&](auto& ids) { ids.erase(stem.row.id); });
    try {
        const auto row = database.read(
            [&](store::Snapshot& snapshot) { return store::stems::find(snapshot, stem.row.id); });
        if (row && row->state == store::StemState::kOpen) recover_one(*row);
    } catch (const std::exception& error) {
        log::error("stem.left_open", {{"stem", stem.row.id.text()}, {"why", error.what()}});
    }
}

void StemWriter::Impl::sync_all(const std::vector<std::shared_ptr<OpenStem>>& serving) {
    for (const auto& stem : serving) {
        try {
            if (stem->file) stem->file->sync();
        } catch (const std::exception& error) {
            give_up(*stem, error.what());
        }
    }
}

int StemWriter::Impl::recover() {
    const auto rows = database.read(
        [](store::Snapshot& snapshot) { return store::stems::in_state(snapshot, store::StemState::kOpen); });
    int recovered = 0;
    for (const auto& row : rows) {
        if (live.with([&](const auto& ids) { return ids.contains(row.id); })) continue;
        recover_one(row);
        ++recovered;
    }
    return recovered;
}

void StemWriter::Impl::recover_one(store::Stem row) {
    if (!blobs.size_bytes(row.blob)) {  // ended between the row and the first byte
        row.state = store::StemState::kErased;
        row.erased_at = clock.now();
    } else {
        const auto path = blobs.local_path(row.blob);
        const auto extent = media::measure_ogg_opus(path);
        std::filesystem::resize_file(path, static_cast<std::uintmax_t>(extent.whole_bytes));
        row.state = store::StemState::kClosed;
        row.frames = extent.frames;
    }
    database.write([&](store::Tx& tx) { store::stems::update(tx, row); });
}

StemWriter::StemWriter(store::Database& database, BlobStore& blobs, const Clock& clock, Random& random,
                       Metrics& metrics)
    : impl_(std::make_unique<Impl>(database, blobs, clock, random, metrics)) {}

StemWriter::~StemWriter() {
    impl_->close_where([](const OpenStem&) { return true; });
    impl_->thread.request_stop();
    impl_->thread.join();
}

std::shared_ptr<media::PacketSink> StemWriter::open(const RoomId& room, const SpeakerId& speaker) {
    return impl_->open(room, speaker);
}

void StemWriter::close(const SpeakerId& speaker) {
    impl_->close_where([&](const OpenStem& stem) { return stem.speaker == speaker; });
}

void StemWriter::close_room(const RoomId& room) {
    impl_->close_where([&](const OpenStem& stem) { return stem.room == room; });
    const std::lock_guard lock(impl_->mutex);
    impl_->anchors.erase(room);
}

int StemWriter::recover() {
    return impl_->recover();
}

}  // namespace stagecast::recorder
