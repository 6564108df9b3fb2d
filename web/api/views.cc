#include "web/api/views.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"
#include "store/recordings.h"
#include "studio/words.h"
#include "web/api/airing_json.h"
#include "web/clashes.h"

namespace stagecast::web {
namespace {

using Json = nlohmann::json;

const char* word(store::AccountState state) {
    switch (state) {
        case store::AccountState::kUnconfirmed:
            return "unconfirmed";
        case store::AccountState::kPending:
            return "pending";
        case store::AccountState::kActive:
            return "active";
        case store::AccountState::kSuspended:
            return "suspended";
    }
    return "";
}

const char* word(store::ChannelRole role) {
    switch (role) {
        case store::ChannelRole::kOwner:
            return "owner";
        case store::ChannelRole::kHost:
            return "host";
        case store::ChannelRole::kModerator:
            return "moderator";
    }
    return "";
}

const char* word(scheduler::ClashKind kind) {
    switch (kind) {
        case scheduler::ClashKind::kHostElsewhere:
            return "host_elsewhere";
        case scheduler::ClashKind::kChannelBusy:
            return "channel_busy";
        case scheduler::ClashKind::kOverrun:
            return "overrun";
    }
    return "";
}

const char* word(store::EpisodeState state) {
    switch (state) {
        case store::EpisodeState::kWaiting:
            return "waiting";
        case store::EpisodeState::kPublished:
            return "published";
        case store::EpisodeState::kUnpublished:
            return "unpublished";
    }
    return "";
}

Json optional_instant(const std::optional<Instant>& instant) {
    return instant ? Json(to_iso8601(*instant)) : Json(nullptr);
}

Json texts_of(const std::vector<LocalTime>& times) {
    auto texts = Json::array();
    for (const auto& time : times) texts.push_back(to_iso8601(time));
    return texts;
}

Json view_texts(const std::vector<store::Text>& texts) {
    auto list = Json::array();
    for (const auto& text : texts)
        list.push_back({{"language", text.language}, {"title", text.title}, {"notes", text.notes}});
    return list;
}

std::string date_of(std::chrono::local_days day) {
    return to_iso8601(LocalTime(day)).substr(0, 10);
}

Json view_pauses(const std::vector<DaySpan>& pauses) {
    auto list = Json::array();
    for (const auto& pause : pauses)
        list.push_back({{"first", date_of(pause.first)}, {"last", date_of(pause.last)}});
    return list;
}

Json view_hosts(const std::vector<store::Host>& hosts) {
    auto list = Json::array();
    for (const auto& host : hosts) list.push_back({{"handle", host.handle}, {"name", host.name}});
    return list;
}

}  // namespace

Response json_of(const Json& body, int status) {
    auto response = json(body.dump(-1, ' ', false, Json::error_handler_t::replace), status);
    return response.with("Cache-Control", "no-store");
}

Json view_account(const store::Account& account) {
    return {{"id", account.id.text()},
            {"handle", account.handle},
            {"email", account.email},
            {"name", account.name},
            {"operator", account.is_operator},
            {"state", word(account.state)},
            {"language", account.language},
            {"zone", account.zone},
            {"created_at", to_iso8601(account.created_at)}};
}

Json view_channel(const store::Channel& channel, const std::vector<store::Member>& members) {
    auto people = Json::array();
    for (const auto& member : members)
        people.push_back({{"handle", member.handle}, {"name", member.name}, {"role", word(member.role)}});
    return {{"slug", channel.slug},
            {"title", channel.title},
            {"description", channel.description},
            {"language", channel.language},
            {"colour", channel.colour},
            {"allows_overlap", channel.allows_overlap},
            {"members", people},
            {"url", "/channels/" + channel.slug},
            {"created_at", to_iso8601(channel.created_at)}};
}

Json view_show(store::Snapshot& snapshot, const store::Show& show) {
    const auto channel = store::channels::find(snapshot, show.channel);
    return {{"slug", show.slug},
            {"channel", channel ? channel->slug : ""},
            {"title", show.title},
            {"notes", show.notes},
            {"language", show.language},
            {"texts", view_texts(store::shows::texts(snapshot, show.id))},
            {"schedule",
             {{"start", to_iso8601(show.start)},
              {"zone", show.zone},
              {"rrule", show.rrule},
              {"exdates", texts_of(show.exdates)},
              {"rdates", texts_of(show.rdates)},
              {"pauses", view_pauses(show.pauses)},
              {"length_minutes", show.length_minutes}}},
            {"sentence", scheduler::sentence(scheduler::schedule_of(show), show.language)},
            {"category", show.category},
            {"podcast_email", show.podcast_email},
            {"explicit", show.is_explicit},
            {"hosts", view_hosts(store::shows::hosts(snapshot, show.id))},
            {"version", show.version},
            {"retired_at", optional_instant(show.retired_at)},
            {"url", "/shows/" + show.slug},
            {"calendar_url", "/shows/" + show.slug + "/calendar.ics"},
            {"podcast_url", "/shows/" + show.slug + "/podcast.xml"}};
}

Json view_airing(const scheduler::GuideEntry& entry) {
    std::string text;
    append_airing(text, scheduler::listing_of(entry, scheduler::said_by(entry)));
    return Json::parse(text);
}

Json view_room(Services& services, const RoomId& room) {
    const auto entry = services.guide.entry(room);
    if (!entry) throw NotFound("room not found");
    auto view = view_airing(*entry);
    view["own"] = services.database.read([&](store::Snapshot& snapshot) {
        return Json{{"title", entry->room.title},
                    {"notes", entry->room.notes},
                    {"language", entry->room.language},
                    {"texts", view_texts(store::rooms::texts(snapshot, room))},
                    {"hosts", view_hosts(store::rooms::hosts(snapshot, room))}};
    });
    view["slot"] = optional_instant(entry->room.slot);
    view["id"] = room.text();
    view["visibility"] = studio::word(entry->room.visibility);
    view["version"] = entry->room.version;
    view["opened_at"] = optional_instant(entry->room.opened_at);
    view["live_at"] = optional_instant(entry->room.live_at);
    view["ended_at"] = optional_instant(entry->room.ended_at);
    return view;
}

Json view_speaker(const store::Speaker& speaker) {
    return {{"id", speaker.id.text()},
            {"room", speaker.room.text()},
            {"name", speaker.name},
            {"role", studio::word(speaker.role)},
            {"guest", !speaker.account.has_value()},
            {"muted", speaker.muted_by_host}};
}

Json view_episode(store::Snapshot& snapshot, const store::Episode& episode) {
    auto files = Json::array();
    Json view{{"id", episode.id.text()},
              {"guid", episode.guid},
              {"room", episode.room.text()},
              {"title", episode.title},
              {"state", word(episode.state)},
              {"duration_ms", 0},
              {"loudness_lufs", nullptr},
              {"true_peak_dbtp", nullptr},
              {"published_at", optional_instant(episode.published_at)},
              {"url", "/episodes/" + episode.id.text()}};
    const auto rendering = episode.rendering.empty()
                               ? std::nullopt
                               : store::episodes::find_rendering(snapshot, episode.rendering);
    if (rendering && rendering->state == store::RenderingState::kDone) {
        view["duration_ms"] = rendering->duration_ms;
        view["loudness_lufs"] = rendering->loudness_lufs;
        view["true_peak_dbtp"] = rendering->true_peak_dbtp;
        for (const auto& file : store::episodes::files(snapshot, rendering->hash))
            files.push_back(
                {{"format", file.format},
                 {"type", file.type},
                 {"size_bytes", file.size_bytes},
                 {"url", studio::media_path(rendering->hash, slugify(episode.title, "episode"),
                                            file.format == "peaks" ? "peaks.json" : file.format)}});
    }
    view["files"] = files;
    return view;
}

Json view_receipt(const store::Receipt& receipt) {
    return Json::parse(receipt.body, nullptr, /*allow_exceptions=*/false);
}

Json view_purposes(const recorder::Purposes& purposes) {
    auto names = Json::array();
    for (const auto purpose : purposes) names.push_back(recorder::name_of(purpose));
    return names;
}

Json view_clashes(const std::vector<scheduler::Clash>& clashes) {
    auto list = Json::array();
    for (const auto& clash : clashes) {
        Json view{{"kind", word(clash.kind)},
                  {"starts_at", to_iso8601(clash.starts_at)},
                  {"ends_at", to_iso8601(clash.ends_at)},
                  {"with", clash.with ? view_airing(*clash.with) : Json(nullptr)}};
        if (!clash.host.empty()) view["host"] = clash.host;
        list.push_back(std::move(view));
    }
    return list;
}

Json view_changes(const std::vector<store::Change>& changes) {
    auto list = Json::array();
    for (const auto& change : changes)
        list.push_back({{"version", change.version},
                        {"by", change.actor},
                        {"at", to_iso8601(change.at)},
                        {"fields", change.fields}});
    return list;
}

Json view_review(Services& services, const access::Actor& actor, const scheduler::Review& review) {
    auto next = Json::array(), misfits = Json::array();
    for (const auto& slot : review.next)
        next.push_back({{"local", to_iso8601(slot.local)},
                        {"starts_at", to_iso8601(slot.starts_at)},
                        {"ends_at", to_iso8601(slot.ends_at)}});
    for (const auto& room : review.misfits)
        if (const auto entry = services.guide.entry(room.id)) misfits.push_back(view_airing(*entry));
    return {{"next", next},
            {"clashes", view_clashes(visible_clashes(services, actor, review.clashes))},
            {"free_start", optional_local(review.free_start)},
            {"misfits", misfits},
            {"added", review.added},
            {"removed", review.removed},
            {"kept", review.kept}};
}

Json optional_local(const std::optional<LocalTime>& local) {
    return local ? Json(to_iso8601(*local)) : Json(nullptr);
}

}  // namespace stagecast::web
