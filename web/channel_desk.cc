#include "web/channel_desk.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "store/outbox.h"

namespace stagecast::web {
namespace {

std::string checked_colour(const std::string& text) {
    const auto lower = lower_ascii(text);
    const bool good = lower.size() == 7 && lower.front() == '#' &&
                      lower.find_first_not_of("0123456789abcdef", 1) == lower.npos;
    if (!good) throw Invalid("colour", "it must look like #7a4a1f");
    return lower;
}

std::string checked_language(const std::string& text) {
    if (text != "en" && text != "fr") throw Invalid("language", "it must be en or fr");
    return text;
}

void apply(store::Channel& channel, const ChannelWish& wish) {
    if (wish.title) channel.title = checked_text(*wish.title, "title", 1, 100);
    if (wish.description)
        channel.description = checked_text(*wish.description, "description", 0, 4'000, Lines::kMany);
    if (wish.language) channel.language = checked_language(*wish.language);
    if (wish.colour) channel.colour = checked_colour(*wish.colour);
    if (wish.allows_overlap) channel.allows_overlap = *wish.allows_overlap;
    if (wish.slug && !wish.slug->empty()) channel.slug = checked_slug(*wish.slug, "slug");
}

void note(store::Tx& tx, const Clock& clock, const access::Actor& actor, const char* action,
          const ChannelId& channel, const std::string& detail) {
    store::journal::append(tx, {clock.now(), actor.name(), action, channel.text(), detail});
}

void require_another_owner(store::Snapshot& snapshot, const ChannelId& channel, const AccountId& leaving) {
    const auto members = store::channels::members(snapshot, channel);
    const bool stays = std::ranges::any_of(members, [&](const store::Member& member) {
        return member.role == store::ChannelRole::kOwner && member.account != leaving;
    });
    if (!stays) throw Conflict("a channel needs an owner: make somebody else one first");
}

}  // namespace

store::Channel channel_named(store::Snapshot& snapshot, const std::string& slug) {
    auto channel = store::channels::find_by_slug(snapshot, slug);
    if (!channel) throw NotFound("channel not found");
    return std::move(*channel);
}

store::Show show_named(store::Snapshot& snapshot, const std::string& slug) {
    auto show = store::shows::find_by_slug(snapshot, slug);
    if (!show) throw NotFound("show not found");
    return std::move(*show);
}

store::Channel make_channel(Services& services, const access::Actor& actor, const ChannelWish& wish) {
    store::Channel channel;
    channel.id = ChannelId::make(services.random);
    channel.created_at = channel.updated_at = services.clock.now();
    if (!wish.title) throw Invalid("title", "it is missing");
    apply(channel, wish);
    return services.database.write([&](store::Tx& tx) {
        access::require(tx, actor, access::Action::kMakeChannel, access::Site{});
        if (channel.slug.empty())
            channel.slug = store::channels::free_slug(tx, slugify(channel.title, "channel"));
        store::channels::insert(tx, channel);
        if (actor.account)
            store::channels::set_member(tx, channel.id, *actor.account, store::ChannelRole::kOwner);
        note(tx, services.clock, actor, "channel.made", channel.id, channel.slug);
        return channel;
    });
}

store::Channel change_channel(Services& services, const access::Actor& actor, const std::string& slug,
                              const ChannelWish& wish) {
    return services.database.write([&](store::Tx& tx) {
        auto channel = channel_named(tx, slug);
        access::require(tx, actor, access::Action::kEditChannel, channel.id);
        apply(channel, wish);
        channel.updated_at = services.clock.now();
        store::channels::update(tx, channel);
        note(tx, services.clock, actor, "channel.changed", channel.id, channel.slug);
        return channel;
    });
}

void set_channel_member(Services& services, const access::Actor& actor, const std::string& slug,
                        const std::string& handle, store::ChannelRole role) {
    services.database.write([&](store::Tx& tx) {
        const auto channel = channel_named(tx, slug);
        access::require(tx, actor, access::Action::kEditChannel, channel.id);
        const auto account = store::accounts::find_by_handle(tx, handle);
        if (!account) throw Invalid("handle", "nobody here has this handle");
        if (role != store::ChannelRole::kOwner &&
            store::channels::role_of(tx, channel.id, account->id) == store::ChannelRole::kOwner)
            require_another_owner(tx, channel.id, account->id);
        store::channels::set_member(tx, channel.id, account->id, role);
        note(tx, services.clock, actor, "channel.member_set", channel.id, account->id.text());
    });
}

void remove_channel_member(Services& services, const access::Actor& actor, const std::string& slug,
                           const std::string& handle) {
    services.database.write([&](store::Tx& tx) {
        const auto channel = channel_named(tx, slug);
        access::require(tx, actor, access::Action::kEditChannel, channel.id);
        const auto account = store::accounts::find_by_handle(tx, handle);
        if (!account || !store::channels::role_of(tx, channel.id, account->id))
            throw NotFound("this channel has no such member");
        require_another_owner(tx, channel.id, account->id);
        store::channels::remove_member(tx, channel.id, account->id);
        note(tx, services.clock, actor, "channel.member_removed", channel.id, account->id.text());
    });
}

}  // namespace stagecast::web
