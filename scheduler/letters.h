#pragma once
#include <string>

#include "base/random.h"
#include "store/accounts.h"
#include "store/outbox.h"
#include "store/shows.h"

// The mails about planning, in English and (an account's language "fr") French, ready for the outbox.
namespace stagecast::scheduler {

store::Message zone_changed_letter(Random& random, const store::Account& to, const store::Show& show,
                                   std::size_t airings, const std::string& site_url, Instant now);
store::Message cohost_letter(Random& random, const store::Account& to, const std::string& by,
                             const store::Show& show, const std::string& site_url, Instant now);

}  // namespace stagecast::scheduler
