#pragma once
#include <string>
#include <vector>

#include "store/notices.h"
#include "web/http.h"

namespace stagecast::web {

// What could not be delivered, as an operator reads it.
struct FailedDelivery {
    store::Dispatch dispatch;
    store::NoticeKind kind = store::NoticeKind::kReminder;
    std::string to;     // an address, a browser and whose, a webhook's URL
    std::string about;  // the title of the airing, show or channel; empty where it is gone
};

// Newest first. Throws Forbidden for anybody else.
std::vector<FailedDelivery> failed_deliveries(Services& services, const access::Actor& actor);

}  // namespace stagecast::web
