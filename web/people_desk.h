#pragma once
#include <string>
#include <vector>

#include "web/http.h"

// Who hosts a show, for the API and the pages alike. Errors: Invalid names the field.
namespace stagecast::web {

struct Invited {
    store::Host person;
    Instant at{};
};

// Asked to host a show, and not answered yet.
std::vector<Invited> pending_cohosts(store::Snapshot& snapshot, const ShowId& show);

struct InvitationToMe {
    store::Show show;
    std::string channel_title;
    store::Host by;
    Instant at{};
};

// What this account was asked to host and has not answered yet.
std::vector<InvitationToMe> invitations_to(store::Snapshot& snapshot, const AccountId& account);

void invite_cohost(Services& services, const Request& request, const std::string& slug,
                   const std::string& handle);
// A host, or one who was asked and has not answered: then the question is taken back.
void remove_cohost(Services& services, const Request& request, const std::string& slug,
                   const std::string& handle);
// The asker's own answer.
void answer_cohost_invitation(Services& services, const Request& request, const std::string& slug,
                              store::Answer answer);

// An account by its handle, with or without "@". Throws Invalid(field).
store::Account account_named(store::Snapshot& snapshot, std::string handle, const std::string& field);

}  // namespace stagecast::web
