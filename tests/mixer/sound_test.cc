#include "mixer/sound.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "base/random.h"
#include "media/ogg.h"
#include "media/opus.h"
#include "tests/mixer/rtc_client.h"
#include "tests/mixer/tones.h"

using namespace stagecast;
using namespace stagecast::mixer;
using namespace stagecast::mixer::testing;
using rtc::test::RtcClient;

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kPatience{20};

// True as soon as `done` is; asked 200 times a second.
template <class Done>
bool eventually(Done done) {
    const auto end = Clock::now() + kPatience;
    while (!done()) {
        if (Clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

RtcClient::Settings towards(const std::string& direction) {
    RtcClient::Settings settings;
    settings.direction = direction;
    return settings;
}

// Someone with a WebRTC client in a thread of its own, as every browser is.
class Visitor {
public:
    // `enter` gives the answer to an offer. A tone of 0 Hz: only listens.
    Visitor(double frequency_hz, std::function<Answer(const std::string&)> enter)
        : frequency_hz_(frequency_hz),
          enter_(std::move(enter)),
          thread_([this](const std::stop_token& stop) { run(stop); }) {}

    std::size_t heard_frames() const {
        const std::lock_guard lock(mutex_);
        return sound_.size();
    }
    std::vector<float> last(std::size_t frames) const {
        const std::lock_guard lock(mutex_);
        if (sound_.size() < frames) return std::vector<float>(frames);
        return {sound_.end() - static_cast<std::ptrdiff_t>(frames), sound_.end()};
    }
    bool hears_for(std::size_t frames) const {
        const auto until = heard_frames() + frames;
        return eventually([&] { return heard_frames() >= until; });
    }
    std::string session() const {
        const std::lock_guard lock(mutex_);
        return session_;
    }
    bool closed() const { return closed_; }

private:
    void run(const std::stop_token& stop) {
        RtcClient client(towards(frequency_hz_ > 0 ? "sendrecv" : "recvonly"));
        const Answer answer = enter_(client.offer());
        {
            const std::lock_guard lock(mutex_);
            session_ = answer.session;
        }
        client.accept(answer.sdp);
        if (!client.run_until([&] { return stop.stop_requested() || client.connected(); })) return;
        if (!client.connected()) return;
        next_send_ = Clock::now();
        while (!stop.stop_requested() && !client.closed()) {
            client.run_until([&] {
                speak(client);
                listen(client);
                return stop.stop_requested() || client.closed();
            });
        }
        closed_ = client.closed();
    }
    void speak(RtcClient& client) {
        while (frequency_hz_ > 0 && Clock::now() >= next_send_) {
            rtc::Bytes packet(1'276);
            packet.resize(encoder_.encode(tone(frequency_hz_, at_frames_, 0.2f), packet));
            client.send_opus(packet);
            at_frames_ += static_cast<std::int64_t>(kBlockFrames);
            next_send_ += kBlockTime;
        }
    }
    void listen(const RtcClient& client) {
        for (; decoded_ < client.received().size(); ++decoded_) {
            std::vector<float> frames(5'760);
            const int count = decoder_.decode(client.received()[decoded_].payload, frames);
            const std::lock_guard lock(mutex_);
            sound_.insert(sound_.end(), frames.begin(), frames.begin() + count);
        }
    }

    const double frequency_hz_;
    const std::function<Answer(const std::string&)> enter_;
    media::OpusEncoder encoder_{{}};
    media::OpusDecoder decoder_;
    Clock::time_point next_send_{};
    std::int64_t at_frames_ = 0;
    std::size_t decoded_ = 0;
    std::atomic<bool> closed_{false};
    mutable std::mutex mutex_;
    std::vector<float> sound_;  // guarded by mutex_
    std::string session_;       // guarded by mutex_
    std::jthread thread_;       // last: uses all above
};

class CountingSink final : public media::PacketSink {
public:
    void packet(const media::OpusPacket& packet) noexcept override {
        if (!packet.payload.empty()) ++packets;
    }
    std::atomic<int> packets{0};
};

class PageSink final : public ByteSink {
public:
    void headers(SharedBytes bytes) noexcept override { add(*bytes, ++headers_seen); }
    void page(SharedBytes bytes, Join) noexcept override { add(*bytes, ++pages); }
    void end() noexcept override { ++ends; }
    std::string bytes() const {
        const std::lock_guard lock(mutex_);
        return bytes_;
    }
    std::atomic<int> headers_seen{0}, pages{0}, ends{0};

private:
    void add(const std::string& bytes, int) {
        const std::lock_guard lock(mutex_);
        bytes_ += bytes;
    }
    mutable std::mutex mutex_;
    std::string bytes_;  // guarded by mutex_
};

// An engine with one room open.
struct House {
    House()
        : engine(SoundEngine::start({}, metrics)), id(RoomId::make(random)), room(engine->open_room(id)) {}
    std::unique_ptr<Visitor> speaker(const SpeakerId& speaker_id, double frequency_hz,
                                     const std::shared_ptr<media::PacketSink>& keep = nullptr) {
        return std::make_unique<Visitor>(frequency_hz, [this, speaker_id, keep](const std::string& offer) {
            return room->stage().join(speaker_id, offer, keep);
        });
    }
    std::unique_ptr<Visitor> listener() {
        return std::make_unique<Visitor>(
            0, [this](const std::string& offer) { return room->broadcast().listen(offer); });
    }
    SystemRandom random;
    Metrics metrics;
    std::unique_ptr<SoundEngine> engine;
    RoomId id;
    std::unique_ptr<RoomSound> room;
};

std::filesystem::path temporary_file() {
    std::string pattern = (std::filesystem::temp_directory_path() / "stagecast-sound-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    return std::filesystem::path(pattern) / "stream.ogg";
}

std::size_t threads() {
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

}  // namespace

TEST_CASE("sound: over WebRTC everyone hears the room without themselves, a listener hears all",
          "[mixer][sound]") {
    House house;
    const auto a_id = SpeakerId::make(house.random), b_id = SpeakerId::make(house.random);
    const auto a = house.speaker(a_id, 500), b = house.speaker(b_id, 1'100);
    const auto listener = house.listener();
    const auto level = [](const Visitor& visitor, double frequency_hz) {
        return level_at(visitor.last(24'000), frequency_hz);
    };
    const auto heard = [&](const Visitor& visitor, double frequency_hz) {
        return level(visitor, frequency_hz) > 0.15;
    };
    const auto gone = [&](const Visitor& visitor, double frequency_hz) {
        return to_db(level(visitor, frequency_hz) / 0.2) < kGoneDb;
    };
    CHECK(eventually([&] { return heard(*listener, 500) && heard(*listener, 1'100); }));
    CHECK(eventually([&] { return heard(*a, 1'100) && gone(*a, 500); }));
    CHECK(eventually([&] { return heard(*b, 500) && gone(*b, 1'100); }));
    CHECK(house.room->broadcast().rtc_listeners() == 1);
    for (const auto& speaker : house.room->stage().speakers()) {
        CHECK(speaker.connected);
        CHECK(speaker.level_dbfs > -30);
        CHECK(speaker.packets > 0);
    }
}

TEST_CASE("sound: only packets spoken while keeping is agreed and the microphone is open are kept",
          "[mixer][sound]") {
    House house;
    const auto id = SpeakerId::make(house.random);
    const auto keep = std::make_shared<CountingSink>();
    const auto speaker = house.speaker(id, 500, keep);
    REQUIRE(eventually([&] { return keep->packets > 10; }));
    auto& stage = house.room->stage();
    const auto stays = [&] {
        // One packet may be on its way to the sink while the answer changes.
        const int at_most = keep->packets + 1;
        const auto before = stage.speakers().front().packets;
        REQUIRE(eventually([&] { return stage.speakers().front().packets > before + 20; }));
        return keep->packets <= at_most;
    };
    stage.mute(id, Mute::kOn);
    CHECK(stays());
    stage.mute(id, Mute::kOff);
    const int before = keep->packets;
    CHECK(eventually([&] { return keep->packets > before + 10; }));
    stage.keep(id, nullptr);
    CHECK(stays());
}

TEST_CASE("sound: a speaker who comes back on another connection replaces the first, and stays muted",
          "[mixer][sound]") {
    House house;
    const auto id = SpeakerId::make(house.random);
    const auto first = house.speaker(id, 500);
    REQUIRE(eventually([&] {
        const auto all = house.room->stage().speakers();
        return !all.empty() && all.front().connected;
    }));
    house.room->stage().mute(id, Mute::kOn);
    const auto second = house.speaker(id, 500);
    REQUIRE(eventually([&] { return first->closed(); }));
    REQUIRE(eventually([&] { return house.room->stage().speakers().front().connected; }));
    CHECK(house.room->stage().speakers().size() == 1);
    CHECK(house.room->stage().speakers().front().mute == Mute::kOn);
    CHECK(house.engine->speaker_of(second->session()) == id);
    CHECK_FALSE(house.engine->speaker_of(first->session()));
}

TEST_CASE(
    "sound: a session that is deleted leaves its speaker's place, disconnected, leaving takes the place",
    "[mixer][sound]") {
    House house;
    const auto id = SpeakerId::make(house.random);
    const auto speaker = house.speaker(id, 500);
    auto& stage = house.room->stage();
    REQUIRE(eventually([&] { return !stage.speakers().empty() && stage.speakers().front().connected; }));
    CHECK(house.engine->room_of(speaker->session()) == house.id);
    CHECK(house.engine->remove_session(speaker->session()));
    CHECK_FALSE(house.engine->remove_session(speaker->session()));
    CHECK(eventually([&] { return !stage.speakers().front().connected; }));
    CHECK_FALSE(house.engine->room_of(speaker->session()));
    stage.leave(id);
    CHECK(stage.speakers().empty());
    CHECK_THROWS_AS(stage.leave(id), NotFound);
}

TEST_CASE("sound: a refused offer changes nothing on stage", "[mixer][sound]") {
    House house;
    const auto id = SpeakerId::make(house.random);
    CHECK_THROWS_AS(house.room->stage().join(id, "v=0\r\n", nullptr), Invalid);
    CHECK_THROWS_AS(house.room->broadcast().listen("not an offer"), Invalid);
    CHECK(house.room->stage().speakers().empty());
}

TEST_CASE("sound: an Ogg stream carries the programme from its first page on, and ends with the room",
          "[mixer][sound]") {
    House house;
    const auto speaker = house.speaker(SpeakerId::make(house.random), 700);
    REQUIRE(speaker->hears_for(960));
    const auto sink = std::make_shared<PageSink>();
    auto subscription = house.room->broadcast().stream(StreamFormat::kOgg, sink);
    REQUIRE(eventually([&] { return sink->pages >= 20; }));
    house.room.reset();
    CHECK(sink->ends == 1);
    CHECK(sink->headers_seen == 1);
    const auto file = temporary_file();
    std::FILE* out = std::fopen(file.c_str(), "wb");
    const std::string bytes = sink->bytes();
    REQUIRE(std::fwrite(bytes.data(), 1, bytes.size(), out) == bytes.size());
    std::fclose(out);
    media::OpusDecoder decoder;
    std::vector<float> sound, frames(5'760);
    media::read_ogg_opus(file.string(), [&](std::span<const std::byte> packet) {
        const int count = decoder.decode(packet, frames);
        sound.insert(sound.end(), frames.begin(), frames.begin() + count);
    });
    std::filesystem::remove_all(file.parent_path());
    CHECK(sound.size() >= 20 * 5 * kBlockFrames);
    CHECK(level_at(std::span(sound).last(24'000), 700) > 0.15);
}

TEST_CASE("sound: subscribers of one format share its pages, one who leaves gets nothing more",
          "[mixer][sound]") {
    House house;
    const auto stays = std::make_shared<PageSink>(), leaves = std::make_shared<PageSink>();
    const auto kept = house.room->broadcast().stream(StreamFormat::kWebm, stays);
    auto dropped = house.room->broadcast().stream(StreamFormat::kWebm, leaves);
    REQUIRE(eventually([&] { return leaves->pages >= 2; }));
    CHECK(stays->bytes().starts_with("\x1a\x45\xdf\xa3"));
    dropped.reset();
    const int at_most = leaves->pages + 1;
    const int until = stays->pages + 4;
    REQUIRE(eventually([&] { return stays->pages >= until; }));
    CHECK(leaves->pages <= at_most);
    house.room.reset();
    CHECK(leaves->ends == 0);
    CHECK(stays->ends == 1);
}

TEST_CASE("sound: closing a room says goodbye to everyone in it, and leaves no thread", "[mixer][sound]") {
    House house;
    house.room.reset();
    const auto before = threads();
    for (int cycle = 0; cycle < 5; ++cycle) {
        house.room = house.engine->open_room(house.id);
        const auto listener = house.listener();
        REQUIRE(listener->hears_for(960));
        house.room.reset();
        CHECK(eventually([&] { return listener->closed(); }));
    }
    CHECK(threads() <= before);
}
