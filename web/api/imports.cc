#include <nlohmann/json.hpp>

#include "base/error.h"
#include "studio/import.h"
#include "web/api/body.h"
#include "web/api/routes.h"
#include "web/api/views.h"
#include "web/import_words.h"

namespace stagecast::web {
namespace {

using Json = nlohmann::json;

Json view(const studio::ImportRemark& remark, const Words& words) {
    Json view{{"code", remark.code}, {"detail", remark.detail}, {"why", say_remark(words, remark)}};
    if (remark.slot) view["slot"] = to_iso8601(*remark.slot);
    return view;
}

Json view(const std::vector<studio::ImportRemark>& remarks, const Words& words) {
    auto list = Json::array();
    for (const auto& remark : remarks) list.push_back(view(remark, words));
    return list;
}

Json view(const studio::ImportLine& line, const Words& words) {
    Json view{{"line", line.line},
              {"title", line.title},
              {"taken", studio::word(line.fate)},
              {"remarks", web::view(line.remarks, words)}};
    if (!line.slug.empty()) view["show"] = line.slug;
    if (!line.room.empty()) view["room"] = line.room;
    if (line.schedule) view["sentence"] = scheduler::sentence(*line.schedule, words.language());
    if (line.starts_at) view["starts_at"] = to_iso8601(*line.starts_at);
    return view;
}

Response import(Services& services, const Request& request) {
    account_of(request);
    Body body(request);
    auto ics = body.optional_text("ics");
    const auto url = body.optional_text("url");
    const bool is_preview = body.optional_flag("preview").value_or(false);
    studio::Importer::Wish wish;
    wish.zone = body.text_or("zone", request.zone);
    if (body.optional_flag("accept_clashes").value_or(false)) wish.clashing = scheduler::Clashing::kAccept;
    body.done();
    if (ics.has_value() == url.has_value())
        throw Invalid("ics", "send either the text (ics) or its address (url)");
    const auto& slug = request.param("slug");
    if (url) ics = services.importer.fetch(request.actor, slug, *url);
    const auto report = is_preview ? services.importer.preview(request.actor, slug, *ics, wish)
                                   : services.importer.take(request.actor, slug, *ics, wish);
    const auto& words = Words::in(request.language);
    auto events = Json::array();
    for (const auto& line : report.lines) events.push_back(view(line, words));
    return json_of({{"preview", is_preview},
                    {"calendar", report.name},
                    {"shows", report.shows},
                    {"rooms", report.rooms},
                    {"not_taken", report.not_taken},
                    {"notes", view(report.notes, words)},
                    {"events", events}});
}

}  // namespace

void add_import_routes(Router& router, Services& services) {
    const RouteAdder add(router, services);
    add("POST", "/api/v1/channels/{slug}/import", import);
}

}  // namespace stagecast::web
