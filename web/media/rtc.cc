#include "base/error.h"
#include "base/text.h"
#include "web/answer.h"
#include "web/media/doors.h"

// WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep): an SDP offer in, an answer out; the session's address is
// its secret.
namespace stagecast::web {
namespace {

constexpr std::size_t kMaxSdpBytes = 64u << 10;
constexpr const char* kSdp = "application/sdp";
constexpr const char* kFragment = "application/trickle-ice-sdpfrag";

Response& open_to_scripts(Response& response) {
    return allow_any_origin(response).with("Access-Control-Expose-Headers",
                                           "Location, ETag, Link, Retry-After");
}

bool has_type(const Request& request, std::string_view type) {
    const auto given = lower_ascii(request.header("content-type"));
    return trim(std::string_view(given).substr(0, given.find(';'))) == type;
}

// A player on another site must be able to read why it was refused.
Response guarded(Services& services, const Request& request, const std::function<Response()>& handler) {
    Response response;
    try {
        response = handler();
    } catch (...) {
        response = answer_error(services, request, std::current_exception());
    }
    return open_to_scripts(response);
}

Response preflight(const Request&) {
    Response response;
    response.status = 204;
    open_to_scripts(response)
        .with("Access-Control-Allow-Methods", "POST, PATCH, DELETE, OPTIONS")
        .with("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match")
        .with("Access-Control-Max-Age", "86400")
        .with("Accept-Post", kSdp)
        .with("Allow", "POST, PATCH, DELETE, OPTIONS");
    return response;
}

RoomId room_of(const Request& request) {
    return RoomId::parse(request.param("id"));
}

Response answered(const Request& request, const mixer::Answer& answer) {
    Response response;
    response.status = 201;
    response.body = answer.sdp;
    return response.with("Content-Type", kSdp)
        .with("Location", request.path + "/" + answer.session)
        .with("ETag", answer.etag)
        .with("Accept-Patch", kFragment)
        .with("Cache-Control", "no-store");
}

std::optional<Response> refuse_offer(const Request& request) {
    if (!has_type(request, kSdp)) return problem(415, "send the offer as application/sdp", "Content-Type");
    if (request.body.empty() || request.body.size() > kMaxSdpBytes)
        return problem(400, "an offer has 1 byte to 64 KiB", "sdp");
    return std::nullopt;
}

// RFC 9725, 4.2: an offer without sound that we could take is not acceptable (406); any other fault is
// malformed (400).
Response refused_sdp(const Invalid& error) {
    const bool is_about_sound = error.why().find("audio") != std::string::npos;
    return problem(is_about_sound ? 406 : 400, error.why(), error.field());
}

Response publish(Services& services, const Request& request) {
    if (auto refusal = refuse_offer(request)) return std::move(*refusal);
    try {
        return answered(request, services.studio.whip(room_of(request), request.bearer(), request.body));
    } catch (const Invalid& error) {
        return refused_sdp(error);
    }
}

Response listen(Services& services, const Request& request) {
    if (auto refusal = refuse_offer(request)) return std::move(*refusal);
    const auto room = room_of(request);
    try {
        services.studio.require_live(request.actor, room);
    } catch (const Unavailable& nobody) {
        return problem(409, nobody.what()).with("Retry-After", std::to_string(nobody.retry_after().count()));
    }
    try {
        return answered(request, services.studio.whep(request.actor, room, request.body));
    } catch (const Invalid& error) {
        return refused_sdp(error);
    }
}

Response patch(Services& services, const Request& request) {
    if (!has_type(request, kFragment))
        return problem(415, "send candidates as application/trickle-ice-sdpfrag", "Content-Type");
    if (request.body.size() > kMaxSdpBytes) return problem(400, "a fragment has at most 64 KiB", "sdp");
    const auto etag = request.header("if-match");
    if (etag.empty()) return problem(428, "say which ICE session this is for", "If-Match");
    Response response;
    switch (services.studio.patch_session(room_of(request), request.param("session"), etag, request.body)) {
        case mixer::PatchResult::kDone:
            response.status = 204;
            return response;
        case mixer::PatchResult::kNoSession:
            throw NotFound("session not found");
        case mixer::PatchResult::kStale:
            return problem(412, "the ICE session is another one by now", "If-Match");
        case mixer::PatchResult::kUnsupported:
            return problem(422, "ICE restarts are not supported: offer anew");
    }
    return response;
}

Response leave(Services& services, const Request& request) {
    if (!services.studio.end_session(room_of(request), request.param("session")))
        throw NotFound("session not found");
    return Response{};
}

}  // namespace

void add_rtc_routes(Router& router, Services& services) {
    using Function = Response (*)(Services&, const Request&);
    const auto add = [&](const char* method, const std::string& pattern, Function function) {
        router.add(method, pattern, [&services, function](const Request& request) {
            return guarded(services, request, [&] { return function(services, request); });
        });
    };
    for (const std::string door : {"/rooms/{id}/whip", "/rooms/{id}/whep"}) {
        add("POST", door, door.ends_with("whip") ? publish : listen);
        router.add("OPTIONS", door, preflight);
        router.add("OPTIONS", door + "/{session}", preflight);
        add("PATCH", door + "/{session}", patch);
        add("DELETE", door + "/{session}", leave);
    }
}

}  // namespace stagecast::web
