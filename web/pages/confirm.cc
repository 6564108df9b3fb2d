#include "web/pages/confirm.h"

#include "web/pages/page.h"

namespace stagecast::web {

Response ask(const Services& services, const Request& request, const Question& question) {
    Page page;
    page.template_name = "confirm";
    page.title = question.heading;
    page.status = question.refusal.empty() ? 200 : 409;
    auto& data = page.data;
    data["subject"] = question.subject;
    data["heading"] = question.heading;
    data["lead"] = question.lead;
    for (const auto& consequence : question.consequences) data["consequences"].add(consequence);
    data["action"] = question.action;
    data["button"] = question.button;
    data["no"] = question.no;
    data["back"] = question.back;
    data["version"] = question.version;
    data["refusal"] = question.refusal;
    return present(services, request, std::move(page));
}

}  // namespace stagecast::web
