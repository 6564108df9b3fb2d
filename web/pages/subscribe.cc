#include "web/pages/subscribe.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "web/pages/entries.h"
#include "web/pages/notes.h"

namespace stagecast::web {
namespace {

constexpr std::size_t kMaxDetails = 400;  // characters in an address that some browsers cut

std::string webcal(const std::string& url) {
    return "webcal" + url.substr(std::min(url.size(), url.find(':')));
}

// 20261124T190000Z
std::string compact(Instant at) {
    std::string text;
    for (const char c : to_iso8601(Instant(std::chrono::floor<std::chrono::seconds>(at))))
        if (c != '-' && c != ':') text += c;
    return text;
}

std::string outlook_subscription(const char* host, const std::string& url, const std::string& name) {
    return fmt::format("https://{}/calendar/0/addfromweb?url={}&name={}", host, url_encode(url),
                       url_encode(name));
}

std::string outlook_event(const char* host, const store::Room& room, const std::string& title,
                          const std::string& details, const std::string& url) {
    return fmt::format(
        "https://{}/calendar/0/deeplink/compose?path=%2Fcalendar%2Faction%2Fcompose&rru=addevent"
        "&subject={}&startdt={}&enddt={}&location={}&body={}",
        host, url_encode(title), url_encode(to_iso8601(room.starts_at)), url_encode(to_iso8601(room.ends_at)),
        url_encode(url), url_encode(details));
}

constexpr const char* kOutlook = "outlook.live.com";
constexpr const char* kOffice = "outlook.office.com";

}  // namespace

Data subscribe_links(const Services& services, const std::string& calendar_path, const std::string& name) {
    const auto url = absolute(services, calendar_path);
    Data links;
    links["webcal"] = webcal(url);
    links["google"] = "https://calendar.google.com/calendar/render?cid=" + url_encode(webcal(url));
    links["outlook"] = outlook_subscription(kOutlook, url, name);
    links["office"] = outlook_subscription(kOffice, url, name);
    links["file"] = calendar_path;
    links["url"] = url;
    return links;
}

Data airing_links(const Services& services, const scheduler::GuideEntry& entry) {
    const auto& room = entry.room;
    const auto url = absolute(services, room_path(room.id));
    const auto notes = notes_summary(entry.notes, kMaxDetails);
    const auto details = notes.empty() ? url : notes + "\n\n" + url;
    Data links;
    links["google"] = fmt::format(
        "https://calendar.google.com/calendar/"
        "render?action=TEMPLATE&text={}&dates={}%2F{}&details={}&location={}",
        url_encode(entry.title), compact(room.starts_at), compact(room.ends_at), url_encode(details),
        url_encode(url));
    links["outlook"] = outlook_event(kOutlook, room, entry.title, details, url);
    links["office"] = outlook_event(kOffice, room, entry.title, details, url);
    links["file"] = room_path(room.id) + "/calendar.ics";
    return links;
}

}  // namespace stagecast::web
