#pragma once
#include <array>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "store/accounts.h"
#include "store/channels.h"
#include "store/followers.h"
#include "store/follows.h"
#include "store/hooks.h"
#include "store/notices.h"
#include "store/outbox.h"
#include "store/recordings.h"
#include "store/rooms.h"
#include "store/shows.h"

// The words that stand for enumerators in the tables: one table of names each. A word, once released, never
// changes; the CHECK constraints in migrations.cc list the same words.
namespace stagecast::store {

template <class E, std::size_t N>
using WordTable = std::array<std::pair<E, std::string_view>, N>;

inline constexpr WordTable<AccountState, 4> kAccountStates{{{AccountState::kUnconfirmed, "unconfirmed"},
                                                            {AccountState::kPending, "pending"},
                                                            {AccountState::kActive, "active"},
                                                            {AccountState::kSuspended, "suspended"}}};
inline constexpr WordTable<TokenKind, 7> kTokenKinds{{{TokenKind::kSession, "session"},
                                                      {TokenKind::kApi, "api"},
                                                      {TokenKind::kConfirm, "confirm"},
                                                      {TokenKind::kReset, "reset"},
                                                      {TokenKind::kSignIn, "sign-in"},
                                                      {TokenKind::kInvitation, "invitation"},
                                                      {TokenKind::kGuest, "guest"}}};
inline constexpr WordTable<ChannelRole, 3> kChannelRoles{
    {{ChannelRole::kOwner, "owner"}, {ChannelRole::kHost, "host"}, {ChannelRole::kModerator, "moderator"}}};
inline constexpr WordTable<SlugKind, 2> kSlugKinds{
    {{SlugKind::kChannel, "channel"}, {SlugKind::kShow, "show"}}};
inline constexpr WordTable<RoomState, 5> kRoomStates{{{RoomState::kScheduled, "scheduled"},
                                                      {RoomState::kBackstage, "backstage"},
                                                      {RoomState::kLive, "live"},
                                                      {RoomState::kEnded, "ended"},
                                                      {RoomState::kCancelled, "cancelled"}}};
inline constexpr WordTable<Lateness, 3> kLatenesses{
    {{Lateness::kOnTime, "on-time"}, {Lateness::kDelayed, "delayed"}, {Lateness::kNotHeld, "not-held"}}};
inline constexpr WordTable<Answer, 3> kAnswers{
    {{Answer::kPending, "pending"}, {Answer::kAccepted, "accepted"}, {Answer::kDeclined, "declined"}}};
inline constexpr WordTable<FollowKind, 4> kFollowKinds{{{FollowKind::kShow, "show"},
                                                        {FollowKind::kChannel, "channel"},
                                                        {FollowKind::kHost, "host"},
                                                        {FollowKind::kRoom, "room"}}};
inline constexpr WordTable<FollowerState, 3> kFollowerStates{{{FollowerState::kAsked, "asked"},
                                                              {FollowerState::kConfirmed, "confirmed"},
                                                              {FollowerState::kStopped, "stopped"}}};
inline constexpr WordTable<Digest, 3> kDigests{
    {{Digest::kOff, "off"}, {Digest::kDaily, "daily"}, {Digest::kWeekly, "weekly"}}};
inline constexpr WordTable<NoticeKind, 11> kNoticeKinds{{{NoticeKind::kReminder, "reminder"},
                                                         {NoticeKind::kLive, "live"},
                                                         {NoticeKind::kDelayed, "delayed"},
                                                         {NoticeKind::kMoved, "moved"},
                                                         {NoticeKind::kCancelled, "cancelled"},
                                                         {NoticeKind::kRestored, "restored"},
                                                         {NoticeKind::kRescheduled, "rescheduled"},
                                                         {NoticeKind::kRetired, "retired"},
                                                         {NoticeKind::kReplay, "replay"},
                                                         {NoticeKind::kNote, "note"},
                                                         {NoticeKind::kDigest, "digest"}}};
inline constexpr WordTable<Way, 4> kWays{
    {{Way::kMail, "mail"}, {Way::kPush, "push"}, {Way::kWebhook, "webhook"}, {Way::kDigest, "digest"}}};
inline constexpr WordTable<WebhookFormat, 4> kWebhookFormats{{{WebhookFormat::kStandard, "standard"},
                                                              {WebhookFormat::kDiscord, "discord"},
                                                              {WebhookFormat::kSlack, "slack"},
                                                              {WebhookFormat::kMattermost, "mattermost"}}};
inline constexpr WordTable<Visibility, 3> kVisibilities{{{Visibility::kPublic, "public"},
                                                         {Visibility::kUnlisted, "unlisted"},
                                                         {Visibility::kPrivate, "private"}}};
inline constexpr WordTable<StageRole, 3> kStageRoles{
    {{StageRole::kHost, "host"}, {StageRole::kCohost, "cohost"}, {StageRole::kSpeaker, "speaker"}}};
inline constexpr WordTable<Purpose, 4> kPurposeWords{{{Purpose::kRecord, "record"},
                                                      {Purpose::kReplay, "replay"},
                                                      {Purpose::kPodcast, "podcast"},
                                                      {Purpose::kClip, "clip"}}};
inline constexpr WordTable<Decision, 3> kDecisions{
    {{Decision::kGiven, "given"}, {Decision::kRefused, "refused"}, {Decision::kWithdrawn, "withdrawn"}}};
inline constexpr WordTable<StemState, 3> kStemStates{
    {{StemState::kOpen, "open"}, {StemState::kClosed, "closed"}, {StemState::kErased, "erased"}}};
inline constexpr WordTable<EpisodeState, 3> kEpisodeStates{{{EpisodeState::kWaiting, "waiting"},
                                                            {EpisodeState::kPublished, "published"},
                                                            {EpisodeState::kUnpublished, "unpublished"}}};
inline constexpr WordTable<RenderingState, 5> kRenderingStates{{{RenderingState::kQueued, "queued"},
                                                                {RenderingState::kRunning, "running"},
                                                                {RenderingState::kDone, "done"},
                                                                {RenderingState::kFailed, "failed"},
                                                                {RenderingState::kErased, "erased"}}};
inline constexpr WordTable<MessageState, 5> kMessageStates{{{MessageState::kPlanned, "planned"},
                                                            {MessageState::kLeased, "leased"},
                                                            {MessageState::kDelivered, "delivered"},
                                                            {MessageState::kFailed, "failed"},
                                                            {MessageState::kDropped, "dropped"}}};

constexpr const auto& words_of(AccountState) {
    return kAccountStates;
}
constexpr const auto& words_of(TokenKind) {
    return kTokenKinds;
}
constexpr const auto& words_of(ChannelRole) {
    return kChannelRoles;
}
constexpr const auto& words_of(SlugKind) {
    return kSlugKinds;
}
constexpr const auto& words_of(RoomState) {
    return kRoomStates;
}
constexpr const auto& words_of(Lateness) {
    return kLatenesses;
}
constexpr const auto& words_of(Answer) {
    return kAnswers;
}
constexpr const auto& words_of(FollowKind) {
    return kFollowKinds;
}
constexpr const auto& words_of(FollowerState) {
    return kFollowerStates;
}
constexpr const auto& words_of(Digest) {
    return kDigests;
}
constexpr const auto& words_of(NoticeKind) {
    return kNoticeKinds;
}
constexpr const auto& words_of(Way) {
    return kWays;
}
constexpr const auto& words_of(WebhookFormat) {
    return kWebhookFormats;
}
constexpr const auto& words_of(Visibility) {
    return kVisibilities;
}
constexpr const auto& words_of(StageRole) {
    return kStageRoles;
}
constexpr const auto& words_of(Purpose) {
    return kPurposeWords;
}
constexpr const auto& words_of(Decision) {
    return kDecisions;
}
constexpr const auto& words_of(StemState) {
    return kStemStates;
}
constexpr const auto& words_of(EpisodeState) {
    return kEpisodeStates;
}
constexpr const auto& words_of(RenderingState) {
    return kRenderingStates;
}
constexpr const auto& words_of(MessageState) {
    return kMessageStates;
}

template <class E>
std::string_view word(E value) {
    for (const auto& [enumerator, text] : words_of(value))
        if (enumerator == value) return text;
    throw Error("an enumerator without a word");
}

template <class E>
E enumerator(std::string_view text) {
    for (const auto& [value, known] : words_of(E{}))
        if (known == text) return value;
    throw Error("the database holds an unknown word: " + std::string(text));
}

}  // namespace stagecast::store
