#pragma once
#include <string>

#include "store/hooks.h"
#include "studio/notice_facts.h"
#include "studio/notice_times.h"
#include "studio/notice_words.h"

namespace stagecast::studio {

// JSON for a webhook in its format (docs/formats.md). In those that people read nothing of what hosts wrote
// calls anybody ("@everyone") or is formatting, and all is within the service's limits.
std::string webhook_body(store::WebhookFormat format, const store::Notice& notice, const NoticeFacts& facts,
                         const NoticeTimes& times);

}  // namespace stagecast::studio
