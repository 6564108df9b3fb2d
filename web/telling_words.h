#pragma once
#include <string>

#include "store/followers.h"
#include "store/hooks.h"

namespace stagecast::web {

// "off", "daily", "weekly"; "standard", "discord", "slack", "mattermost". Throw Invalid("digest"),
// Invalid("format").
store::Digest digest_named(const std::string& word);
store::WebhookFormat webhook_format_named(const std::string& word);

}  // namespace stagecast::web
