#include "scheduler/show_rows.h"

#include <fmt/format.h>

#include "base/text.h"

namespace stagecast::scheduler {
namespace {

constexpr std::string_view kPodcastNamespace = "ead4c236-bf58-58c6-a2c6-a6b28d128cb6";  // podcast:guid

// feeds::podcast_guid, which a sibling may not call: the feed's address without scheme and trailing slash.
std::string podcast_guid(std::string_view site_url, const std::string& slug) {
    if (const auto scheme = site_url.find("://"); scheme != std::string_view::npos)
        site_url.remove_prefix(scheme + 3);
    while (site_url.ends_with('/')) site_url.remove_suffix(1);
    return uuid_v5(kPodcastNamespace, fmt::format("{}/shows/{}/podcast.xml", site_url, slug));
}

}  // namespace

void put(const ShowPlan& plan, const Schedule& schedule, store::Show& show) {
    show.title = plan.title;
    show.notes = plan.notes;
    show.language = plan.language;
    show.zone = schedule.zone;
    show.start = schedule.start;
    show.rrule = schedule.rrule;
    show.exdates = schedule.exdates;
    show.rdates = schedule.rdates;
    show.pauses = schedule.pauses;
    show.length_minutes = schedule.length_minutes;
    show.podcast_email = plan.podcast_email;
    show.category = plan.category;
    show.is_explicit = plan.is_explicit;
}

store::Show insert_show(store::Tx& tx, const ShowPlan& plan, const ChannelId& channel, const AccountId& host,
                        Random& random, const std::string& site_url, Instant now) {
    store::Show show;
    show.id = ShowId::make(random);
    show.channel = channel;
    put(plan, plan.schedule, show);
    show.slug = plan.slug.empty() ? store::channels::free_slug(tx, slugify(plan.title, "show")) : plan.slug;
    show.podcast_guid = podcast_guid(site_url, show.slug);
    show.created_at = show.updated_at = now;
    store::shows::insert(tx, show);
    store::shows::set_texts(tx, show.id, plan.texts);
    store::shows::add_host(tx, show.id, host);
    return show;
}

}  // namespace stagecast::scheduler
