#include "mixer/room_pipeline.h"

#include <gst/gst.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "media/opus.h"
#include "mixer/stagemix.h"
#include "tests/mixer/tones.h"

using namespace stagecast;
using namespace stagecast::mixer;
using namespace stagecast::mixer::testing;

namespace {

using Bytes = std::vector<std::byte>;

// Opus packets as they were heard, and what they sound like.
class Ear {
public:
    void packet(std::span<const std::byte> opus) {
        const std::lock_guard lock(mutex_);
        packets_.emplace_back(opus.begin(), opus.end());
        std::vector<float> frames(5'760);
        const int count = decoder_.decode(opus, frames);
        sound_.insert(sound_.end(), frames.begin(), frames.begin() + count);
    }
    std::vector<float> last(std::size_t frames) const {
        const std::lock_guard lock(mutex_);
        if (sound_.size() < frames) return std::vector<float>(frames);
        return {sound_.end() - static_cast<std::ptrdiff_t>(frames), sound_.end()};
    }
    std::vector<Bytes> packets() const {
        const std::lock_guard lock(mutex_);
        return packets_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<Bytes> packets_;  // guarded by mutex_, like all below
    std::vector<float> sound_;
    media::OpusDecoder decoder_;
};

// A speaker with a tone for a voice, an encoder, and an ear.
class Person {
public:
    explicit Person(double frequency_hz) : frequency_hz_(frequency_hz), encoder_({}) {}
    void step_on(RoomPipeline& room) {
        seat = room.add_speaker([this](std::span<const std::byte> opus) { ear.packet(opus); });
    }
    // Says all that is due since the first call: however late the mixer ticks, a speaker's clock goes on.
    void speak(std::chrono::steady_clock::time_point now) {
        if (!began_) began_ = now;
        const auto due = (now - *began_) / kBlockTime + 1;
        while (said_blocks_ < due) say_block();
    }

    std::shared_ptr<RoomPipeline::Speaker> seat;
    std::atomic<bool> talking{true};
    Ear ear;

private:
    void say_block() {
        Bytes packet(1'276);
        packet.resize(encoder_.encode(tone(frequency_hz_, at_, 0.2f), packet));
        media::OpusPacket out;
        out.payload = packet;
        out.rtp_time_frames = static_cast<std::uint32_t>(at_);
        if (talking) seat->packet(out, -1);
        at_ += static_cast<std::int64_t>(kBlockFrames);
        ++said_blocks_;
    }

    const double frequency_hz_;
    media::OpusEncoder encoder_;
    std::int64_t at_ = 0, said_blocks_ = 0;
    std::optional<std::chrono::steady_clock::time_point> began_;
};

// A room on the system's clock whose every tick makes everyone on stage speak 20 ms more.
class Room {
public:
    explicit Room(std::vector<std::shared_ptr<Person>> cast = {}) {
        gst_init(nullptr, nullptr);
        register_stagemix();
        pipeline.emplace(1u, [this](std::span<const std::byte> opus) { tick(opus); });
        for (const auto& person : cast) person->step_on(*pipeline);
        const std::lock_guard lock(mutex_);
        cast_ = std::move(cast);
    }
    ~Room() { pipeline.reset(); }

    // False after 20 s.
    bool run(int ticks) {
        std::unique_lock lock(mutex_);
        const int until = ticks_ + ticks;
        return ticked_.wait_for(lock, std::chrono::seconds(20), [&] { return ticks_ >= until; });
    }
    // Runs until `holds`, asked every half second; its value at the end, 20 s later if need be.
    template <class Holds>
    bool settles(Holds holds) {
        for (int tries = 0; tries < 40 && !holds(); ++tries) REQUIRE(run(25));
        return holds();
    }
    Ear programme;
    std::optional<RoomPipeline> pipeline;

private:
    void tick(std::span<const std::byte> opus) {
        programme.packet(opus);
        const std::lock_guard lock(mutex_);
        for (const auto& person : cast_) person->speak(std::chrono::steady_clock::now());
        ++ticks_;
        ticked_.notify_all();
    }
    std::mutex mutex_;
    std::condition_variable ticked_;
    std::vector<std::shared_ptr<Person>> cast_;  // guarded by mutex_, like all below
    int ticks_ = 0;
};

// A tone of 0.2 in the last half second, with or without the loss that a speed off by half a percent shows
// as.
bool heard(const Ear& ear, double frequency_hz) {
    const double level = level_at(ear.last(24'000), frequency_hz);
    return level > 0.15 && level < 0.22;
}
bool absent(const Ear& ear, double frequency_hz) {
    return to_db(level_at(ear.last(24'000), frequency_hz) / 0.2) < kGoneDb;
}

std::size_t threads() {
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

}  // namespace

TEST_CASE("room: everyone hears the room without themselves, listeners hear all", "[mixer][room]") {
    const std::vector<double> tones{500, 1'100, 2'300};
    std::vector<std::shared_ptr<Person>> cast;
    for (const double frequency_hz : tones) cast.push_back(std::make_shared<Person>(frequency_hz));
    Room room(cast);
    for (std::size_t s = 0; s < tones.size(); ++s) {
        CHECK(room.settles([&] { return heard(room.programme, tones[s]); }));
        CHECK(room.settles([&] { return std::abs(cast[s]->seat->level_dbfs() + 17) < 1; }));
        for (std::size_t other = 0; other < tones.size(); ++other) {
            INFO("speaker " << s << " tone " << other);
            CHECK(room.settles([&] {
                return other == s ? absent(cast[s]->ear, tones[s]) : heard(cast[s]->ear, tones[other]);
            }));
        }
    }
}

TEST_CASE("room: who is muted is heard by nobody and goes on hearing the room", "[mixer][room]") {
    auto loud = std::make_shared<Person>(500), quiet = std::make_shared<Person>(1'100);
    Room room({loud, quiet});
    REQUIRE(room.settles([&] { return heard(room.programme, 1'100); }));
    quiet->seat->mute(Mute::kOn);
    CHECK(room.settles([&] { return absent(room.programme, 1'100) && absent(loud->ear, 1'100); }));
    CHECK(room.settles([&] { return heard(quiet->ear, 500); }));
    CHECK(quiet->seat->level_dbfs() == -127);
    quiet->seat->mute(Mute::kOff);
    CHECK(room.settles([&] { return heard(loud->ear, 1'100); }));
}

TEST_CASE("room: who says nothing hears the programme's own packets, one each tick", "[mixer][room]") {
    auto talker = std::make_shared<Person>(500), silent = std::make_shared<Person>(1'100);
    silent->talking = false;
    Room room({talker, silent});
    REQUIRE(room.run(50));
    room.pipeline->remove(silent->seat);
    const auto heard = silent->ear.packets();
    const auto programme = room.programme.packets();
    REQUIRE(heard.size() >= 45);
    CHECK_FALSE(std::ranges::search(programme, heard).empty());
}

TEST_CASE("room: who begins and stops speaking hears exactly one packet a tick throughout", "[mixer][room]") {
    auto person = std::make_shared<Person>(500);
    Room room({person});
    REQUIRE(room.run(30));
    person->talking = false;
    REQUIRE(room.run(60));
    person->talking = true;
    REQUIRE(room.run(30));
    room.pipeline->remove(person->seat);
    const auto heard = std::ssize(person->ear.packets()), ticks = std::ssize(room.programme.packets());
    CHECK(heard <= ticks);
    CHECK(heard >= ticks - 5);
}

TEST_CASE("room: a speaker whose connection stalls takes nothing from the others", "[mixer][room]") {
    auto steady = std::make_shared<Person>(500), stalling = std::make_shared<Person>(1'100);
    Room room({steady, stalling});
    REQUIRE(room.settles([&] { return heard(room.programme, 1'100); }));
    stalling->talking = false;
    CHECK(room.settles([&] { return absent(room.programme, 1'100); }));
    CHECK(room.settles([&] { return heard(room.programme, 500); }));
}

TEST_CASE("room: a full stage refuses the next speaker, and takes one when another has left",
          "[mixer][room]") {
    Room room;
    std::vector<std::shared_ptr<RoomPipeline::Speaker>> seats;
    for (std::size_t s = 0; s < 64; ++s) seats.push_back(room.pipeline->add_speaker([](auto) {}));
    CHECK_THROWS_AS(room.pipeline->add_speaker([](auto) {}), Unavailable);
    room.pipeline->remove(seats.back());
    CHECK_NOTHROW(room.pipeline->add_speaker([](auto) {}));
}

TEST_CASE("room: a seat outlives its room and does nothing then", "[mixer][room]") {
    auto person = std::make_shared<Person>(500);
    {
        Room room({person});
        REQUIRE(room.run(5));
    }
    person->speak(std::chrono::steady_clock::now());
    person->seat->mute(Mute::kOn);
    person->seat.reset();
}

TEST_CASE("room: twenty rooms opened and closed leave no thread behind", "[mixer][room]") {
    {
        Room warm({std::make_shared<Person>(500)});
        REQUIRE(warm.run(2));
    }
    const auto before = threads();
    for (int cycle = 0; cycle < 20; ++cycle) {
        Room room({std::make_shared<Person>(500), std::make_shared<Person>(700)});
        REQUIRE(room.run(2));
        CHECK(threads() <= before + 1);
    }
    CHECK(threads() <= before);
}
