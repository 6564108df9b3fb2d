#pragma once
#include <string>
#include <string_view>

#include "store/followers.h"
#include "store/hooks.h"
#include "store/notices.h"

// The words of a notice, by whoever knows pages and calendars (studio). What it gives is a pure function of
// the database, so that a message that is sent again is the same.
namespace stagecast::scheduler {

// For whom: what two people share is written once.
struct Reader {
    std::string language = "en", zone = "UTC";
    bool operator==(const Reader&) const = default;
};

struct Written {
    std::string subject;                    // one line; a push message's title
    std::string brief;                      // one or two sentences, plain: the bell's and a push message's
    std::string url;                        // where it leads, absolute
    std::string text, html;                 // a mail's body; before what is each reader's own
    std::string calendar, calendar_method;  // iCalendar of the airing, or empty
    std::string list_id;                    // RFC 2919, "ferry-talk.stagecast.example"
};

class MessageWriter {
public:
    virtual ~MessageWriter() = default;
    // Not for kDigest.
    virtual Written write(store::Snapshot&, const store::Notice&, const Reader&) = 0;
    // A digest: what waited, and what the person follows that comes (`ahead` of its due time).
    virtual Written write_digest(store::Snapshot&, const store::Notice& digest, const store::Follower&) = 0;
    // The foot of a mail to one person: why they get it, the links to change or end it. Text, and HTML.
    struct Foot {
        std::string text, html;
        std::string unsubscribe;  // RFC 8058: a POST there, without a cookie, ends it
    };
    virtual Foot foot(const store::Notice&, const store::Follower&) = 0;
    // What the page's service worker reads of a push message: JSON {title, body, url, tag}, under 3 KiB.
    virtual std::string write_push(const store::Notice&, const Written&) = 0;
    // What is posted to a webhook, JSON, in its format.
    virtual std::string write_webhook(store::Snapshot&, const store::Notice&, const store::Webhook&) = 0;
};

}  // namespace stagecast::scheduler
