#include <nlohmann/json.hpp>

#include "studio/studio.h"
#include "studio/words.h"

namespace stagecast::studio {

std::string_view word(store::RoomState state) noexcept {
    switch (state) {
        case store::RoomState::kScheduled:
            return "scheduled";
        case store::RoomState::kBackstage:
            return "backstage";
        case store::RoomState::kLive:
            return "live";
        case store::RoomState::kEnded:
            return "ended";
        case store::RoomState::kCancelled:
            return "cancelled";
    }
    return "";
}

std::string_view word(store::StageRole role) noexcept {
    switch (role) {
        case store::StageRole::kHost:
            return "host";
        case store::StageRole::kCohost:
            return "co-host";
        case store::StageRole::kSpeaker:
            return "speaker";
    }
    return "";
}

std::string_view word(store::Visibility visibility) noexcept {
    switch (visibility) {
        case store::Visibility::kPublic:
            return "public";
        case store::Visibility::kUnlisted:
            return "unlisted";
        case store::Visibility::kPrivate:
            return "private";
    }
    return "";
}

std::string to_json(const StageView& view) {
    auto speakers = nlohmann::json::array();
    for (const auto& seen : view.speakers) {
        speakers.push_back({{"id", seen.speaker.id.text()},
                            {"name", seen.speaker.name},
                            {"handle", seen.handle},
                            {"role", word(seen.speaker.role)},
                            {"connected", seen.connected},
                            {"muted", seen.speaker.muted_by_host},
                            {"asked", seen.asked},
                            {"recorded", seen.recorded}});
    }
    return nlohmann::json{{"room", view.room.id.text()},
                          {"state", word(view.room.state)},
                          {"listeners", view.listeners},
                          {"speakers", speakers}}
        .dump();
}

}  // namespace stagecast::studio
