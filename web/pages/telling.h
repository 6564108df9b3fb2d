#pragma once
#include <optional>
#include <string>
#include <vector>

#include "studio/mail_followers.h"
#include "studio/personal.h"
#include "studio/telling.h"
#include "web/http.h"
#include "web/pages/data.h"
#include "web/pages/form.h"
#include "web/pages/viewer.h"
#include "web/pages/words.h"

// How somebody is told: ladders and settings, on the page "me" and on the page of who follows by mail alone.
namespace stagecast::web {

// The form of one follow's ladder: {title, url, kind, action, said, rungs: [{minutes, label, is_on}]} for
// templates/_ladder.mustache. It posts follow=ladder and the rungs that are ticked.
Data ladder_data(Services& services, const Viewer& viewer, const studio::Following& following,
                 const std::string& action);
// "Show"; of an airing also when it is.
std::string kind_in_words(Services& services, const studio::Following& following, const Viewer& viewer);
std::vector<int> typed_ladder(const Request& request);  // throws Invalid("rung")

// by_mail, quiet_from, quiet_until, digest, daily_budget.
void add_telling_fields(FormView& form, const store::Follower& follower, const Words& words);
// Throws Invalid with the field.
studio::TellingWish typed_telling(const Request& request);

// The section of "me": {ladders, settings, push}. `form`: as it was typed and refused.
Data telling_data(Services& services, const Request& request, const std::optional<FormView>& form);

}  // namespace stagecast::web
