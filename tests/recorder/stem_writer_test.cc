#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/error.h"
#include "media/ogg.h"
#include "tests/recorder/world.h"

using namespace stagecast;
using namespace stagecast::testing;

namespace {

using Steady = std::chrono::steady_clock;

struct Studio : World {
    using World::World;
    recorder::StemWriter writer{*database, blobs, clock, random, metrics};

    // As fast as the writer takes them; the arrival times are those of a sender in time.
    void send(media::PacketSink& sink, const std::vector<std::string>& packets, Steady::time_point from) {
        const auto before = packets_taken(metrics);
        for (std::uint32_t n = 0; n < packets.size(); ++n) {
            sink.packet(
                {bytes_of(packets[n]), n * 960, static_cast<std::uint16_t>(n), from + Milliseconds(20 * n)});
            if (n % 100 == 99) REQUIRE(comes_true([&] { return packets_taken(metrics) == before + n + 1; }));
        }
        REQUIRE(comes_true([&] { return packets_taken(metrics) == before + packets.size(); }));
    }
};

std::vector<std::string> packets_of(const std::filesystem::path& path) {
    std::vector<std::string> out;
    media::read_ogg_opus(path, [&](auto packet) {
        out.emplace_back(reinterpret_cast<const char*>(packet.data()), packet.size());
    });
    return out;
}

}  // namespace

TEST_CASE("without consent there is no sink and not a byte", "[recorder]") {
    const TemporaryDirectory directory;
    Studio studio(directory.path());
    const auto refuser = studio.speaker({});
    CHECK_THROWS_AS(studio.writer.open(studio.room.id, refuser), Forbidden);
    CHECK_THROWS_AS(studio.writer.open(studio.room.id, SpeakerId::make(studio.random)), Forbidden);
    CHECK(studio.stems().empty());
    CHECK(studio.files() == 0);
}

TEST_CASE("what a consenting speaker sent is the stem, packet for packet", "[recorder]") {
    const TemporaryDirectory directory;
    Studio studio(directory.path());
    const auto speaker = studio.speaker(kRecordOnly);
    const auto packets = opus_packets(speech("austen-0890.wav"));
    const auto sink = studio.writer.open(studio.room.id, speaker);
    CHECK(studio.stems().empty());
    studio.send(*sink, packets, Steady::now());
    REQUIRE(studio.stems().size() == 1);
    CHECK(studio.stems()[0].state == store::StemState::kOpen);
    studio.writer.close(speaker);
    const auto stem = studio.stems()[0];
    CHECK(stem.state == store::StemState::kClosed);
    CHECK(stem.frames == static_cast<std::int64_t>(packets.size()) * 960);
    CHECK(std::chrono::abs(stem.started_at - studio.clock.now()) < std::chrono::seconds(5));
    CHECK(packets_of(studio.blobs.local_path(stem.blob)) == packets);
    CHECK(studio.blobs.size_bytes(recorder::sidecar_key(stem.blob)).value_or(0) > 0);

    sink->packet({bytes_of(packets[0]), 0, 0, Steady::now()});
    studio.writer.close_room(studio.room.id);
    CHECK(packets_of(studio.blobs.local_path(stem.blob)) == packets);
    CHECK(studio.stems().size() == 1);
}

TEST_CASE("a speaker who comes back gets a further stem, one who says nothing gets none", "[recorder]") {
    const TemporaryDirectory directory;
    Studio studio(directory.path());
    const auto speaker = studio.speaker(kAll);
    const auto silent = studio.speaker(kAll);
    const auto packets = opus_packets(tone(440, 0.3, 48'000));
    const auto silent_sink = studio.writer.open(studio.room.id, silent);
    auto sink = studio.writer.open(studio.room.id, speaker);
    studio.send(*sink, packets, Steady::now());
    sink.reset();  // its owner is gone: the stem ends without being asked to
    CHECK(comes_true([&] { return studio.stems()[0].state == store::StemState::kClosed; }));
    sink = studio.writer.open(studio.room.id, speaker);
    studio.send(*sink, packets, Steady::now() + std::chrono::seconds(30));
    studio.writer.close_room(studio.room.id);
    const auto stems = studio.stems();
    REQUIRE(stems.size() == 2);
    CHECK(stems[0].state == store::StemState::kClosed);
    CHECK(stems[1].state == store::StemState::kClosed);
    CHECK(stems[1].started_at - stems[0].started_at > std::chrono::seconds(29));
}

TEST_CASE("a consent that is gone at the first packet means no stem", "[recorder]") {
    const TemporaryDirectory directory;
    Studio studio(directory.path());
    const auto speaker = studio.speaker(kAll);
    const auto sink = studio.writer.open(studio.room.id, speaker);
    studio.database->write([&](store::Tx& tx) {
        recorder::withdraw(tx, speaker, studio.room.id, kRecordOnly, "page", studio.clock.now());
    });
    studio.send(*sink, opus_packets(tone(440, 0.3, 9600)), Steady::now());
    studio.writer.close(speaker);
    CHECK(studio.stems().empty());
    CHECK(studio.files() == 0);
}

TEST_CASE("a disk that refuses ends the stem and nothing else", "[recorder]") {
    const TemporaryDirectory directory;
    Studio studio(directory.path());
    write_file(directory.path() / "blobs" / "stems", "in the way");
    const auto speaker = studio.speaker(kAll);
    const auto sink = studio.writer.open(studio.room.id, speaker);
    sink->packet({bytes_of(opus_packets(tone(440, 0.3, 960))[0]), 0, 0, Steady::now()});
    auto& failed = studio.metrics.counter("stagecast_stems_failed_total", "");
    CHECK(comes_true([&] { return failed == 1; }));
    sink->packet({{}, 0, 0, Steady::now()});
    studio.writer.close(speaker);
    CHECK(comes_true([&] { return studio.stems()[0].state != store::StemState::kOpen; }));
}

TEST_CASE("garbage, floods and giants never reach a stem nor stop it", "[recorder]") {
    const TemporaryDirectory directory;
    Studio studio(directory.path());
    const auto speaker = studio.speaker(kAll);
    const auto packets = opus_packets(tone(440, 0.3, 48'000));
    const auto sink = studio.writer.open(studio.room.id, speaker);
    const auto start = Steady::now();
    const std::string giant(10'000, 'x'), garbage(900, '\xff');
    for (int n = 0; n < 10'000; ++n) sink->packet({bytes_of(giant), 0, static_cast<std::uint16_t>(n), start});
    studio.send(*sink, packets, start);
    sink->packet({bytes_of(garbage), 48'000, 50, start + std::chrono::seconds(1)});
    studio.writer.close(speaker);
    REQUIRE(studio.stems().size() == 1);
    CHECK(packets_of(studio.blobs.local_path(studio.stems()[0].blob)) == packets);
}

TEST_CASE("kill -9 while writing loses at most a second, and the stem is closed at the next start",
          "[recorder]") {
    const TemporaryDirectory directory;
    const auto packets = opus_packets(tone(440, 0.3, 10 * 48'000));
    int pipe_ends[2];
    REQUIRE(::pipe(pipe_ends) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        Studio studio(directory.path());
        const auto sink = studio.writer.open(studio.room.id, studio.speaker(kAll));
        const auto start = Steady::now();
        for (std::uint32_t n = 0; n < packets.size(); ++n) {
            std::this_thread::sleep_until(start + Milliseconds(20 * n));  // a sender in time
            sink->packet({bytes_of(packets[n]), n * 960, static_cast<std::uint16_t>(n), Steady::now()});
            if (::write(pipe_ends[1], ".", 1) != 1) break;
        }
        ::_exit(0);
    }
    ::close(pipe_ends[1]);
    std::int64_t sent = 0;
    for (char c; sent < 120 && ::read(pipe_ends[0], &c, 1) == 1;) ++sent;
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    for (char c; ::read(pipe_ends[0], &c, 1) == 1;) ++sent;
    ::close(pipe_ends[0]);

    SystemRandom random;
    const ManualClock clock(kLive);
    Metrics metrics;
    BlobStore blobs(directory.path() / "blobs");
    const auto database = store::Database::open("sqlite:" + (directory.path() / "test.db").string());
    const auto in_state = [&](store::StemState state) {
        return database->read([&](store::Snapshot& s) { return store::stems::in_state(s, state); });
    };
    REQUIRE(in_state(store::StemState::kOpen).size() == 1);
    const auto path = blobs.local_path(in_state(store::StemState::kOpen)[0].blob);
    write_file(path, read_file(path) + "OggS torn in the middle of a page");
    {
        recorder::StemWriter writer(*database, blobs, clock, random, metrics);
        CHECK(writer.recover() == 1);
        CHECK(writer.recover() == 0);
    }
    const auto stems = in_state(store::StemState::kClosed);
    REQUIRE(stems.size() == 1);
    CHECK(stems[0].frames >= sent * 960 - 48'000);
    CHECK(stems[0].frames <= sent * 960);
    CHECK(read_file(path).find("torn") == std::string::npos);
    CHECK(static_cast<double>(decode_file(path).size()) == Approx(stems[0].frames).margin(960));
}
