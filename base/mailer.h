#pragma once
#include <memory>
#include <string>

namespace stagecast::outbound {

// Sends rendered mails to one server by SMTP, over one connection that is kept between them (STARTTLS where
// offered, auth from the URL); closed with a QUIT when a mail is not taken and in the end.
// Thread: one at a time. send() and the destructor (20 s at most) block.
class Mailer {
public:
    // smtp_url is smtp://[user:password@]host[:port], or smtps. Connects to nobody yet.
    explicit Mailer(std::string smtp_url);
    ~Mailer();
    Mailer(const Mailer&) = delete;
    Mailer& operator=(const Mailer&) = delete;

    // Throws Unavailable for what may pass, Invalid("to") for a refused receiver or message (5xx). A kept
    // connection that turns out to be gone is made anew and the mail tried again, once, and only while the
    // server has seen nothing of it: one send() hands a mail over at most once. Unavailable after that means
    // that the server may have it. At most 20 s a try, and as long again for a server that leaves a QUIT
    // unanswered: a minute.
    void send(const std::string& from, const std::string& to, const std::string& message);

private:
    struct Impl;
    const std::unique_ptr<Impl> impl_;
};

}  // namespace stagecast::outbound
