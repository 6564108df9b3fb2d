#pragma once
#include <chrono>
#include <cstddef>
#include <string>

#include "base/address.h"
#include "base/time.h"

namespace stagecast::outbound {

// One message to one receiver. Built by whoever writes it, carried by whoever delivers it.
struct Mail {
    std::string to;       // one address
    std::string subject;  // UTF-8, encoded by render()
    std::string text;     // UTF-8
    std::string
        message_id;  // without angle brackets: the same message has the same id however often it is sent
};

// The RFC 5322 bytes of a mail, CRLF, headers encoded (RFC 2047), body quoted-printable; at most 1 MiB.
std::string render(const Mail& mail, const std::string& from, const std::string& date_rfc5322);

// Sends rendered bytes by SMTP (STARTTLS where offered, auth from the URL), at most 20 s.
// Throws Unavailable for what may pass, Invalid("to") for a refused receiver (5xx). Blocks; not on a request
// thread.
void send_smtp(const std::string& smtp_url, const std::string& from, const std::string& to,
               const std::string& message);

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

}  // namespace stagecast::outbound
