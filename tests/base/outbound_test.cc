#include "base/outbound.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <map>
#include <thread>

#include "base/error.h"
#include "base/text.h"

using namespace stagecast;
using outbound::Mail;

namespace {

constexpr const char* kDate = "Tue, 24 Nov 2026 19:00:00 +0000";

std::string rendered(const Mail& mail) {
    return outbound::render(mail, "radio@example.org", kDate);
}

// A mail server of one connection on a port of the system's choice. Answers each command with the reply that
// was set for it, or with what a server that takes everything says.
class MailServer {
public:
    explicit MailServer(std::map<std::string, std::string> replies = {}) : replies_(std::move(replies)) {
        listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
        ::listen(listener_, 1);
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        url_ = "smtp://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
        thread_ = std::jthread([this] { serve(); });
    }
    ~MailServer() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_ = {};
        ::close(listener_);
    }
    const std::string& url() const { return url_; }
    // Of the connection that has ended.
    const std::string& commands() {
        thread_ = {};
        return commands_;
    }
    const std::string& message() {
        thread_ = {};
        return message_;
    }

private:
    void serve() {
        const int client = ::accept(listener_, nullptr, nullptr);
        if (client < 0) return;
        const timeval patience{10, 0};
        ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        say(client, reply_to("CONNECT", "220 ready"));
        for (std::string line = read_line(client); !line.empty(); line = read_line(client)) {
            commands_ += line;
            const std::string verb = line.substr(0, 4);
            say(client, reply_to(verb, verb == "DATA" ? "354 go on" : "250 fine"));
            if (verb == "DATA" && reply_to(verb, "354").starts_with("354")) read_message(client);
            if (verb == "QUIT") break;
        }
        ::close(client);
    }
    void read_message(int client) {
        while (!message_.ends_with("\r\n.\r\n")) {
            const std::string line = read_line(client);
            if (line.empty()) return;
            message_ += line;
        }
        say(client, reply_to("END", "250 taken"));
    }
    std::string reply_to(const std::string& verb, const std::string& otherwise) const {
        const auto found = replies_.find(verb);
        return found == replies_.end() ? otherwise : found->second;
    }
    static void say(int client, const std::string& reply) {
        const std::string line = reply + "\r\n";
        [[maybe_unused]] const ssize_t sent = ::send(client, line.data(), line.size(), MSG_NOSIGNAL);
    }
    static std::string read_line(int client) {
        std::string line;
        for (char c = 0; !line.ends_with("\r\n") && ::recv(client, &c, 1, 0) == 1;) line += c;
        return line;
    }

    const std::map<std::string, std::string> replies_;
    int listener_ = -1;
    std::string url_, commands_, message_;
    std::jthread thread_;
};

void send_to(const MailServer& server, const std::string& to = "ana@example.org") {
    outbound::send_smtp(server.url(), "radio@example.org", to,
                        rendered({to, "Hello", ".\ndot\n", "1@radio.example"}));
}

}  // namespace

TEST_CASE("a mail is told in headers and a body that every transport passes", "[outbound]") {
    CHECK(rendered({"Ana@example.org", "On air", "Hello\nworld", "abc@radio.example"}) ==
          "Date: Tue, 24 Nov 2026 19:00:00 +0000\r\n"
          "From: radio@example.org\r\n"
          "To: ana@example.org\r\n"
          "Subject: On air\r\n"
          "Message-ID: <abc@radio.example>\r\n"
          "Auto-Submitted: auto-generated\r\n"
          "MIME-Version: 1.0\r\n"
          "Content-Type: text/plain; charset=utf-8\r\n"
          "Content-Transfer-Encoding: quoted-printable\r\n"
          "\r\n"
          "Hello\r\n"
          "world\r\n");
}

TEST_CASE("a body is quoted where it must be, and comes back", "[outbound]") {
    const std::string text = "1 = 1 é \t\n" + std::string(200, 'x') + "\r\nend ";
    const std::string message = rendered({"a@b.c", "s", text, "1@b"});
    const std::string body = message.substr(message.find("\r\n\r\n") + 4);
    for (const std::string& line : split(body, '\n')) CHECK(line.size() <= 77);  // 76 and the CR
    CHECK(body.starts_with("1 =3D 1 =C3=A9 =09\r\nxxx"));
    CHECK(body.ends_with("\r\nend=20\r\n"));
}

TEST_CASE("a subject that is not plain is encoded in words of whole characters", "[outbound]") {
    std::string subject;
    for (int i = 0; i < 40; ++i) subject += "né€𝄞";
    const std::string message = rendered({"a@b.c", subject, "", "1@b"});
    const auto from = message.find("Subject: ");
    const std::string header = message.substr(from, message.find("\r\nMessage-ID") - from);
    for (const std::string& line : split(header, '\n')) {
        CHECK(line.size() <= 77);
        CHECK(line.find("=?UTF-8?B?") != std::string::npos);
    }
    CHECK(rendered({"a@b.c", "a =?UTF-8?B?YQ==?= b", "", "1@b"}).find("Subject: =?UTF-8?B?") !=
          std::string::npos);
    CHECK(rendered({"a@b.c", "é", "", "1@b"}).find("Subject: =?UTF-8?B?w6k=?=\r\n") != std::string::npos);
}

TEST_CASE("nothing in a mail can add a header, a receiver or a megabyte", "[outbound]") {
    const Mail good{"a@b.c", "subject", "text", "1@b"};
    const auto refused = [&](auto change) {
        Mail bad = good;
        change(bad);
        CHECK_THROWS_AS(rendered(bad), Invalid);
    };
    REQUIRE_NOTHROW(rendered(good));
    refused([](Mail& m) { m.to = "a@b.c\r\nBcc: x@y.z"; });
    refused([](Mail& m) { m.subject = "a\r\nBcc: x@y.z"; });
    refused([](Mail& m) { m.message_id = "1@b>\r\nBcc: x@y.z"; });
    refused([](Mail& m) { m.message_id = ""; });
    refused([](Mail& m) { m.text = std::string(1024 * 1024 + 1, 'x'); });
    refused([](Mail& m) { m.text = std::string(400 * 1024, '='); });
    refused([](Mail& m) { m.text = "\xff"; });
    CHECK_THROWS_AS(outbound::render(good, "x@y.z\r\nBcc: q@r.s", kDate), Invalid);
    CHECK_THROWS_AS(outbound::render(good, "x@y.z", "now\r\nBcc: q@r.s"), Invalid);
}

TEST_CASE("a mail server gets the sender, the receiver and the message as rendered", "[outbound]") {
    MailServer server;
    send_to(server);
    CHECK(server.commands().find("MAIL FROM:<radio@example.org>") != std::string::npos);
    CHECK(server.commands().find("RCPT TO:<ana@example.org>") != std::string::npos);
    CHECK(server.message().starts_with("Date: "));
    CHECK(server.message().ends_with("\r\n\r\n..\r\ndot\r\n.\r\n"));  // a dot on its own ends nothing
}

TEST_CASE("a receiver or message refused for good is Invalid, everything else may pass", "[outbound]") {
    using Replies = std::map<std::string, std::string>;
    for (const Replies& replies : {Replies{{"RCPT", "550 no such user"}}, Replies{{"END", "554 spam"}}}) {
        MailServer server(replies);
        try {
            send_to(server);
            FAIL_CHECK("taken");
        } catch (const Invalid& error) {
            CHECK(error.field() == "to");
        }
    }
    for (const Replies& replies : {Replies{{"CONNECT", "554 busy"}}, Replies{{"CONNECT", "421 busy"}},
                                   Replies{{"MAIL", "550 not from you"}}, Replies{{"RCPT", "451 later"}},
                                   Replies{{"DATA", "451 later"}}, Replies{{"END", "452 full"}}}) {
        INFO(replies.begin()->first << " " << replies.begin()->second);
        MailServer server(replies);
        CHECK_THROWS_AS(send_to(server), Unavailable);
    }
}

TEST_CASE("a mail server that is not there is Unavailable, an address that is none is never asked",
          "[outbound]") {
    std::string url;
    {
        const MailServer gone;
        url = gone.url();
    }
    CHECK_THROWS_AS(outbound::send_smtp(url, "a@b.c", "d@e.f", "x"), Unavailable);
    CHECK_THROWS_AS(outbound::send_smtp("file:///etc/passwd", "a@b.c", "d@e.f", "x"), Unavailable);
    CHECK_THROWS_AS(outbound::send_smtp(url, "a@b.c", "d@e.f>\r\nRCPT TO:<x@y.z", "x"), Invalid);
}
