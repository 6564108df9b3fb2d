#include "base/error.h"
#include "web/answer.h"
#include "web/media/doors.h"
#include "web/media/live_streams.h"

namespace stagecast::web {
namespace {

struct Format {
    mixer::StreamFormat stream;
    const char* name;
    const char* type;
};
constexpr Format kFormats[] = {{mixer::StreamFormat::kOgg, "listen.ogg", "audio/ogg"},
                               {mixer::StreamFormat::kWebm, "listen.webm", "audio/webm; codecs=opus"}};

Response live(std::shared_ptr<StreamChannel> channel, const char* type) {
    Response response;
    response.stream = std::move(channel);
    // A proxy that gathers or keeps a live stream breaks it, and may not keep voices.
    return response.with("Content-Type", type)
        .with("Cache-Control", "no-store")
        .with("X-Accel-Buffering", "no");
}

Response listen(Services& services, LiveStreams& streams, const Request& request, const Format& format) {
    const auto room = RoomId::parse(request.param("id"));
    services.studio.require_live(request.actor, room);
    const StreamChannel::Settings settings;
    auto response = live(streams.join(room.text() + "/" + format.name, settings,
                                      [&](std::shared_ptr<ByteSink> sink) -> LiveStreams::Source {
                                          return services.studio.stream(room, format.stream, std::move(sink));
                                      }),
                         format.type);
    return allow_any_origin(response);
}

Response events(Services& services, LiveStreams& streams, const Request& request) {
    const auto room = RoomId::parse(request.param("id"));
    services.database.read([&](store::Snapshot& snapshot) {
        access::require(snapshot, request.actor, access::Action::kSeeRoom, room);
    });
    // Who joins gets the state as it is; what happened before is not news.
    const StreamChannel::Settings settings{StreamChannel::Headers::kState, std::chrono::milliseconds(0),
                                           ": still here\n\n"};
    return live(streams.join(room.text() + "/events", settings,
                             [&](std::shared_ptr<ByteSink> sink) -> LiveStreams::Source {
                                 return services.studio.watch(room, std::move(sink));
                             }),
                "text/event-stream");
}

}  // namespace

void add_stream_routes(Router& router, Services& services) {
    const auto streams = std::make_shared<LiveStreams>();
    for (const auto& format : kFormats)
        router.add("GET", std::string("/rooms/{id}/") + format.name,
                   [&services, streams, format](const Request& request) {
                       return listen(services, *streams, request, format);
                   });
    router.add("GET", "/rooms/{id}/events",
               [&services, streams](const Request& request) { return events(services, *streams, request); });
}

}  // namespace stagecast::web
