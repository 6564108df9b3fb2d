#include <nlohmann/json.hpp>

#include "base/error.h"
#include "recorder/ledger.h"
#include "store/recordings.h"
#include "web/api/body.h"
#include "web/api/routes.h"
#include "web/api/views.h"

namespace stagecast::web {
namespace {

using Json = nlohmann::json;

recorder::Purposes purposes_of(const std::vector<std::string>& names) {
    recorder::Purposes purposes;
    for (const auto& name : names) purposes.insert(recorder::purpose_named(name, "purposes"));
    return purposes;
}

// How the answer reached us, as the ledger keeps it.
const char* way_of(const Request& request) {
    if (!request.bearer().empty()) return "api";
    return request.actor.guest ? "guest link" : "page";
}

const char* word(store::Decision decision) {
    switch (decision) {
        case store::Decision::kGiven:
            return "given";
        case store::Decision::kRefused:
            return "refused";
        case store::Decision::kWithdrawn:
            return "withdrawn";
    }
    return "";
}

Response wording(Services&, const Request& request) {
    const auto asked = request.query_value("language");
    const auto& text = recorder::current_wording(asked.empty() ? request.language : asked);
    auto questions = Json::object();
    for (const auto& [purpose, question] : text.question)
        questions[std::string(recorder::name_of(purpose))] = question;
    return json_of({{"version", text.version},
                    {"language", text.language},
                    {"questions", questions},
                    {"keeping", text.keeping}});
}

Response answer(Services& services, const Request& request) {
    const auto room = RoomId::parse(request.param("id"));
    Body body(request);
    const auto names = body.optional_texts("purposes");
    const auto version = body.text("wording"), language = body.text("language");
    body.done();
    if (!names) throw Invalid("purposes", "it is missing; an empty list keeps nothing");
    const auto pass =
        services.studio.answer(request.actor, room, purposes_of(*names), version, language, way_of(request));
    return json_of({{"speaker", pass.speaker.text()},
                    {"whip_url", "/rooms/" + room.text() + "/whip"},
                    {"whip_token", pass.token},
                    {"expires_at", to_iso8601(pass.expires_at)},
                    {"purposes", view_purposes(pass.purposes)}},
                   201);
}

Response withdraw(Services& services, const Request& request) {
    const auto speaker = SpeakerId::parse(request.param("id"));
    Body body(request);
    const auto names = body.optional_texts("purposes").value_or(std::vector<std::string>{"record"});
    body.done();
    if (names.empty()) throw Invalid("purposes", "name what is withdrawn");
    const auto receipt =
        services.studio.withdraw(request.actor, speaker, purposes_of(names), way_of(request));
    return json(recorder::to_json(receipt)).with("Cache-Control", "no-store");
}

Response consents(Services& services, const Request& request) {
    const auto speaker = SpeakerId::parse(request.param("id"));
    return services.database.read([&](store::Snapshot& snapshot) {
        access::require(snapshot, request.actor, access::Action::kWithdraw, speaker);
        auto lines = Json::array();
        for (const auto& line : store::consents::of_speaker(snapshot, speaker))
            lines.push_back({{"purpose", recorder::name_of(line.purpose)},
                             {"decision", word(line.decision)},
                             {"wording", line.wording},
                             {"language", line.language},
                             {"how", line.how},
                             {"at", to_iso8601(line.at)}});
        return json_of({{"speaker", speaker.text()},
                        {"standing", view_purposes(recorder::standing(snapshot, speaker))},
                        {"consents", lines}});
    });
}

Response receipt(Services& services, const Request& request) {
    const auto id = ReceiptId::parse(request.param("id"));
    return services.database.read([&](store::Snapshot& snapshot) {
        const auto found = store::receipts::find(snapshot, id);
        if (!found) throw NotFound("receipt not found");
        access::require(snapshot, request.actor, access::Action::kWithdraw, found->speaker);
        return json_of(view_receipt(*found));
    });
}

}  // namespace

void add_consent_routes(Router& router, Services& services) {
    const RouteAdder add(router, services);
    add("GET", "/api/v1/consent-wording", wording);
    add("POST", "/api/v1/rooms/{id}/consent", answer);
    add("POST", "/api/v1/speakers/{id}/withdraw", withdraw);
    add("GET", "/api/v1/speakers/{id}/consents", consents);
    add("GET", "/api/v1/receipts/{id}", receipt);
}

}  // namespace stagecast::web
