#pragma once
#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/random.h"

namespace stagecast {

// True for the 26 characters of a-z2-7 that random_id_text() makes.
bool is_id_text(std::string_view text) noexcept;
// 130 random bits as 26 characters a-z2-7.
std::string random_id_text(Random& random);

// An opaque name of one thing; ids of different things do not mix. Empty only when default-constructed.
template <class Tag>
class Id {
public:
    Id() = default;
    static Id make(Random& random) { return Id(random_id_text(random)); }
    // Throws NotFound unless the text has the shape of an id: a wrong id names nothing.
    static Id parse(std::string_view text) {
        if (!is_id_text(text)) throw NotFound(std::string(Tag::kNoun) + " not found");
        return Id(std::string(text));
    }
    // For text that the store returned: not checked.
    static Id trusted(std::string text) { return Id(std::move(text)); }
    const std::string& text() const noexcept { return text_; }
    bool empty() const noexcept { return text_.empty(); }
    auto operator<=>(const Id&) const = default;

private:
    explicit Id(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

#define STAGECAST_ID(NAME, NOUN)                   \
    struct NAME##Tag {                             \
        static constexpr const char* kNoun = NOUN; \
    };                                             \
    using NAME = Id<NAME##Tag>

STAGECAST_ID(AccountId, "account");
STAGECAST_ID(ChannelId, "channel");
STAGECAST_ID(ShowId, "show");
STAGECAST_ID(RoomId, "room");        // a room is one airing: the airing's id for ever
STAGECAST_ID(SpeakerId, "speaker");  // one person on one room's stage
STAGECAST_ID(StemId, "stem");
STAGECAST_ID(EpisodeId, "episode");
STAGECAST_ID(ReceiptId, "receipt");
STAGECAST_ID(MessageId, "message");
STAGECAST_ID(FollowerId, "follower");  // of a person with an account: the account's id
STAGECAST_ID(NoticeId, "notice");
STAGECAST_ID(SubscriptionId, "push subscription");
STAGECAST_ID(WebhookId, "webhook");
#undef STAGECAST_ID

}  // namespace stagecast

template <class Tag>
struct std::hash<stagecast::Id<Tag>> {
    std::size_t operator()(const stagecast::Id<Tag>& id) const noexcept {
        return std::hash<std::string>{}(id.text());
    }
};
