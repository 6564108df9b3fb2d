#pragma once
#include <optional>
#include <string>

#include "studio/personal.h"
#include "web/http.h"
#include "web/pages/data.h"
#include "web/pages/viewer.h"

// The follow button: {{#follow}}{{>follow}}{{/follow}}. One tap, without a script; a visitor without account
// is led to sign in, and back.
namespace stagecast::web {

// What a posted form wants of a follow: field "follow" is yes, no (nothing), ladder (with "rung"s), attend or
// not-attend; a button "end" beside a ladder's means no. Throws Invalid("rung").
std::optional<studio::FollowWish> typed_follow(const Request& request);

// {title, label, sign_in} for a stranger, else {title, label, action, next, wish, pressed, is_following}, of
// an airing {is_room, attend_wish, attend_pressed} too, and {followers} for those who run it. `next` is where
// one is afterwards.
Data follow_data(const Request& request, const studio::FollowTarget& target, const std::string& title,
                 const studio::FollowState& state, const std::string& next);
// What the button of one thing says on its own page, which it leads back to.
Data follow_data(store::Snapshot& snapshot, const Request& request, const studio::FollowTarget& target,
                 const std::string& target_id, const std::string& title);

// What the page "me" shows of it: {programme, follows, links, make_link}, and {new_link} where one was just
// made.
void add_followed(Data& data, Services& services, const Request& request, const Viewer& viewer,
                  const std::string& new_link);

}  // namespace stagecast::web
