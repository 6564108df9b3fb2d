#pragma once
#include <string>

#include "base/random.h"
#include "scheduler/planner.h"

// Rows of shows, inside one transaction.
namespace stagecast::scheduler {

// Gives the show what the plan says, with that schedule; not its slug.
void put(const ShowPlan& plan, const Schedule& schedule, store::Show& show);

// Makes a show of a checked plan with its first host; not its airings. A plan without a slug gets one from
// its title.
store::Show insert_show(store::Tx& tx, const ShowPlan& plan, const ChannelId& channel, const AccountId& host,
                        Random& random, const std::string& site_url, Instant now);

}  // namespace stagecast::scheduler
