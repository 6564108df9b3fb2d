#pragma once
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/time.h"

namespace stagecast::outbound {

// A calendar object for a mail's reader to take over (iMIP, RFC 6047).
struct MailCalendar {
    std::string method;  // REQUEST, CANCEL, …: the object's own METHOD
    std::string bytes;   // iCalendar, from BEGIN:VCALENDAR, lines ended by CRLF
};

// One message to one receiver. Built by whoever writes it, carried by whoever delivers it.
struct Mail {
    std::string to;       // one address
    std::string subject;  // UTF-8, encoded by render()
    std::string text;     // UTF-8
    std::string
        message_id;  // without angle brackets: the same message has the same id however often it is sent
    std::string html = {};  // UTF-8; what text says, for who prefers it. Empty: none
    std::optional<MailCalendar> calendar = {};
    std::string unsubscribe = {};  // an address that a POST ends these mails at (RFC 8058). Empty: none
    std::string list_id = {};      // like show.radio.example (RFC 2919), without angle brackets. Empty: none
};

// The RFC 5322 bytes of a mail, CRLF, at most 1 MiB: headers encoded (RFC 2047) and folded, text and html
// quoted-printable, the calendar base64; with html or a calendar multipart/alternative, plainest first. The
// same mail, sender and date are the same bytes. Throws Invalid with the name of what cannot be sent.
std::string render(const Mail& mail, const std::string& from, const std::string& date_rfc5322);

struct FetchLimits {
    std::size_t max_bytes = 1024 * 1024;
    Milliseconds total{10'000};  // from the name's look-up to the last byte
    AddressPolicy addresses = AddressPolicy::kPublicOnly;
};

struct Fetched {
    std::string bytes;
    std::string type;  // of Content-Type; empty when the server said none
};

// What a stranger's http or https address holds: status 200 only, no redirect followed, no proxy, no user in
// the address. Throws Invalid("url") for what asking again will not mend (a private address, too many bytes,
// a redirect, with where it leads), Unavailable for what may pass (no answer in time, 429, 5xx). Blocks at
// most limits.total. Thread: any.
Fetched fetch(const std::string& url, const FetchLimits& limits);

struct Header {
    std::string name;
    std::string value;  // printable ASCII
};

struct PostRequest {
    std::string url;
    std::vector<Header> headers = {};  // none of those that frame the request: Host, Content-Length, …
    std::string body = {};
    FetchLimits limits = {};  // max_bytes is of the body; of the answer's, kMaxAnswerBytes are read
};

constexpr std::size_t kMaxAnswerBytes = 4096;

struct Posted {
    int status = 0;  // 200 to 299, or 400 and above
    std::string body;
    std::optional<std::chrono::seconds> retry_after;  // Retry-After (RFC 9110, 10.2.3), 1 s to a day
};

// An HTTP POST to a stranger's address, with the care that fetch() takes. What the server said is returned,
// whatever it said, also where its body stops short; no redirect is followed. Throws Invalid("url") for an
// address that is private or not ours to ask and for a redirect, Invalid("headers"), Invalid("body") for what
// cannot be sent, Unavailable when no answer came: whether the server acted is then not known. Blocks at most
// limits.total. Thread: any.
Posted post(const PostRequest& request);

// Throws Invalid(field) for what fetch() and post() refuse by an address's form, before any look-up. A name
// or number that leads to a private address is only seen by them, when they connect.
void check_url(const std::string& url, std::string_view field);

// The origin of such an address (RFC 6454, 6.2): "https://example.org", ":port" where it is not the scheme's
// own. Throws as check_url().
std::string origin_of(const std::string& url, std::string_view field);

}  // namespace stagecast::outbound
