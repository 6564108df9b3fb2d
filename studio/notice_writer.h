#pragma once
#include "base/config.h"
#include "scheduler/message_writer.h"
#include "studio/letter.h"
#include "studio/mail_followers.h"
#include "studio/notice_facts.h"
#include "studio/notice_times.h"
#include "studio/notice_words.h"

namespace stagecast::studio {

inline constexpr std::size_t kMaxDigestItems = 50;  // of what comes, and of news; more are counted

// Says notices in English and French: times in the reader's zone, titles in their language where there are
// such. No clock: what is late is as true as what is in time.
// Thread: any. Errors: NotFound where what a notice is about is gone with its channel.
class NoticeWriter final : public scheduler::MessageWriter {
public:
    NoticeWriter(const Config& config, const Links& links) : config_(config), links_(links) {}

    scheduler::Written write(store::Snapshot& snapshot, const store::Notice& notice,
                             const scheduler::Reader& reader) override;
    scheduler::Written write_digest(store::Snapshot& snapshot, const store::Notice& digest,
                                    const store::Follower& follower) override;
    Foot foot(const store::Notice& notice, const store::Follower& follower) override;
    std::string write_push(const store::Notice& notice, const scheduler::Written& written) override;
    std::string write_webhook(store::Snapshot& snapshot, const store::Notice& notice,
                              const store::Webhook& webhook) override;

private:
    Letter letter_of(const NoticeFacts& facts, const NoticeWords& words, const NoticeTimes& times,
                     const std::string& language) const;
    void add_calendar(store::Snapshot& snapshot, const NoticeFacts& facts, const std::string& language,
                      scheduler::Written& written) const;
    Letter::Group news(store::Snapshot& snapshot, const store::Notice& digest,
                       const store::Follower& follower);
    std::string settings_url(const store::Follower& follower) const;

    const Config& config_;
    const Links& links_;
};

}  // namespace stagecast::studio
