#include "web/deliveries.h"

namespace stagecast::web {
namespace {

using store::Snapshot;

std::string receiver_of(Snapshot& snapshot, const store::Dispatch& dispatch) {
    if (dispatch.way == store::Way::kWebhook) {
        const auto hook = store::webhooks::find(snapshot, WebhookId::trusted(dispatch.receiver));
        return hook ? hook->url : dispatch.receiver;
    }
    const auto follower = store::followers::find(snapshot, dispatch.follower);
    const auto person = follower ? follower->email : dispatch.follower.text();
    if (dispatch.way != store::Way::kPush) return person;
    const auto browser =
        store::push_subscriptions::find(snapshot, SubscriptionId::trusted(dispatch.receiver));
    return browser && !browser->label.empty() ? browser->label + ", " + person : person;
}

std::string subject_of(Snapshot& snapshot, const store::Notice& notice) {
    if (notice.room)
        if (const auto room = store::rooms::find(snapshot, *notice.room); room && !room->title.empty())
            return room->title;
    if (notice.show)
        if (const auto show = store::shows::find(snapshot, *notice.show)) return show->title;
    if (notice.channel)
        if (const auto channel = store::channels::find(snapshot, *notice.channel)) return channel->title;
    return {};
}

}  // namespace

std::vector<FailedDelivery> failed_deliveries(Services& services, const access::Actor& actor) {
    const auto failed = services.telling.failed(actor);
    return services.database.read([&](Snapshot& snapshot) {
        std::vector<FailedDelivery> list;
        for (const auto& dispatch : failed) {
            FailedDelivery one{dispatch, {}, receiver_of(snapshot, dispatch), {}};
            if (const auto notice = store::notices::find(snapshot, dispatch.notice)) {
                one.kind = notice->kind;
                one.about = subject_of(snapshot, *notice);
            }
            list.push_back(std::move(one));
        }
        return list;
    });
}

}  // namespace stagecast::web
