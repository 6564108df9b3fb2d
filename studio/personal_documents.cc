#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "feeds/opml.h"
#include "store/accounts.h"
#include "store/channels.h"
#include "store/followers.h"
#include "store/shows.h"
#include "studio/calendar_reader.h"
#include "studio/documents.h"
#include "studio/personal.h"
#include "studio/said.h"

// What is made for one person alone of what they follow. Made at each asking: nobody else asks for the same.
namespace stagecast::studio {
namespace {

using store::Snapshot;

std::string title_for(const store::Account& owner, const Config& config) {
    return config.site_name + (owner.language == "fr" ? " · mon programme" : " · my programme");
}

access::Actor actor_of(const store::Account& account) {
    access::Actor actor;
    actor.account = account.id;
    actor.is_operator = account.is_operator;
    return actor;
}

store::Account active(std::optional<store::Account> account) {
    if (!account || account->state != store::AccountState::kActive)
        throw NotFound("There is no such calendar, or its address was taken back.");
    return *std::move(account);
}

std::vector<store::Show> shows_seen(Snapshot& snapshot, const access::Actor& actor) {
    auto shows = store::shows::followed_by(snapshot, actor.account.value());
    std::erase_if(shows, [&](const store::Show& show) {
        return !access::allow(snapshot, actor, access::Action::kSeeShow, show.id);
    });
    return shows;
}

// An airing that one wants to be reminded of, unless its show brings it.
void add_single(CalendarReader& reader, Snapshot& snapshot, const std::vector<store::Show>& shows,
                const store::Follow& follow, const Config& config) {
    const auto room = store::rooms::find(snapshot, RoomId::trusted(follow.target_id));
    if (!room || room->visibility != store::Visibility::kPublic) return;
    const bool comes_anyway = std::ranges::any_of(
        shows, [&](const store::Show& show) { return room->show && show.id == *room->show; });
    if (!comes_anyway) reader.add_airing(*room, config.site_url + "/rooms/" + room->id.text());
}

void add_followed(CalendarReader& reader, Snapshot& snapshot, const access::Actor& actor,
                  const Config& config) {
    const auto shows = shows_seen(snapshot, actor);
    reader.add(shows);
    for (const auto& follow : store::follows::of(snapshot, store::followers::id_of(actor.account.value()))) {
        reader.changed_at(follow.created_at);
        if (follow.kind == store::FollowKind::kRoom) add_single(reader, snapshot, shows, follow, config);
        if (follow.kind != store::FollowKind::kChannel) continue;
        const auto channel = ChannelId::trusted(follow.target_id);
        if (access::allow(snapshot, actor, access::Action::kSeeChannel, channel))
            reader.add_spontaneous(channel);
    }
}

}  // namespace

std::string calendar_document(const std::string& link_hash) {
    return "my-calendar/" + link_hash;
}

SharedDocument Personal::calendar(const std::string& token) {
    const auto hash = sha256_hex(token);
    Instant latest{};
    auto bytes = database_.read([&](Snapshot& snapshot) {
        const auto link = store::follows::find_link(snapshot, hash);
        const auto owner =
            active(link ? store::accounts::find(snapshot, link->account) : std::optional<store::Account>());
        CalendarReader reader(snapshot, config_, owner.language);
        reader.describe(title_for(owner, config_), "", "/me", owner.language);
        reader.input.source_url = config_.site_url + calendar_path(token);
        reader.input.alarms = link->alarms_minutes;
        reader.changed_at(link->created_at);
        add_followed(reader, snapshot, actor_of(owner), config_);
        latest = reader.latest();
        return feeds::calendar(reader.input);
    });
    const auto changed = changed_at(database_, clock_, calendar_document(hash), etag_of(bytes), latest);
    return std::make_shared<const Document>(std::move(bytes), "text/calendar; charset=utf-8",
                                            "my-programme.ics", changed);
}

SharedDocument Personal::opml(const access::Actor& actor) {
    if (!actor.account) throw Unauthenticated("sign in first");
    auto input = database_.read([&](Snapshot& snapshot) {
        const auto owner = active(store::accounts::find(snapshot, *actor.account));
        feeds::OpmlInput made{title_for(owner, config_), config_.site_name, owner.name, {}, owner.created_at};
        for (const auto& show : shows_seen(snapshot, actor)) {
            if (show.retired_at) continue;
            const auto page = config_.site_url + "/shows/" + show.slug;
            const auto said = said_of(show, store::shows::texts(snapshot, show.id), owner.language);
            made.shows.push_back({said.title, page + "/podcast.xml", page, said.notes, show.language});
            made.updated_at = std::max(made.updated_at, show.updated_at);
        }
        return made;
    });
    auto bytes = feeds::opml(input);
    const auto changed =
        changed_at(database_, clock_, "my-opml/" + actor.account->text(), etag_of(bytes), input.updated_at);
    return std::make_shared<const Document>(std::move(bytes), "text/x-opml; charset=utf-8",
                                            "my-podcasts.opml", changed);
}

}  // namespace stagecast::studio
