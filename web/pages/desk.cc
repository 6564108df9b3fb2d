#include "base/error.h"
#include "store/words.h"
#include "web/deliveries.h"
#include "web/pages/form.h"
#include "web/pages/page.h"

// What operators see: messages, people who wait, the journal, how the house is.
namespace stagecast::web {
namespace {

using access::Action;

constexpr int kMessagesShown = 30;
constexpr int kJournalShown = 50;

struct DeskNotice {
    std::string invitation;  // a link, shown once
    std::string error;
};

void require_operator(store::Snapshot& snapshot, const Request& request) {
    access::require(snapshot, request.actor, Action::kOperate, access::Site{});
}

Data message_data(const store::Message& message, const Viewer& viewer) {
    Data data;
    data["to"] = message.to;
    data["subject"] = message.subject;
    data["text"] = message.text;
    data["when"] = viewer.moment(message.created_at);
    data["state"] = viewer.words().text("message." + std::string(store::word(message.state)));
    data["why"] = message.why;
    return data;
}

// What could not be delivered.
void add_failed(Data& data, Services& services, const Request& request, const Viewer& viewer) {
    const auto& words = viewer.words();
    const auto failed = failed_deliveries(services, request.actor);
    for (const auto& one : failed) {
        Data item;
        item["to"] = one.to;
        item["what"] = words.text("desk.notice." + std::string(store::word(one.kind)));
        item["about"] = one.about;
        item["way"] = words.text("desk.way." + std::string(store::word(one.dispatch.way)));
        item["why"] = one.dispatch.why;
        item["at"] = to_iso8601(one.dispatch.due_at);
        item["when"] = viewer.moment(one.dispatch.due_at);
        data["failed"].add(std::move(item));
    }
    data["has_failed"] = !failed.empty();
}

Response desk_page(Services& services, const Request& request, const DeskNotice& notice) {
    struct Desk {
        std::vector<store::Message> messages;
        std::vector<store::LogEntry> journal;
        int accounts = 0, waiting = 0;
    };
    auto desk = services.database.read([&](store::Snapshot& snapshot) {
        require_operator(snapshot, request);
        return Desk{store::outbox::newest(snapshot, kMessagesShown),
                    store::journal::newest(snapshot, kJournalShown), store::accounts::count(snapshot),
                    store::outbox::waiting(snapshot)};
    });
    const Viewer viewer(request);
    Page page;
    page.template_name = "desk";
    page.title = viewer.words().text("desk.title");
    page.path = "/desk";
    page.status = notice.error.empty() ? 200 : 422;
    auto& data = page.data;
    for (const auto& message : desk.messages) data["messages"].add(message_data(message, viewer));
    for (const auto& account : services.accounts.pending(request.actor)) {
        Data item;
        item["id"] = account.id.text();
        item["name"] = account.name;
        item["handle"] = account.handle;
        item["email"] = account.email;
        data["pending"].add(std::move(item));
    }
    for (const auto& line : desk.journal) {
        Data item;
        item["when"] = viewer.moment(line.at);
        item["at"] = to_iso8601(line.at);
        item["actor"] = line.actor;
        item["action"] = line.action;
        item["detail"] = line.detail.empty() ? line.object : line.detail;
        data["journal"].add(std::move(item));
    }
    add_failed(data, services, request, viewer);
    const auto& words = viewer.words();
    data["accounts"] = words.count("desk.accounts", desk.accounts);
    data["waiting"] = words.count("desk.waiting", desk.waiting);
    data["rooms_open"] = words.count("desk.rooms_open", services.studio.rooms_open());
    data["invitation"] = notice.invitation;
    data["error"] = notice.error;
    return present(services, request, std::move(page));
}

}  // namespace

void add_desk_pages(Router& router, Services& services) {
    router.add("GET", "/desk",
               [&services](const Request& request) { return desk_page(services, request, {}); });
    router.add("POST", "/desk/invitations", [&services](const Request& request) {
        try {
            const auto invitation = services.accounts.invite(request.actor, request.form_value("email"));
            services.delivery.wake();
            return desk_page(services, request, {absolute(services, "/join/" + invitation.text), {}});
        } catch (const Invalid& error) {
            return desk_page(services, request, {{}, error.why()});
        }
    });
    router.add("POST", "/desk/deliveries/retry", [&services](const Request& request) {
        services.telling.retry_failed(request.actor);
        return redirect("/desk#failed");
    });
    router.add("POST", "/desk/accounts/{id}/approve", [&services](const Request& request) {
        services.accounts.approve(request.actor, AccountId::parse(request.param("id")));
        services.delivery.wake();
        return redirect("/desk");
    });
}

}  // namespace stagecast::web
