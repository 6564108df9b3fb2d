#include "base/error.h"
#include "base/text.h"
#include "scheduler/rule.h"
#include "studio/import.h"
#include "web/channel_desk.h"
#include "web/import_words.h"
#include "web/pages/entries.h"
#include "web/pages/page.h"

// A calendar from elsewhere: given, looked at, taken. Works without a script; with one a file can be chosen.
namespace stagecast::web {
namespace {

// What was typed. The address comes with the digest of what was shown of it, so that nobody takes what they
// did not see.
struct ImportForm {
    std::string ics, url, digest, accept_clashes;
    bool is_confirmed = false;
};

ImportForm typed(const Request& request) {
    return {.ics = request.form_value("ics"),
            .url = trim(request.form_value("url")),
            .digest = request.form_value("digest"),
            .accept_clashes = request.form_value("accept_clashes"),
            .is_confirmed = request.form_value("step") == "take"};
}

store::Channel channel_of(Services& services, const Request& request) {
    return services.database.read([&](store::Snapshot& snapshot) {
        auto channel = channel_named(snapshot, request.param("slug"));
        access::require(snapshot, request.actor, access::Action::kMakeShow, channel.id);
        return channel;
    });
}

Page page_for(const store::Channel& channel, const Request& request, const ImportForm& form) {
    const auto& words = Words::in(request.language);
    Page page;
    page.template_name = "import";
    page.title = words.text("import.title");
    page.modules = {"import"};
    auto& data = page.data;
    data["channel"] = channel.title;
    data["action"] = "/studio/channels/" + channel.slug + "/import";
    data["cancel"] = "/channels/" + channel.slug;
    data["ics"] = form.ics;
    data["url"] = form.url;
    data["accept_clashes"] = !form.accept_clashes.empty();
    return page;
}

Data remarks_data(const std::vector<studio::ImportRemark>& remarks, const Words& words) {
    Data list;
    for (const auto& remark : remarks) list.add(say_remark(words, remark));
    return list;
}

// In a preview what is to be made has no address yet.
Data line_data(const studio::ImportLine& line, const Viewer& viewer, Instant now, bool is_done) {
    Data data;
    const auto& words = viewer.words();
    data["title"] = line.title.empty() ? words.text("import.untitled") : line.title;
    data["line"] = words.text("import.line", {{"line", std::to_string(line.line)}});
    data["fate"] = words.text("import.fate." + std::string(studio::word(line.fate)));
    if (line.schedule) data["sentence"] = scheduler::sentence(*line.schedule, words.language());
    if (line.starts_at) data["next"] = viewer.when(*line.starts_at, now);
    if (is_done && line.fate == studio::ImportFate::kShow) data["href"] = "/shows/" + line.slug;
    if (is_done && line.fate == studio::ImportFate::kRoom) data["href"] = "/rooms/" + line.room;
    data["remarks"] = remarks_data(line.remarks, words);
    return data;
}

void add_report(Page& page, const studio::ImportReport& report, const Viewer& viewer, Instant now,
                bool is_done) {
    const auto& words = viewer.words();
    auto& data = page.data;
    data["report"]["calendar"] = report.name;
    data["report"]["shows"] = words.count("import.shows", report.shows);
    data["report"]["rooms"] = words.count("import.rooms", report.rooms);
    data["report"]["not_taken"] = words.count("import.not_taken", report.not_taken);
    data["report"]["zone_city"] = viewer.zone_city();
    data["report"]["notes"] = remarks_data(report.notes, words);
    data["report"]["is_done"] = is_done;
    data["report"]["has_some"] = report.shows + report.rooms > 0;
    for (const auto& line : report.lines) data["report"]["lines"].add(line_data(line, viewer, now, is_done));
}

// A feed that does not answer is told of where its address was typed.
std::string fetched(Services& services, const Request& request, const store::Channel& channel,
                    const std::string& url) {
    try {
        return services.importer.fetch(request.actor, channel.slug, url);
    } catch (const Unavailable& error) {
        throw Invalid("url", error.what());
    }
}

Response look_or_take(Services& services, const Request& request, const store::Channel& channel) {
    auto form = typed(request);
    auto page = page_for(channel, request, form);
    studio::Importer::Wish wish;
    wish.zone = request.zone;
    if (!form.accept_clashes.empty()) wish.clashing = scheduler::Clashing::kAccept;
    const bool is_by_address = trim(form.ics).empty();
    if (is_by_address && form.url.empty())
        throw Invalid("ics", Words::in(request.language).text("import.nothing"));
    const auto ics = is_by_address ? fetched(services, request, channel, form.url) : form.ics;
    const auto digest = is_by_address ? sha256_hex(ics) : std::string();
    const bool is_as_shown = digest == form.digest;
    const bool is_done = form.is_confirmed && is_as_shown;
    const auto report = is_done ? services.importer.take(request.actor, channel.slug, ics, wish)
                                : services.importer.preview(request.actor, channel.slug, ics, wish);
    page.data["digest"] = digest;
    page.data["changed"] = form.is_confirmed && !is_as_shown;
    add_report(page, report, Viewer(request), services.clock.now(), is_done);
    return present(services, request, std::move(page));
}

Response submit(Services& services, const Request& request) {
    const auto channel = channel_of(services, request);
    try {
        return look_or_take(services, request, channel);
    } catch (const Invalid& error) {
        auto page = page_for(channel, request, typed(request));
        page.data["wrong"][error.field() == "url" ? "url" : "ics"] = error.why();
        page.status = 422;
        return present(services, request, std::move(page));
    }
}

}  // namespace

void add_import_pages(Router& router, Services& services) {
    router.add("GET", "/studio/channels/{slug}/import", [&services](const Request& request) {
        const auto channel = channel_of(services, request);
        return present(services, request, page_for(channel, request, {}));
    });
    router.add("POST", "/studio/channels/{slug}/import",
               [&services](const Request& request) { return submit(services, request); });
}

}  // namespace stagecast::web
