#pragma once
#include <optional>
#include <string>

#include "store/hooks.h"
#include "web/http.h"
#include "web/pages/form.h"

namespace stagecast::web {

// What a form of a channel's settings has to say when it shows the page again.
struct SettingsNotice {
    std::optional<FormView> form = {};
    std::string typed_handle = {}, wrong_handle = {};
    std::optional<FormView> webhook = {};          // one to be added, as it was refused
    std::optional<store::Webhook> secret_of = {};  // its secret is shown, once
    std::string refusal = {};
    int status = 200;
};

Response channel_settings_page(Services& services, const Request& request, const SettingsNotice& notice);

// The section of webhooks: {hooks, add, secret, secret_of, full}.
Data webhooks_data(Services& services, const Request& request, const store::Channel& channel,
                   const SettingsNotice& notice);

}  // namespace stagecast::web
