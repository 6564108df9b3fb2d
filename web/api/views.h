#pragma once
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "web/http.h"

// What the API shows of each thing: the JSON of web/api/openapi.json's schemas.
namespace stagecast::web {

Response json_of(const nlohmann::json& body, int status = 200);

// With the address: for its owner and the operator.
nlohmann::json view_account(const store::Account& account);
nlohmann::json view_channel(const store::Channel& channel, const std::vector<store::Member>& members);
nlohmann::json view_show(store::Snapshot& snapshot, const store::Show& show);
nlohmann::json view_airing(const scheduler::GuideEntry& entry);
// view_airing and what those who may see the room need besides.
nlohmann::json view_room(Services& services, const RoomId& room);
nlohmann::json view_speaker(const store::Speaker& speaker);
nlohmann::json view_episode(store::Snapshot& snapshot, const store::Episode& episode);
nlohmann::json view_receipt(const store::Receipt& receipt);
nlohmann::json view_purposes(const recorder::Purposes& purposes);
// Of clashes that the asker may know: web/clashes.h.
nlohmann::json view_clashes(const std::vector<scheduler::Clash>& clashes);
nlohmann::json view_changes(const std::vector<store::Change>& changes);
nlohmann::json view_review(Services& services, const access::Actor& actor, const scheduler::Review& review);
nlohmann::json optional_local(const std::optional<LocalTime>& local);

}  // namespace stagecast::web
