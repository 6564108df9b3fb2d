#include "mixer/room.h"

#include <optional>
#include <utility>

#include "base/error.h"

namespace stagecast::mixer {

void Sessions::add(const std::string& session, Owner owner) {
    owners_.with([&](auto& all) { all.insert_or_assign(session, std::move(owner)); });
}
void Sessions::remove(const std::string& session) {
    owners_.with([&](auto& all) { all.erase(session); });
}
void Sessions::remove_room(const RoomId& room) {
    owners_.with(
        [&](auto& all) { std::erase_if(all, [&](const auto& one) { return one.second.room == room; }); });
}
std::optional<Sessions::Owner> Sessions::owner(const std::string& session) const {
    return owners_.with([&](const auto& all) {
        const auto found = all.find(session);
        return found == all.end() ? std::nullopt : std::optional(found->second);
    });
}

void Sessions::prune(const RoomId& room, const std::function<bool(const std::string&)>& alive) {
    const auto names = owners_.with([&](const auto& all) {
        std::vector<std::string> listeners;
        for (const auto& [name, owner] : all) {
            if (owner.room == room && !owner.speaker) listeners.push_back(name);
        }
        return listeners;
    });
    for (const std::string& name : names) {
        if (!alive(name)) remove(name);
    }
}

// One speaker's connection: packets from rtc-0 go to the mix and, with consent, to be kept; sound for them
// goes back.
class Room::Connection final : public rtc::PeerEvents {
public:
    Connection(rtc::Transport& transport, std::shared_ptr<media::PacketSink> keep)
        : transport_(transport), keep_(std::move(keep)) {}

    // Before the connection is given to the transport.
    void put_on_stage(std::shared_ptr<RoomPipeline::Speaker> speaker) { speaker_ = std::move(speaker); }
    // Once, when the transport has answered.
    void named(std::string session) {
        session_ = std::move(session);
        has_session_.store(true, std::memory_order_release);
    }

    void connected() noexcept override { connected_.store(true, std::memory_order_relaxed); }
    void gone() noexcept override { connected_.store(false, std::memory_order_relaxed); }
    void packet(const media::OpusPacket& packet, int level_dbov) noexcept override {
        if (muted() == Mute::kOn) return;
        if (const auto sink = keep_.with([](const auto& keep) { return keep; })) sink->packet(packet);
        speaker_->packet(packet, level_dbov);
    }
    // By the mixer's thread.
    void hear(std::span<const std::byte> opus) const {
        if (has_session_.load(std::memory_order_acquire)) transport_.send_to_speaker(session_, opus);
    }

    void keep(std::shared_ptr<media::PacketSink> sink) {
        // The old sink may do its last work as it dies: not under the lock.
        const auto old = keep_.with([&sink](auto& keep) { return std::exchange(keep, std::move(sink)); });
    }
    void mute(Mute mute) {
        mute_.store(mute, std::memory_order_relaxed);
        speaker_->mute(mute);
    }
    Mute muted() const noexcept { return mute_.load(std::memory_order_relaxed); }
    const std::string& session() const { return session_; }
    const std::shared_ptr<RoomPipeline::Speaker>& speaker() const { return speaker_; }
    SpeakerSound sound(const SpeakerId& id) const {
        const auto stats = transport_.stats(session_).value_or(rtc::Transport::PeerStats{});
        return {id,
                connected_.load(std::memory_order_relaxed),
                muted(),
                speaker_->level_dbfs(),
                stats.packets_in,
                stats.packets_lost};
    }

private:
    rtc::Transport& transport_;
    std::shared_ptr<RoomPipeline::Speaker> speaker_;
    std::string session_;
    std::atomic<bool> has_session_{false}, connected_{false};
    std::atomic<Mute> mute_{Mute::kOff};
    Guarded<std::shared_ptr<media::PacketSink>> keep_;
};

Room::Room(RoomId id, unsigned number, std::shared_ptr<rtc::Transport> transport,
           std::shared_ptr<Sessions> sessions)
    : id_(std::move(id)),
      transport_(std::move(transport)),
      sessions_(std::move(sessions)),
      group_(transport_->open_group()) {
    try {
        pipeline_ = std::make_unique<RoomPipeline>(
            number, [this](std::span<const std::byte> opus) { programme_packet(opus); });
    } catch (...) {
        transport_->close_group(group_);
        throw;
    }
}

Room::~Room() {
    for (const auto& [speaker, connection] :
         connections_.with([](auto& all) { return std::exchange(all, {}); })) {
        disconnect(connection);
    }
    transport_->close_group(group_);
    sessions_->remove_room(id_);
    pipeline_.reset();
    ogg_.end();
    webm_.end();
}

void Room::programme_packet(std::span<const std::byte> opus) {
    transport_->send_to_group(group_, opus);
    ogg_.packet(opus);
    webm_.packet(opus);
}

std::shared_ptr<Room::Connection> Room::find(const SpeakerId& speaker) const {
    const auto found = connections_.with([&](const auto& all) {
        const auto at = all.find(speaker);
        return at == all.end() ? nullptr : at->second;
    });
    if (!found) throw NotFound("speaker not on stage");
    return found;
}

void Room::disconnect(const std::shared_ptr<Connection>& connection) {
    transport_->remove(connection->session());
    sessions_->remove(connection->session());
    connection->keep(nullptr);
    pipeline_->remove(connection->speaker());
}

Answer Room::join(const SpeakerId& speaker, std::string_view offer, std::shared_ptr<media::PacketSink> keep) {
    const std::lock_guard lock(joining_);
    const auto connection = std::make_shared<Connection>(*transport_, std::move(keep));
    connection->put_on_stage(
        pipeline_->add_speaker([connection = std::weak_ptr(connection)](std::span<const std::byte> opus) {
            if (const auto alive = connection.lock()) alive->hear(opus);
        }));
    const auto before = connections_.with([&](const auto& all) {
        const auto at = all.find(speaker);
        return at == all.end() ? nullptr : at->second;
    });
    // Who was muted stays so, whatever connection they come back by.
    if (before) connection->mute(before->muted());
    Answer answer;
    try {
        answer = transport_->add_speaker(offer, connection);
    } catch (...) {
        pipeline_->remove(connection->speaker());
        throw;
    }
    connection->named(answer.session);
    sessions_->add(answer.session, {id_, speaker});
    connections_.with([&](auto& all) { all.insert_or_assign(speaker, connection); });
    if (before) disconnect(before);
    return answer;
}

void Room::keep(const SpeakerId& speaker, std::shared_ptr<media::PacketSink> keep) {
    find(speaker)->keep(std::move(keep));
}

void Room::leave(const SpeakerId& speaker) {
    const std::lock_guard lock(joining_);
    const auto connection = find(speaker);
    connections_.with([&](auto& all) { all.erase(speaker); });
    disconnect(connection);
}

void Room::mute(const SpeakerId& speaker, Mute mute) {
    find(speaker)->mute(mute);
}

std::vector<SpeakerSound> Room::speakers() const {
    std::vector<SpeakerSound> sounds;
    for (const auto& [id, connection] : connections_.with([](const auto& all) { return all; })) {
        sounds.push_back(connection->sound(id));
    }
    return sounds;
}

// Listeners leave without a word to us: their names are looked through now and then.
Answer Room::listen(std::string_view offer) {
    constexpr int kListensBetweenPrunes = 1'000;
    Answer answer = transport_->add_listener(offer, group_);
    sessions_->add(answer.session, {id_, std::nullopt});
    if (listens_.fetch_add(1) % kListensBetweenPrunes == kListensBetweenPrunes - 1) {
        sessions_->prune(id_,
                         [this](const std::string& name) { return transport_->stats(name).has_value(); });
    }
    return answer;
}

std::unique_ptr<Broadcast::Subscription> Room::stream(StreamFormat format, std::shared_ptr<ByteSink> sink) {
    return (format == StreamFormat::kOgg ? ogg_ : webm_).subscribe(std::move(sink));
}

}  // namespace stagecast::mixer
