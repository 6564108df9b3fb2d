#pragma once
#include <chrono>
#include <cmath>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/blob.h"
#include "base/metrics.h"
#include "recorder/ledger.h"
#include "recorder/recorder.h"
#include "recorder/stem_file.h"
#include "store/channels.h"
#include "store/recordings.h"
#include "store/rooms.h"
#include "store/shows.h"
#include "tests/media/signals.h"

namespace stagecast::testing {

using recorder::Purpose;
using recorder::Purposes;

inline const Instant kLive{Milliseconds(1'795'546'800'000)};  // 2026-11-24T19:00:00Z
inline const Purposes kAll{Purpose::kRecord, Purpose::kReplay, Purpose::kPodcast, Purpose::kClip};
inline const Purposes kRecordOnly{Purpose::kRecord};

// One channel, one show, one room that is live, in a database and a directory of their own.
struct World {
    explicit World(const std::filesystem::path& root)
        : database(store::Database::open("sqlite:" + (root / "test.db").string())), blobs(root / "blobs") {
        database->migrate();
        channel.id = ChannelId::make(random);
        channel.slug = channel.title = "evening";
        show.id = ShowId::make(random);
        show.channel = channel.id;
        show.slug = "talk";
        show.title = "Evening Talk";
        show.zone = "Europe/Paris";
        show.podcast_guid = "guid";
        room.id = RoomId::make(random);
        room.channel = channel.id;
        room.show = show.id;
        room.state = store::RoomState::kLive;
        room.starts_at = kLive;
        room.ends_at = kLive + std::chrono::hours(1);
        room.live_at = kLive;
        database->write([&](store::Tx& tx) {
            store::channels::insert(tx, channel);
            store::shows::insert(tx, show);
            store::rooms::insert(tx, room);
        });
    }

    SpeakerId speaker(const Purposes& given) {
        store::Speaker speaker;
        speaker.id = SpeakerId::make(random);
        speaker.room = room.id;
        speaker.name = "Somebody";
        database->write([&](store::Tx& tx) { store::rooms::insert_speaker(tx, speaker); });
        answer(speaker.id, given);
        return speaker.id;
    }
    void answer(const SpeakerId& speaker, const Purposes& given) {
        database->write([&](store::Tx& tx) {
            recorder::answer(tx, speaker, room.id, given, "2026-1", "en", "page", clock.now());
        });
    }
    // A finished stem as the writer would have left it.
    store::Stem stem(const SpeakerId& speaker, const std::vector<float>& sound, Instant at) {
        store::Stem row;
        row.id = StemId::make(random);
        row.room = room.id;
        row.speaker = speaker;
        row.blob = "stems/te/" + row.id.text() + ".opus";
        row.started_at = at;
        recorder::StemFile file(blobs.local_path(row.blob), blobs.local_path(recorder::sidecar_key(row.blob)),
                                1);
        std::uint32_t n = 0;
        for (const auto& packet : opus_packets(sound)) {
            const auto bytes = bytes_of(packet);
            file.add({{bytes.begin(), bytes.end()},
                      n * 960,
                      static_cast<std::uint16_t>(n),
                      at + Milliseconds(20 * n)});
            ++n;
        }
        row.frames = file.close();
        row.state = store::StemState::kClosed;
        database->write([&](store::Tx& tx) { store::stems::insert(tx, row); });
        return row;
    }
    void end_room(Instant at) {
        room.state = store::RoomState::kEnded;
        room.ended_at = at;
        database->write([&](store::Tx& tx) { store::rooms::update(tx, room); });
        ++room.version;
    }

    template <class F>
    auto read(F&& f) {
        return database->read([&](store::Snapshot& snapshot) { return f(snapshot); });
    }
    Purposes standing(const SpeakerId& speaker) {
        return read([&](auto& s) { return recorder::standing(s, speaker); });
    }
    std::vector<store::Stem> stems() {
        return read([&](auto& s) { return store::stems::of_room(s, room.id); });
    }
    store::Episode episode() {
        return read([&](auto& s) { return store::episodes::of_room(s, room.id); }).value();
    }
    store::Rendering rendering(const std::string& hash) {
        return read([&](auto& s) { return store::episodes::find_rendering(s, hash); }).value();
    }
    std::filesystem::path file(const std::string& format) {
        for (const auto& f : read([&](auto& s) { return store::episodes::files(s, episode().rendering); }))
            if (f.format == format) return blobs.local_path(f.blob);
        throw std::runtime_error("no file " + format);
    }
    // How many files there are that are not the database's.
    std::size_t files() {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(blobs.scratch().parent_path()))
            count += entry.is_regular_file() ? 1 : 0;
        return count;
    }

    SystemRandom random;
    ManualClock clock{kLive};
    Metrics metrics;
    std::unique_ptr<store::Database> database;
    BlobStore blobs;
    store::Channel channel;
    store::Show show;
    store::Room room;
};

// Asks until it is so; false after ten seconds.
template <class F>
bool comes_true(F&& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::yield();
    }
    return true;
}

inline std::uint64_t packets_taken(Metrics& metrics) {
    return metrics.counter("stagecast_stem_packets_total",
                           "Packets of consenting speakers that recorder-0 took.");
}

}  // namespace stagecast::testing
