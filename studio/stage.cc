#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/log.h"
#include "base/text.h"
#include "store/accounts.h"
#include "store/outbox.h"
#include "studio/impl.h"
#include "studio/words.h"

// Studio's calls about who is on stage, what of them is kept, and the doors of sound.
namespace stagecast::studio {
namespace {

constexpr std::chrono::hours kPassLife{12};
constexpr std::size_t kMaxSpeakersARoom = 200;  // rows, guests that never came included

store::Speaker new_speaker(Random& random, const RoomId& room, const std::optional<AccountId>& account,
                           std::string name, store::StageRole role, Instant now) {
    store::Speaker speaker;
    speaker.id = SpeakerId::make(random);
    speaker.room = room;
    speaker.account = account;
    speaker.name = std::move(name);
    speaker.role = role;
    speaker.created_at = now;
    return speaker;
}

void require_space(store::Snapshot& snapshot, const RoomId& room) {
    if (store::rooms::speakers(snapshot, room).size() >= kMaxSpeakersARoom) {
        throw Conflict(fmt::format("A room holds at most {} places for speakers.", kMaxSpeakersARoom));
    }
}

void require_open_to_speakers(const store::Room& room) {
    if (room.state == store::RoomState::kEnded || room.state == store::RoomState::kCancelled) {
        throw Conflict(fmt::format("The room is {}: nobody can be invited any more.", word(room.state)));
    }
}

}  // namespace

store::Speaker Studio::Impl::speaker_in(const RoomId& room, const SpeakerId& speaker) {
    auto found = parts.database.read(
        [&](store::Snapshot& snapshot) { return store::rooms::find_speaker(snapshot, speaker); });
    if (!found || found->room != room) throw NotFound("speaker not found");
    return *found;
}

std::shared_ptr<media::PacketSink> Studio::Impl::keeper(const store::Room& room, const SpeakerId& speaker,
                                                        const recorder::Purposes& purposes) {
    if (room.state != store::RoomState::kLive || !purposes.contains(recorder::Purpose::kRecord))
        return nullptr;
    const bool stands = parts.database.read([&](store::Snapshot& snapshot) {
        return recorder::standing(snapshot, speaker).contains(recorder::Purpose::kRecord);
    });
    return stands ? parts.writer.open(room.id, speaker) : nullptr;
}

void Studio::Impl::settle_keeping(OpenRoom& opened, const store::Room& room, const SpeakerId& speaker) {
    const auto purposes = opened.on_stage.find(speaker);
    if (purposes == opened.on_stage.end()) return;
    opened.sound->stage().keep(speaker, nullptr);
    parts.writer.close(speaker);
    if (auto sink = keeper(room, speaker, purposes->second))
        opened.sound->stage().keep(speaker, std::move(sink));
}

StageView Studio::Impl::view(const store::Room& room) {
    StageView view{room, {}, 0};
    parts.database.read([&](store::Snapshot& snapshot) {
        for (auto& speaker : store::rooms::speakers(snapshot, room.id)) {
            if (speaker.left_at) continue;
            SpeakerView seen;
            if (speaker.account) {
                if (const auto account = store::accounts::find(snapshot, *speaker.account))
                    seen.handle = account->handle;
            }
            seen.asked = recorder::was_asked(snapshot, speaker.id);
            seen.recorded = recorder::standing(snapshot, speaker.id).contains(recorder::Purpose::kRecord);
            seen.speaker = std::move(speaker);
            view.speakers.push_back(std::move(seen));
        }
    });
    const auto opened = find_open(room.id);
    if (!opened) return view;
    for (const auto& heard : opened->sound->stage().speakers()) {
        for (auto& seen : view.speakers) {
            if (seen.speaker.id != heard.speaker) continue;
            seen.connected = heard.connected;
            seen.level_dbfs = heard.level_dbfs;
        }
    }
    view.listeners = opened->sound->broadcast().rtc_listeners();
    return view;
}

std::string Studio::Impl::levels(const RoomId& room) {
    const auto opened = find_open(room);
    if (!opened) return {};
    auto levels = nlohmann::json::object();
    for (const auto& heard : opened->sound->stage().speakers()) {
        if (heard.connected) levels[heard.speaker.text()] = std::round(heard.level_dbfs);
    }
    return levels.empty() ? std::string() : levels.dump();
}

store::Speaker Studio::invite(const access::Actor& actor, const RoomId& room, const std::string& handle,
                              store::StageRole role) {
    auto& parts = impl_->parts;
    auto speaker = parts.database.write([&](store::Tx& tx) {
        access::require(tx, actor, access::Action::kRunRoom, room);
        require_open_to_speakers(*store::rooms::find(tx, room));
        const auto account = store::accounts::find_by_handle(tx, handle);
        if (!account || account->state != store::AccountState::kActive) {
            throw Invalid("handle",
                          "nobody here has the handle \"" + checked_text(handle, "handle", 1, 60) + "\"");
        }
        const auto now = parts.clock.now();
        store::journal::append(tx, {now, actor.name(), "stage.invite", room.text(), account->id.text()});
        if (auto there = store::rooms::find_speaker_of(tx, room, account->id)) {
            there->role = role;
            there->left_at.reset();
            store::rooms::update_speaker(tx, *there);
            return *there;
        }
        require_space(tx, room);
        auto invited = new_speaker(parts.random, room, account->id, account->name, role, now);
        store::rooms::insert_speaker(tx, invited);
        return invited;
    });
    impl_->events->changed(room);
    return speaker;
}

GuestInvitation Studio::invite_guest(const access::Actor& actor, const RoomId& room,
                                     const std::string& name) {
    auto& parts = impl_->parts;
    auto invitation = parts.database.write([&](store::Tx& tx) {
        access::require(tx, actor, access::Action::kRunRoom, room);
        require_open_to_speakers(*store::rooms::find(tx, room));
        require_space(tx, room);
        const auto now = parts.clock.now();
        auto guest = new_speaker(parts.random, room, std::nullopt, checked_text(name, "name", 1, 60),
                                 store::StageRole::kSpeaker, now);
        store::rooms::insert_speaker(tx, guest);
        store::journal::append(tx, {now, actor.name(), "stage.invite_guest", room.text(), guest.id.text()});
        auto key = parts.accounts.make_guest_key(tx, guest.id);
        return GuestInvitation{std::move(guest), std::move(key.text)};
    });
    impl_->events->changed(room);
    return invitation;
}

store::Speaker Studio::place(const access::Actor& actor, const RoomId& room) {
    auto& parts = impl_->parts;
    return parts.database.write([&](store::Tx& tx) {
        access::require(tx, actor, access::Action::kSeeRoom, room);
        const auto removed = [] { return Forbidden("A host has moved you off this stage."); };
        if (actor.guest && actor.guest_room == room) {
            auto speaker = store::rooms::find_speaker(tx, *actor.guest);
            if (!speaker) throw NotFound("speaker not found");
            if (speaker->left_at) throw removed();
            return *speaker;
        }
        if (!actor.account) throw Unauthenticated("Sign in, or open your personal link, to step on stage.");
        if (auto there = store::rooms::find_speaker_of(tx, room, *actor.account)) {
            if (there->left_at) throw removed();
            return *there;
        }
        if (!access::allow(tx, actor, access::Action::kRunRoom, room)) {
            throw Forbidden("This stage is by invitation: ask a host for a place.");
        }
        require_space(tx, room);
        const auto account = store::accounts::find(tx, *actor.account);
        auto host = new_speaker(parts.random, room, actor.account, account->name, store::StageRole::kHost,
                                parts.clock.now());
        store::rooms::insert_speaker(tx, host);
        return host;
    });
}

WhipPass Studio::answer(const access::Actor& actor, const RoomId& room, const recorder::Purposes& given,
                        std::string_view wording, std::string_view language, std::string_view how) {
    auto& parts = impl_->parts;
    const auto speaker = place(actor, room);
    const auto now = parts.clock.now();
    parts.database.write(
        [&](store::Tx& tx) { recorder::answer(tx, speaker.id, room, given, wording, language, how, now); });
    if (const auto open = impl_->find_open(room)) {
        const std::lock_guard lock(open->mutex);
        const auto on_stage = open->on_stage.find(speaker.id);
        if (on_stage != open->on_stage.end()) {
            const bool was_kept = on_stage->second.contains(recorder::Purpose::kRecord);
            on_stage->second = given;
            if (was_kept != given.contains(recorder::Purpose::kRecord)) {
                impl_->settle_keeping(*open, impl_->room_of(room), speaker.id);
            }
        }
    }
    impl_->events->changed(room);
    const Pass pass{room, speaker.id, given, now + kPassLife};
    return {speaker.id, impl_->passes.seal(pass), pass.expires_at, given};
}

StageView Studio::stage(const access::Actor& actor, const RoomId& room) {
    impl_->parts.database.read(
        [&](store::Snapshot& snapshot) { access::require(snapshot, actor, access::Action::kSeeRoom, room); });
    return impl_->view(impl_->room_of(room));
}

void Studio::mute(const access::Actor& actor, const RoomId& room, const SpeakerId& speaker,
                  mixer::Mute mute) {
    impl_->speaker_in(room, speaker);
    impl_->parts.database.write([&](store::Tx& tx) {
        access::require(tx, actor, access::Action::kRunRoom, room);
        auto stored = store::rooms::find_speaker(tx, speaker);
        stored->muted_by_host = mute == mixer::Mute::kOn;
        store::rooms::update_speaker(tx, *stored);
        store::journal::append(
            tx, {impl_->parts.clock.now(), actor.name(),
                 mute == mixer::Mute::kOn ? "stage.mute" : "stage.unmute", room.text(), speaker.text()});
    });
    if (const auto open = impl_->find_open(room)) open->sound->stage().mute(speaker, mute);
    impl_->events->changed(room);
}

void Studio::remove(const access::Actor& actor, const RoomId& room, const SpeakerId& speaker) {
    impl_->speaker_in(room, speaker);
    impl_->parts.database.write([&](store::Tx& tx) {
        access::require(tx, actor, access::Action::kRunRoom, room);
        auto stored = store::rooms::find_speaker(tx, speaker);
        stored->left_at = impl_->parts.clock.now();
        store::rooms::update_speaker(tx, *stored);
        store::journal::append(tx,
                               {*stored->left_at, actor.name(), "stage.remove", room.text(), speaker.text()});
    });
    if (const auto open = impl_->find_open(room)) {
        const std::lock_guard lock(open->mutex);
        open->on_stage.erase(speaker);
        open->sound->stage().leave(speaker);
        impl_->parts.writer.close(speaker);
    }
    impl_->events->changed(room);
}

mixer::Answer Studio::whip(const RoomId& room, std::string_view token, std::string_view offer) {
    auto& parts = impl_->parts;
    const auto pass = impl_->passes.open(token, parts.clock.now());
    if (pass.room != room) throw Unauthenticated("This pass is for another room.");
    auto speaker = impl_->speaker_in(room, pass.speaker);
    const auto open = impl_->open_room(impl_->room_of(room));
    if (!open) throw Conflict("The stage is not open: it opens backstage before the airing.");
    const std::lock_guard lock(open->mutex);
    speaker = impl_->speaker_in(room, pass.speaker);
    if (speaker.left_at) throw Forbidden("A host has moved you off this stage.");
    const auto stored = impl_->room_of(room);
    if (open->closed) throw Conflict("The room has ended.");
    parts.writer.close(pass.speaker);
    auto answer =
        open->sound->stage().join(pass.speaker, offer, impl_->keeper(stored, pass.speaker, pass.purposes));
    open->on_stage[pass.speaker] = pass.purposes;
    open->sound->stage().mute(pass.speaker, speaker.muted_by_host ? mixer::Mute::kOn : mixer::Mute::kOff);
    if (!speaker.first_joined_at) {
        speaker.first_joined_at = parts.clock.now();
        parts.database.write([&](store::Tx& tx) { store::rooms::update_speaker(tx, speaker); });
    }
    impl_->events->changed(room);
    return answer;
}

void Studio::require_live(const access::Actor& actor, const RoomId& room) {
    impl_->parts.database.read(
        [&](store::Snapshot& snapshot) { access::require(snapshot, actor, access::Action::kListen, room); });
    const auto stored = impl_->room_of(room);
    if (stored.state == store::RoomState::kEnded || stored.state == store::RoomState::kCancelled) {
        throw Gone("This airing is over.");
    }
    if (stored.state != store::RoomState::kLive) {
        throw Unavailable("Nobody is on air here yet.", std::chrono::seconds(10));
    }
}

mixer::Answer Studio::whep(const access::Actor& actor, const RoomId& room, std::string_view offer) {
    require_live(actor, room);
    const auto open = impl_->open_room(impl_->room_of(room));
    if (!open) throw Unavailable("Nobody is on air here yet.", std::chrono::seconds(10));
    auto answer = open->sound->broadcast().listen(offer);
    impl_->events->changed(room);
    return answer;
}

std::unique_ptr<mixer::Broadcast::Subscription> Studio::stream(const RoomId& room, mixer::StreamFormat format,
                                                               std::shared_ptr<ByteSink> sink) {
    const auto stored = impl_->room_of(room);
    const auto open = stored.state == store::RoomState::kLive ? impl_->open_room(stored) : nullptr;
    if (!open) throw Unavailable("Nobody is on air here yet.", std::chrono::seconds(10));
    return open->sound->broadcast().stream(format, std::move(sink));
}

bool Studio::end_session(const RoomId& room, const std::string& session) {
    auto& parts = impl_->parts;
    if (parts.engine.room_of(session) != room) return false;
    const auto speaker = parts.engine.speaker_of(session);
    const auto open = impl_->find_open(room);
    if (speaker && open) {
        const std::lock_guard lock(open->mutex);
        open->sound->stage().keep(*speaker, nullptr);
        open->on_stage.erase(*speaker);
        open->sound->stage().leave(*speaker);
        parts.writer.close(*speaker);
    } else {
        parts.engine.remove_session(session);
    }
    impl_->events->changed(room);
    return true;
}

mixer::PatchResult Studio::patch_session(const RoomId& room, const std::string& session,
                                         std::string_view if_match, std::string_view fragment) {
    if (impl_->parts.engine.room_of(session) != room) return mixer::PatchResult::kNoSession;
    return impl_->parts.engine.patch_session(session, if_match, fragment);
}

}  // namespace stagecast::studio
