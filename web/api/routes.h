#pragma once
#include "web/http.h"

// The doors of /api/v1, a file each. Reads ask access::require here; what studio, accounts and planner ask
// themselves is not asked twice.
namespace stagecast::web {

void add_account_routes(Router& router, Services& services);  // accounts, session, password-reset, me, tokens
void add_channel_routes(Router& router, Services& services);  // channels, members
void add_show_routes(Router& router, Services& services);     // shows, preview, their airings and episodes
void add_import_routes(Router& router, Services& services);   // calendars from elsewhere
void add_people_routes(Router& router, Services& services);   // a show's hosts, invitations, answers
void add_room_routes(Router& router, Services& services);     // rooms, their life, stage and speakers
void add_consent_routes(Router& router, Services& services);  // wording, answers, withdrawals, receipts
void add_episode_routes(Router& router, Services& services);  // episodes
void add_follow_routes(Router& router, Services& services);   // follows, reminders, calendar links
void add_telling_routes(Router& router, Services& services);  // telling, bell, push, notes, failed deliveries
void add_webhook_routes(Router& router, Services& services);  // a channel's webhooks
void add_guide_routes(Router& router, Services& services);    // guide, openapi.json
void add_operator_routes(Router& router, Services& services);  // invitations, messages, journal, approvals

// add("GET", "/api/v1/…", handler)
class RouteAdder {
public:
    using Function = Response (*)(Services&, const Request&);
    RouteAdder(Router& router, Services& services) : router_(router), services_(services) {}
    void operator()(const char* method, const char* pattern, Function handler) const;

private:
    Router& router_;
    Services& services_;
};

// The account that asks; throws Unauthenticated for a stranger or a guest.
const AccountId& account_of(const Request& request);
Response no_content();

}  // namespace stagecast::web
