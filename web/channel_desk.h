#pragma once
#include <optional>
#include <string>

#include "web/http.h"

// Making and changing channels, for the API and the pages alike. Errors: Invalid names the field, Conflict
// for a slug that was ever used.
namespace stagecast::web {

struct ChannelWish {
    std::optional<std::string> title, slug, description, language, colour;
    std::optional<bool> allows_overlap = {};
};

// The maker is its first owner. Without a slug one is made from the title.
store::Channel make_channel(Services& services, const access::Actor& actor, const ChannelWish& wish);
// Changes what is given.
store::Channel change_channel(Services& services, const access::Actor& actor, const std::string& slug,
                              const ChannelWish& wish);
void set_channel_member(Services& services, const access::Actor& actor, const std::string& slug,
                        const std::string& handle, store::ChannelRole role);
// Conflict for the last owner.
void remove_channel_member(Services& services, const access::Actor& actor, const std::string& slug,
                           const std::string& handle);

// Throws NotFound.
store::Channel channel_named(store::Snapshot& snapshot, const std::string& slug);
store::Show show_named(store::Snapshot& snapshot, const std::string& slug);

}  // namespace stagecast::web
