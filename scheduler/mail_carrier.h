#pragma once
#include <string>

#include "base/config.h"
#include "base/mailer.h"
#include "base/outbound.h"
#include "base/time.h"

namespace stagecast::scheduler {

// Carries mails out of the house: by the SMTP server that the config names, over one connection, or without
// one as files data/mail/<name>.eml. Thread: one at a time; send() blocks.
class MailCarrier {
public:
    explicit MailCarrier(const Config& config) : config_(config), mailer_(config.smtp_url) {}
    // The date is the message's own, and its id is `name` at the site's host: sent again it is the same
    // bytes. Throws Unavailable for what may pass, Invalid for what will not.
    void send(outbound::Mail mail, const std::string& name, Instant date);

private:
    const Config& config_;
    outbound::Mailer mailer_;
};

// Until the next try after so many: 1 min, doubled, at most 6 h.
Milliseconds backoff(int attempts);
inline constexpr int kMaxAttempts = 12;

}  // namespace stagecast::scheduler
