#include "studio/documents.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "feeds/calendar.h"
#include "feeds/podcast.h"
#include "recorder/ledger.h"
#include "store/channels.h"
#include "store/recordings.h"
#include "store/rooms.h"
#include "store/shows.h"

namespace stagecast::studio {
namespace {

constexpr int kMaxAirings = 4'000;  // of one series
constexpr int kMaxItems = 300;      // of one podcast feed
constexpr Instant kEver{Milliseconds(0)};
constexpr Instant kNever{std::chrono::sys_days(std::chrono::year(2200) / 1 / 1)};

std::string host_of(const std::string& site_url) {
    const auto scheme = site_url.find("://");
    const auto start = scheme == std::string::npos ? 0 : scheme + 3;
    return site_url.substr(start, site_url.find_first_of(":/", start) - start);
}

int minutes_of(const store::Room& room) {
    return static_cast<int>(
        std::chrono::duration_cast<std::chrono::minutes>(room.ends_at - room.starts_at).count());
}

bool differs_from_rule(const store::Room& room, const store::Show& show) {
    return room.starts_at != *room.slot || minutes_of(room) != show.length_minutes || !room.title.empty() ||
           room.state == store::RoomState::kCancelled;
}

feeds::Standing standing_of(const store::Room& room) {
    return room.state == store::RoomState::kCancelled ? feeds::Standing::kCancelled
                                                      : feeds::Standing::kPlanned;
}

Document finish(std::string bytes, std::string type, Instant last_modified) {
    auto etag = "\"" + sha256_hex(bytes).substr(0, 32) + "\"";
    return {std::move(bytes), std::move(type), std::move(etag), last_modified};
}

// Reads what a calendar needs of one show, and when it last changed.
class CalendarReader {
public:
    CalendarReader(store::Snapshot& snapshot, const Config& config) : snapshot_(snapshot), config_(config) {}

    void describe(std::string name, std::string description, const std::string& path, std::string language) {
        input.name = std::move(name);
        input.description = std::move(description);
        input.page_url = config_.site_url + path;
        input.source_url = input.page_url + "/calendar.ics";
        input.language = std::move(language);
    }

    void add(const store::Show& show) {
        const auto url = config_.site_url + "/shows/" + show.slug;
        feeds::CalendarSeries series;
        series.uid = show.id.text() + "@" + host_of(config_.site_url);
        series.title = show.title;
        series.description = show.notes;
        series.url = url;
        series.conference_url = url;
        series.zone = show.zone;
        series.start = show.start;
        series.rrule = show.rrule;
        series.exdates = show.exdates;
        series.rdates = show.rdates;
        series.length_minutes = show.length_minutes;
        series.sequence = show.sequence;
        series.created_at = show.created_at;
        series.updated_at = show.updated_at;
        changed_at(show.updated_at);
        for (const auto& room : store::rooms::of_show(snapshot_, show.id, kEver, kNever, kMaxAirings)) {
            if (room.visibility != store::Visibility::kPublic) continue;
            if (!room.slot_local) {
                add_single(room, room.title.empty() ? show.title : room.title);
            } else if (differs_from_rule(room, show)) {
                series.overrides.push_back({*room.slot_local, room.starts_at, minutes_of(room),
                                            room.title.empty() ? show.title : room.title, standing_of(room),
                                            show.sequence + room.sequence, room.updated_at});
                changed_at(room.updated_at);
            }
        }
        input.series.push_back(std::move(series));
    }

    void add_spontaneous(const ChannelId& channel) {
        for (const auto& room : store::rooms::of_channel(snapshot_, channel, kEver, kNever, kMaxAirings)) {
            if (!room.show && room.visibility == store::Visibility::kPublic) add_single(room, room.title);
        }
    }

    void changed_at(Instant at) { last_modified = std::max(last_modified, at); }

    feeds::CalendarInput input;
    Instant last_modified = kEver;

private:
    void add_single(const store::Room& room, const std::string& title) {
        input.singles.push_back({room.id.text() + "@" + host_of(config_.site_url), title, "",
                                 config_.site_url + "/rooms/" + room.id.text(), room.starts_at,
                                 minutes_of(room), standing_of(room), room.sequence, room.updated_at,
                                 room.updated_at});
        changed_at(room.updated_at);
    }

    store::Snapshot& snapshot_;
    const Config& config_;
};

Document calendar_document(CalendarReader& reader) {
    return finish(feeds::calendar(reader.input), "text/calendar; charset=utf-8", reader.last_modified);
}

std::vector<feeds::Person> persons_of(store::Snapshot& snapshot, const RoomId& room) {
    std::vector<feeds::Person> persons;
    for (const auto& speaker : store::rooms::speakers(snapshot, room)) {
        if (!speaker.first_joined_at) continue;
        const auto standing = recorder::standing(snapshot, speaker.id);
        if (!standing.contains(recorder::Purpose::kRecord) || !standing.contains(recorder::Purpose::kPodcast))
            continue;
        persons.push_back({speaker.name, speaker.role == store::StageRole::kSpeaker ? "guest" : "host"});
    }
    return persons;
}

// Reads what a podcast feed needs, and when it last changed.
class PodcastReader {
public:
    PodcastReader(store::Snapshot& snapshot, const Config& config) : snapshot_(snapshot), config_(config) {}

    // A feed without a text of its own says its title: directories refuse an empty description.
    void describe(const std::string& title, const std::string& description, const std::string& path,
                  std::string language) {
        input.title = title;
        input.description = description.empty() ? title : description;
        input.link = config_.site_url + path;
        input.self_url = input.link + "/podcast.xml";
        input.language = std::move(language);
        input.image_url = config_.site_url + "/static/artwork.png";
    }

    void add_episode(const store::Episode& episode) {
        if (episode.state != store::EpisodeState::kPublished || !episode.published_at) return;
        const auto rendering = store::episodes::find_rendering(snapshot_, episode.rendering);
        if (!rendering || rendering->state != store::RenderingState::kDone) return;
        feeds::PodcastItem item;
        item.guid = episode.guid;
        item.title = episode.title;
        item.description_html = episode.notes.empty() ? "" : "<p>" + xml_escape(episode.notes) + "</p>";
        item.url = config_.site_url + "/episodes/" + episode.id.text();
        item.published_at = *episode.published_at;
        item.duration_ms = rendering->duration_ms;
        item.persons = persons_of(snapshot_, episode.room);
        for (const auto& file : store::episodes::files(snapshot_, episode.rendering)) {
            if (file.format == "peaks") continue;
            feeds::Enclosure enclosure{
                config_.site_url +
                    media_path(rendering->hash, slugify(episode.title, "episode"), file.format),
                file.type, file.size_bytes};
            if (file.format == "mp3") {
                item.enclosure = enclosure;
            } else {
                item.alternates.push_back(enclosure);
            }
        }
        if (item.enclosure.url.empty()) return;
        input.items.push_back(std::move(item));
        changed_at(episode.updated_at);
    }

    void add_live(const store::Room& room, const std::string& title) {
        const auto url = config_.site_url + "/rooms/" + room.id.text();
        feeds::PodcastLive live;
        live.guid = room.id.text();
        live.title = title;
        live.url = url;
        live.stream_url = url + "/listen.ogg";
        live.status =
            room.state == store::RoomState::kLive ? feeds::LiveStatus::kLive : feeds::LiveStatus::kPending;
        live.starts_at = room.live_at.value_or(room.starts_at);
        live.ends_at = room.ends_at;
        input.live.push_back(std::move(live));
        changed_at(room.updated_at);
    }

    void changed_at(Instant at) { last_modified = std::max(last_modified, at); }

    feeds::PodcastInput input;
    Instant last_modified = kEver;

private:
    store::Snapshot& snapshot_;
    const Config& config_;
};

bool is_on(const store::Room& room) {
    return room.state == store::RoomState::kBackstage || room.state == store::RoomState::kLive;
}

// What of a show is on now, and its next airing at `now`. When an airing has passed unheld, the feed changed
// then.
void add_live_items(PodcastReader& reader, store::Snapshot& snapshot, const store::Show& show, Instant now) {
    bool next_found = false;
    for (const auto& room :
         store::rooms::of_show(snapshot, show.id, now - std::chrono::days(2), kNever, 40)) {
        if (room.visibility != store::Visibility::kPublic) continue;
        const auto title = room.title.empty() ? show.title : room.title;
        if (is_on(room)) {
            reader.add_live(room, title);
        } else if (room.state == store::RoomState::kScheduled && room.ends_at <= now) {
            reader.changed_at(room.ends_at);
        } else if (room.state == store::RoomState::kScheduled && !next_found) {
            reader.add_live(room, title);
            next_found = true;
        }
    }
}

Document podcast_document(PodcastReader& reader) {
    reader.input.updated_at = reader.last_modified;
    return finish(feeds::podcast(reader.input), "application/rss+xml; charset=utf-8", reader.last_modified);
}

store::Show show_named(store::Snapshot& snapshot, const std::string& slug) {
    auto show = store::shows::find_by_slug(snapshot, slug);
    if (!show) throw NotFound("show not found");
    return *show;
}

store::Channel channel_named(store::Snapshot& snapshot, const std::string& slug) {
    auto channel = store::channels::find_by_slug(snapshot, slug);
    if (!channel) throw NotFound("channel not found");
    return *channel;
}

}  // namespace

std::string media_path(const std::string& rendering_hash, const std::string& name,
                       const std::string& format) {
    return "/media/" + rendering_hash + "/" + name + "." + format;
}

Documents::Documents(store::Database& database, const Clock& clock, const Config& config)
    : database_(database), clock_(clock), config_(config) {}

Document Documents::show_calendar(const std::string& slug) {
    return database_.read([&](store::Snapshot& snapshot) {
        const auto show = show_named(snapshot, slug);
        CalendarReader reader(snapshot, config_);
        reader.describe(show.title, show.notes, "/shows/" + slug, show.language);
        reader.input.colour = store::channels::find(snapshot, show.channel)->colour;
        reader.add(show);
        return calendar_document(reader);
    });
}

Document Documents::channel_calendar(const std::string& slug) {
    return database_.read([&](store::Snapshot& snapshot) {
        const auto channel = channel_named(snapshot, slug);
        CalendarReader reader(snapshot, config_);
        reader.describe(channel.title, channel.description, "/channels/" + slug, channel.language);
        reader.input.colour = channel.colour;
        reader.changed_at(channel.updated_at);
        for (const auto& show : store::shows::of_channel(snapshot, channel.id)) reader.add(show);
        reader.add_spontaneous(channel.id);
        return calendar_document(reader);
    });
}

Document Documents::guide_calendar() {
    return database_.read([&](store::Snapshot& snapshot) {
        CalendarReader reader(snapshot, config_);
        reader.describe(config_.site_name, "", "/guide", config_.site_language);
        for (const auto& channel : store::channels::all(snapshot)) reader.add_spontaneous(channel.id);
        for (const auto& show : store::shows::all(snapshot)) reader.add(show);
        return calendar_document(reader);
    });
}

Document Documents::show_podcast(const std::string& slug) {
    return database_.read([&](store::Snapshot& snapshot) {
        const auto show = show_named(snapshot, slug);
        const auto channel = store::channels::find(snapshot, show.channel);
        PodcastReader reader(snapshot, config_);
        auto& input = reader.input;
        reader.describe(show.title, show.notes, "/shows/" + slug, show.language);
        input.author = channel->title;
        input.category = show.category;
        input.guid = show.podcast_guid;
        input.owner_email = show.podcast_email;
        input.rrule = show.rrule;
        input.start = show.start;
        input.is_explicit = show.is_explicit;
        reader.changed_at(show.updated_at);
        for (const auto& episode : store::episodes::of_show(snapshot, show.id, kMaxItems))
            reader.add_episode(episode);
        add_live_items(reader, snapshot, show, clock_.now());
        return podcast_document(reader);
    });
}

Document Documents::channel_podcast(const std::string& slug) {
    return database_.read([&](store::Snapshot& snapshot) {
        const auto channel = channel_named(snapshot, slug);
        PodcastReader reader(snapshot, config_);
        auto& input = reader.input;
        reader.describe(channel.title, channel.description, "/channels/" + slug, channel.language);
        input.author = channel.title;
        input.category = "Society & Culture";
        input.guid = feeds::podcast_guid(input.self_url);
        reader.changed_at(channel.updated_at);
        for (const auto& episode : store::episodes::of_channel(snapshot, channel.id, kMaxItems)) {
            reader.add_episode(episode);
        }
        for (const auto& show : store::shows::of_channel(snapshot, channel.id)) {
            add_live_items(reader, snapshot, show, clock_.now());
        }
        return podcast_document(reader);
    });
}

}  // namespace stagecast::studio
