#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "studio/guide_reader.h"
#include "web/answer.h"
#include "web/channel_desk.h"
#include "web/media/doors.h"
#include "web/media/live_streams.h"
#include "web/old_slug.h"

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

constexpr std::chrono::seconds kNextTry{30};  // where nothing is on: how soon a player should ask again

// The public room of a channel that went live last, if one is.
std::optional<store::Room> on_air(store::Snapshot& snapshot, const ChannelId& channel) {
    std::optional<store::Room> latest;
    for (const auto& room : store::rooms::in_state(snapshot, store::RoomState::kLive))
        if (room.channel == channel && room.visibility == store::Visibility::kPublic &&
            (!latest || room.live_at > latest->live_at))
            latest = room;
    return latest;
}

// The address that the guide's M3U gives players: it stays, and leads to what is on now.
Response tune_in(Services& services, const Request& request, const Format& format) {
    if (auto moved = moved_slug(services, request.param("slug"), store::SlugKind::kChannel, request))
        return std::move(*moved);
    const auto room = services.database.read([&](store::Snapshot& snapshot) {
        const auto channel = channel_named(snapshot, request.param("slug"));
        access::require(snapshot, request.actor, access::Action::kSeeChannel, channel.id);
        return on_air(snapshot, channel.id);
    });
    auto response =
        room
            ? redirect("/rooms/" + room->id.text() + "/" + format.name, 307).with("Cache-Control", "no-store")
            : problem(409, "nothing is on air on this channel")
                  .with("Retry-After", std::to_string(kNextTry.count()));
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

// One page's ear at the bell. A channel of its own: what it hears first is a count of the moment.
struct BellFeed {
    std::shared_ptr<StreamChannel> channel;
    std::unique_ptr<studio::Bells::Watch> watch;  // after channel: ends first
};

// One's own bell, live. Whoever joins hears first how many are unheard: what was told between a page and its
// stream, or while the stream was broken, is counted so.
Response bell(Services& services, const Request& request) {
    if (!request.account) throw Unauthenticated("sign in first");
    const auto feed = std::make_shared<BellFeed>();
    feed->channel = std::make_shared<StreamChannel>(StreamChannel::Settings{
        StreamChannel::Headers::kState, std::chrono::milliseconds(0), ": still here\n\n"});
    feed->watch = services.bells.watch(store::followers::id_of(request.account->id), feed->channel);
    feed->channel->headers(std::make_shared<const std::string>(
        fmt::format("retry: 5000\nevent: unheard\ndata: {}\n\n", services.telling.unheard(request.actor))));
    return live({feed, feed->channel.get()}, "text/event-stream");
}

}  // namespace

void add_stream_routes(Router& router, Services& services) {
    const auto streams = std::make_shared<LiveStreams>();
    for (const auto& format : kFormats) {
        router.add(
            "GET", std::string("/channels/{slug}/") + format.name,
            [&services, format](const Request& request) { return tune_in(services, request, format); });
        router.add("GET", std::string("/rooms/{id}/") + format.name,
                   [&services, streams, format](const Request& request) {
                       return listen(services, *streams, request, format);
                   });
    }
    router.add("GET", "/rooms/{id}/events",
               [&services, streams](const Request& request) { return events(services, *streams, request); });
    router.add("GET", "/me/bell/events",
               [&services](const Request& request) { return bell(services, request); });
}

}  // namespace stagecast::web
