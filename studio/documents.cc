#include "studio/documents.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "feeds/atom.h"
#include "feeds/json_feed.h"
#include "feeds/m3u.h"
#include "feeds/xmltv.h"
#include "store/accounts.h"
#include "store/channels.h"
#include "store/documents.h"
#include "store/programme.h"
#include "studio/calendar_reader.h"
#include "studio/guide_reader.h"
#include "studio/podcast_reader.h"
#include "studio/said.h"

namespace stagecast::studio {
namespace {

constexpr int kMaxItems = 300;  // of one podcast feed
constexpr const char* kCalendarType = "text/calendar; charset=utf-8";

struct Form {
    const char* name;  // in the table of documents: never changed once released
    const char* type;
    const char* extension;
};

const Form& form_of(DocumentKind kind) {
    static constexpr std::array<Form, 10> kForms{{
        {"show-calendar", kCalendarType, "ics"},
        {"channel-calendar", kCalendarType, "ics"},
        {"host-calendar", kCalendarType, "ics"},
        {"guide-calendar", kCalendarType, "ics"},
        {"show-podcast", "application/rss+xml; charset=utf-8", "xml"},
        {"channel-podcast", "application/rss+xml; charset=utf-8", "xml"},
        {"xmltv", "application/xml; charset=utf-8", "xmltv"},
        {"m3u", "audio/x-mpegurl; charset=utf-8", "m3u"},
        {"atom", "application/atom+xml; charset=utf-8", "atom"},
        {"json-feed", "application/feed+json; charset=utf-8", "json"},
    }};
    return kForms.at(static_cast<std::size_t>(kind));
}

std::string name_of(const DocumentKey& key) {
    std::string name = form_of(key.kind).name;
    if (!key.slug.empty()) name += "/" + key.slug;
    if (!key.language.empty()) name += "?" + key.language;
    return name;
}

std::string file_name_of(const DocumentKey& key) {
    return (key.slug.empty() ? std::string("guide") : key.slug) + "." + form_of(key.kind).extension;
}

// Everybody gets the same document: it must be one that a stranger may see.
void require_public(store::Snapshot& snapshot, access::Action action, const access::Object& object) {
    access::require(snapshot, access::Actor{}, action, object);
}

store::Show show_named(store::Snapshot& snapshot, const std::string& slug) {
    auto show = store::shows::find_by_slug(snapshot, slug);
    if (!show) throw NotFound("show not found");
    require_public(snapshot, access::Action::kSeeShow, show->id);
    return *std::move(show);
}

store::Channel channel_named(store::Snapshot& snapshot, const std::string& slug) {
    auto channel = store::channels::find_by_slug(snapshot, slug);
    if (!channel) throw NotFound("channel not found");
    require_public(snapshot, access::Action::kSeeChannel, channel->id);
    return *std::move(channel);
}

store::Account host_named(store::Snapshot& snapshot, const std::string& handle) {
    require_public(snapshot, access::Action::kSeeGuide, access::Site{});
    auto account = store::accounts::find_by_handle(snapshot, handle);
    if (!account || account->state != store::AccountState::kActive) throw NotFound("host not found");
    return *std::move(account);
}

// --- calendars

CalendarReader read_show(store::Snapshot& snapshot, const Config& config, const DocumentKey& key) {
    const auto show = show_named(snapshot, key.slug);
    CalendarReader reader(snapshot, config, key.language);
    const auto said = said_of(show, store::shows::texts(snapshot, show.id), key.language);
    reader.describe(said.title, said.notes, "/shows/" + show.slug, show.language);
    reader.input.colour = store::channels::find(snapshot, show.channel)->colour;
    reader.add({show});
    return reader;
}

CalendarReader read_channel(store::Snapshot& snapshot, const Config& config, const DocumentKey& key) {
    const auto channel = channel_named(snapshot, key.slug);
    CalendarReader reader(snapshot, config, key.language);
    reader.describe(channel.title, channel.description, "/channels/" + channel.slug, channel.language);
    reader.input.colour = channel.colour;
    reader.changed_at(channel.updated_at);
    reader.add(store::shows::of_channel(snapshot, channel.id));
    reader.add_spontaneous(channel.id);
    return reader;
}

CalendarReader read_host(store::Snapshot& snapshot, const Config& config, const DocumentKey& key) {
    const auto host = host_named(snapshot, key.slug);
    CalendarReader reader(snapshot, config, key.language);
    reader.describe(host.name, "", "/hosts/" + host.handle, host.language);
    reader.changed_at(host.created_at);
    reader.add(store::shows::of_host(snapshot, host.id));
    return reader;
}

CalendarReader read_all(store::Snapshot& snapshot, const Config& config, const DocumentKey& key) {
    require_public(snapshot, access::Action::kSeeGuide, access::Site{});
    CalendarReader reader(snapshot, config, key.language);
    reader.describe(config.site_name, "", "/guide", config.site_language);
    reader.add(store::shows::all(snapshot));
    reader.add_spontaneous();
    return reader;
}

CalendarReader read_calendar(store::Snapshot& snapshot, const Config& config, const DocumentKey& key) {
    switch (key.kind) {
        case DocumentKind::kShowCalendar:
            return read_show(snapshot, config, key);
        case DocumentKind::kChannelCalendar:
            return read_channel(snapshot, config, key);
        case DocumentKind::kHostCalendar:
            return read_host(snapshot, config, key);
        default:
            return read_all(snapshot, config, key);
    }
}

// --- podcasts

PodcastReader read_show_podcast(store::Snapshot& snapshot, const Config& config, const std::string& slug) {
    const auto show = show_named(snapshot, slug);
    PodcastReader reader(snapshot, config);
    auto& input = reader.input;
    reader.describe(show.title, show.notes, "/shows/" + show.slug, show.language);
    input.author = store::channels::find(snapshot, show.channel)->title;
    input.category = show.category;
    input.guid = show.podcast_guid;
    input.owner_email = show.podcast_email;
    input.rrule = show.rrule;
    input.start = show.start;
    input.is_explicit = show.is_explicit;
    reader.changed_at(show.updated_at);
    for (const auto& episode : store::episodes::of_show(snapshot, show.id, kMaxItems))
        reader.add_episode(episode);
    reader.add_live_items(show);
    return reader;
}

PodcastReader read_channel_podcast(store::Snapshot& snapshot, const Config& config, const std::string& slug) {
    const auto channel = channel_named(snapshot, slug);
    PodcastReader reader(snapshot, config);
    auto& input = reader.input;
    reader.describe(channel.title, channel.description, "/channels/" + channel.slug, channel.language);
    input.author = channel.title;
    input.category = "Society & Culture";
    input.guid = feeds::podcast_guid(input.self_url);
    reader.changed_at(channel.updated_at);
    for (const auto& episode : store::episodes::of_channel(snapshot, channel.id, kMaxItems))
        reader.add_episode(episode);
    for (const auto& show : store::shows::of_channel(snapshot, channel.id)) reader.add_live_items(show);
    return reader;
}

// --- the guide

GuideReader read_guide(store::Snapshot& snapshot, const Config& config, const DocumentKey& key) {
    require_public(snapshot, access::Action::kSeeGuide, access::Site{});
    GuideReader reader(snapshot, config, key.language);
    reader.describe(std::string("/guide.") + form_of(key.kind).extension);
    reader.add_channels();
    const auto now = reader.now();
    if (key.kind == DocumentKind::kXmltv)
        reader.add_airings(now - kGuideBehind, now + kGuideAhead, kMaxGuideAirings);
    else if (key.kind != DocumentKind::kM3u)
        reader.add_airings(now, now + kGuideAhead, kMaxComing);
    return reader;
}

std::string write_guide(DocumentKind kind, const feeds::GuideInput& input) {
    switch (kind) {
        case DocumentKind::kXmltv:
            return feeds::xmltv(input);
        case DocumentKind::kM3u:
            return feeds::m3u(input);
        case DocumentKind::kAtom:
            return feeds::atom(input);
        default:
            return feeds::json_feed(input);
    }
}

}  // namespace

std::string media_path(const std::string& rendering_hash, const std::string& name,
                       const std::string& format) {
    return "/media/" + rendering_hash + "/" + name + "." + format;
}

// Neither a removed airing nor a renamed host goes unseen by who asks by date alone.
Instant changed_at(store::Database& database, const Clock& clock, const std::string& name,
                   const std::string& etag, Instant latest) {
    const auto whole = [](Instant at) { return Instant(std::chrono::floor<std::chrono::seconds>(at)); };
    const auto stored =
        database.read([&](store::Snapshot& snapshot) { return store::documents::find(snapshot, name); });
    if (stored && stored->etag == etag) return stored->changed_at;
    try {
        return database.write(
            [&](store::Tx& tx) {
                const auto known = store::documents::find(tx, name);
                if (known && known->etag == etag) return known->changed_at;
                const auto changed = known ? std::max({whole(latest), whole(clock.now()),
                                                       known->changed_at + std::chrono::seconds(1)})
                                           : whole(latest);
                store::documents::set(tx, name, {etag, changed});
                return changed;
            },
            store::Durability::kNormal);
    } catch (const Unavailable& error) {
        // A disk that is full must not take the programme off the air.
        log::error("document.undated", {{"name", name}, {"why", error.what()}});
        return whole(std::max(latest, clock.now()));
    }
}

// A document's bytes before they have a date.
struct Documents::Draft {
    std::int64_t revision = 0;
    std::string bytes;
    Instant latest{};    // the last change of what it was made from
    bool speaks = true;  // the language that was asked for makes a difference
};

Documents::Documents(store::Database& database, const Clock& clock, const Config& config,
                     std::size_t max_kept_bytes)
    : database_(database), clock_(clock), config_(config), kept_(max_kept_bytes) {}

SharedDocument Documents::get(const DocumentKey& key) {
    const auto revision =
        database_.read([](store::Snapshot& snapshot) { return store::programme::state(snapshot).revision; });
    return kept_.get(name_of(key), revision, [&] { return make(key); });
}

KeptDocuments::Made Documents::make(const DocumentKey& key) {
    auto made = database_.read([&](store::Snapshot& snapshot) { return draft(snapshot, key); });
    // No more names in the table of documents than there are documents: strangers choose the language.
    if (!made.speaks) return {made.revision, get({key.kind, key.slug, ""})};
    const auto changed = changed_at(database_, clock_, name_of(key), etag_of(made.bytes), made.latest);
    return {made.revision, std::make_shared<const Document>(std::move(made.bytes), form_of(key.kind).type,
                                                            file_name_of(key), changed)};
}

Documents::Draft Documents::draft(store::Snapshot& snapshot, const DocumentKey& key) {
    const auto revision = store::programme::state(snapshot).revision;
    switch (key.kind) {
        case DocumentKind::kShowPodcast:
        case DocumentKind::kChannelPodcast: {
            auto reader = key.kind == DocumentKind::kShowPodcast
                              ? read_show_podcast(snapshot, config_, key.slug)
                              : read_channel_podcast(snapshot, config_, key.slug);
            reader.input.updated_at = reader.latest();
            return {revision, feeds::podcast(reader.input), reader.latest(), key.language.empty()};
        }
        case DocumentKind::kXmltv:
        case DocumentKind::kM3u:
        case DocumentKind::kAtom:
        case DocumentKind::kJsonFeed: {
            const auto reader = read_guide(snapshot, config_, key);
            return {revision, write_guide(key.kind, reader.input), reader.latest(), reader.speaks()};
        }
        default: {
            const auto reader = read_calendar(snapshot, config_, key);
            return {revision, feeds::calendar(reader.input), reader.latest(), reader.speaks()};
        }
    }
}

SharedDocument Documents::airing_calendar(const access::Actor& actor, const RoomId& id,
                                          const std::string& page_path, const std::string& language) {
    return database_.read([&](store::Snapshot& snapshot) {
        access::require(snapshot, actor, access::Action::kSeeRoom, id);
        const auto room = store::rooms::find(snapshot, id).value();
        const auto channel = store::channels::find(snapshot, room.channel).value();
        CalendarReader reader(snapshot, config_, language);
        reader.input.image_url = config_.site_url + "/static/artwork.png";
        reader.add_airing(room, config_.site_url + page_path);
        auto& input = reader.input;
        input.name = input.singles.front().title;
        input.page_url = config_.site_url + page_path;
        const bool is_wished = !language.empty() && reader.speaks();
        input.source_url = input.page_url + "/calendar.ics" + (is_wished ? "?lang=" + language : "");
        input.language = is_wished ? language : channel.language;
        input.colour = channel.colour;
        // Not kept, so not dated: its reader has what changed before the programme's moment.
        const auto latest = std::max(reader.latest(), store::programme::state(snapshot).now);
        return std::make_shared<const Document>(feeds::calendar(input), kCalendarType, "airing.ics", latest);
    });
}

}  // namespace stagecast::studio
