#include "web/people_desk.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "web/channel_desk.h"
#include "web/visitor.h"

namespace stagecast::web {
namespace {

store::Host host_of(store::Snapshot& snapshot, const AccountId& id) {
    const auto account = store::accounts::find(snapshot, id);
    return account ? store::Host{id, account->handle, account->name} : store::Host{id, "", ""};
}

store::Show editable_show(store::Snapshot& snapshot, const Request& request, const std::string& slug) {
    auto show = show_named(snapshot, slug);
    access::require(snapshot, request.actor, access::Action::kEditShow, show.id);
    return show;
}

bool is_pending(store::Snapshot& snapshot, const ShowId& show, const AccountId& account) {
    const auto all = store::shows::invitations(snapshot, show);
    return std::ranges::any_of(all, [&](const store::CohostInvitation& invitation) {
        return invitation.account == account && invitation.answer == store::Answer::kPending;
    });
}

}  // namespace

std::vector<Invited> pending_cohosts(store::Snapshot& snapshot, const ShowId& show) {
    std::vector<Invited> pending;
    for (const auto& invitation : store::shows::invitations(snapshot, show))
        if (invitation.answer == store::Answer::kPending)
            pending.push_back({host_of(snapshot, invitation.account), invitation.created_at});
    return pending;
}

std::vector<InvitationToMe> invitations_to(store::Snapshot& snapshot, const AccountId& account) {
    std::vector<InvitationToMe> mine;
    for (const auto& invitation : store::shows::invitations_to(snapshot, account)) {
        auto show = store::shows::find(snapshot, invitation.show);
        if (!show || show->retired_at) continue;
        const auto channel = store::channels::find(snapshot, show->channel);
        mine.push_back({std::move(*show), channel ? channel->title : std::string(),
                        host_of(snapshot, invitation.invited_by), invitation.created_at});
    }
    return mine;
}

void invite_cohost(Services& services, const Request& request, const std::string& slug,
                   const std::string& handle) {
    const auto [show, cohost] = services.database.read([&](store::Snapshot& snapshot) {
        auto found = editable_show(snapshot, request, slug);
        return std::pair(std::move(found), account_named(snapshot, handle, "handle"));
    });
    services.planner.invite_cohost(editor_of(request), show.id, cohost.id);
}

void remove_cohost(Services& services, const Request& request, const std::string& slug,
                   const std::string& handle) {
    struct Leaving {
        ShowId show;
        AccountId account;
        bool only_asked = false;
    };
    const auto leaving = services.database.read([&](store::Snapshot& snapshot) {
        const auto show = editable_show(snapshot, request, slug);
        const auto account = account_named(snapshot, handle, "handle");
        return Leaving{show.id, account.id, is_pending(snapshot, show.id, account.id)};
    });
    if (leaving.only_asked)
        services.planner.answer_invitation(leaving.show, leaving.account, store::Answer::kDeclined);
    else
        services.planner.remove_host(editor_of(request), leaving.show, leaving.account);
}

void answer_cohost_invitation(Services& services, const Request& request, const std::string& slug,
                              store::Answer answer) {
    const auto me = editor_of(request).account;
    const auto show = services.database.read([&](store::Snapshot& snapshot) {
        auto found = show_named(snapshot, slug);
        if (!is_pending(snapshot, found.id, me)) throw NotFound("nobody asked you to host this show");
        return found;
    });
    services.planner.answer_invitation(show.id, me, answer);
}

store::Account account_named(store::Snapshot& snapshot, std::string handle, const std::string& field) {
    handle = lower_ascii(trim(handle));
    if (handle.starts_with('@')) handle.erase(0, 1);
    auto account = store::accounts::find_by_handle(snapshot, handle);
    if (!account || account->state != store::AccountState::kActive)
        throw Invalid(field, "nobody here has this handle");
    return std::move(*account);
}

}  // namespace stagecast::web
