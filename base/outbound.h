#pragma once
#include <chrono>
#include <string>

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

}  // namespace stagecast::outbound
