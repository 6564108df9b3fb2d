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
#include "tests/feeds/run_reader.h"

using namespace stagecast;
using outbound::Mail;

namespace {

constexpr const char* kDate = "Tue, 24 Nov 2026 19:00:00 +0000";

std::string rendered(const Mail& mail) {
    return outbound::render(mail, "radio@example.org", kDate);
}

// All that a mail can have, each as long as it may be, or odd.
Mail full_mail() {
    Mail mail{"ana@example.org", "On air é", "Hello\n.\n--=_x\nworld", "abc@radio.example"};
    mail.html = "<p title=\"=\">Hello\n<b>w\u00f6rld</b></p>";
    mail.calendar = {"CANCEL",
                     "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nSUMMARY:S\u00e9ance\r\nEND:VCALENDAR\r\n"};
    mail.unsubscribe = "https://radio.example/stop?t=" + std::string(871, 'x');
    mail.list_id = "show_1.radio-2.example";
    return mail;
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

TEST_CASE("a mail with everything is read back by others, plainest first and the calendar last",
          "[outbound]") {
    const Mail mail = full_mail();
    const std::string read = run_python("../base/read_mail.py", rendered(mail));
    CHECK(read ==
          "Date: Tue, 24 Nov 2026 19:00:00 +0000\n"
          "From: radio@example.org\n"
          "To: ana@example.org\n"
          "Subject: On air é\n"
          "Message-ID: <abc@radio.example>\n"
          "Auto-Submitted: auto-generated\n"
          "List-Id: <show_1.radio-2.example>\n"
          "List-Unsubscribe: <" +
              mail.unsubscribe +
              ">\n"
              "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n"
              "MIME-Version: 1.0\n"
              "multipart/alternative 3\n"
              "text/plain; charset=\"utf-8\" 'Hello\\n.\\n--=_x\\nworld'\n"
              "text/html; charset=\"utf-8\" '<p title=\"=\">Hello\\n<b>wörld</b></p>'\n"
              "text/calendar; charset=\"utf-8\"; method=\"CANCEL\" "
              "'BEGIN:VCALENDAR\\r\\nMETHOD:CANCEL\\r\\nSUMMARY:Séance\\r\\nEND:VCALENDAR\\r\\n'\n");
}

TEST_CASE("parts that are not there are not announced", "[outbound]") {
    Mail mail{"ana@example.org", "s", "t", "abc@radio.example"};
    mail.html = "<p>t</p>";
    CHECK(run_python("../base/read_mail.py", rendered(mail)).find("multipart/alternative 2") !=
          std::string::npos);
    mail.html = "";
    mail.calendar = full_mail().calendar;
    const std::string read = run_python("../base/read_mail.py", rendered(mail));
    CHECK(read.find("multipart/alternative 2\ntext/plain") != std::string::npos);
    CHECK(read.find("text/html") == std::string::npos);
    CHECK(read.find("List-") == std::string::npos);
    mail.text = "";
    CHECK(run_python("../base/read_mail.py", rendered(mail)).find("'BEGIN:VCALENDAR") != std::string::npos);
}

TEST_CASE("no line of a mail is longer than others take, and the same mail is the same bytes", "[outbound]") {
    Mail mail = full_mail();
    mail.to = std::string(60, 'a') + "@" + std::string(60, 'b') + "." + std::string(60, 'c') + "." +
              std::string(60, 'd') + ".org";
    mail.text = mail.html = std::string(5'000, 'x');
    mail.calendar->bytes += std::string(5'000, 'x');
    mail.list_id = std::string(251, 'l') + ".org";
    mail.message_id = std::string(180, 'm') + "@radio.example";
    const std::string message = rendered(mail);
    for (const std::string& line : split(message, '\n')) {
        CHECK(line.size() <= 999);  // 998 and the CR
        CHECK((line.empty() || line.ends_with('\r')));
    }
    CHECK(rendered(mail) == message);
    const std::string read = run_python("../base/read_mail.py", message);
    CHECK(read.find("To: " + mail.to + "\n") != std::string::npos);
    CHECK(read.find("Message-ID: <" + mail.message_id + ">\n") != std::string::npos);
    CHECK(read.find("List-Id: <" + mail.list_id + ">\n") != std::string::npos);
    CHECK(read.find("List-Unsubscribe: <" + mail.unsubscribe + ">\n") != std::string::npos);
    mail.message_id = "other@radio.example";
    const auto boundary = [](const std::string& bytes) { return bytes.substr(bytes.find("boundary="), 45); };
    CHECK(boundary(rendered(mail)) != boundary(message));
}

TEST_CASE("nothing in a part or a list header can be another", "[outbound]") {
    const auto refused = [](auto change) {
        Mail bad = full_mail();
        change(bad);
        try {
            rendered(bad);
        } catch (const Invalid& error) {
            return error.field();
        }
        return std::string("taken");
    };
    REQUIRE(refused([](Mail&) {}) == "taken");
    CHECK(refused([](Mail& m) { m.html = "\xff"; }) == "html");
    CHECK(refused([](Mail& m) { m.html = std::string(1, '\0') + "x"; }) == "html");
    CHECK(refused([](Mail& m) { m.html = std::string(1024 * 1024 + 1, 'x'); }) == "html");
    CHECK(refused([](Mail& m) { m.calendar->bytes += std::string(900 * 1024, 'x'); }) == "text");
    CHECK(refused([](Mail& m) { m.calendar->bytes += std::string(1024 * 1024, 'x'); }) == "calendar");
    CHECK(refused([](Mail& m) { m.calendar->method = "REQUEST"; }) == "calendar");
    CHECK(refused([](Mail& m) { m.calendar->method = ""; }) == "calendar");
    CHECK(refused([](Mail& m) { m.calendar->method = "CANCEL\r\nX: y"; }) == "calendar");
    CHECK(refused([](Mail& m) { m.calendar->bytes = "\r\nMETHOD:CANCEL\r\n"; }) == "calendar");
    CHECK(refused([](Mail& m) { m.calendar->bytes += "\xff"; }) == "calendar");
    CHECK(refused([](Mail& m) { m.unsubscribe += "x"; }) == "unsubscribe");
    for (const char* url : {"mailto:stop@radio.example", "https://radio.example/>,<https://evil.example/",
                            "https://radio.example/\r\nBcc: x@y.z", "https://u:p@radio.example/", "stop"})
        CHECK(refused([&](Mail& m) { m.unsubscribe = url; }) == "unsubscribe");
    for (const std::string& id : {std::string("show"), std::string(".example"), std::string("a..b"),
                                  std::string("a.b."), std::string("a.b>\r\nBcc: x@y.z"),
                                  std::string("a b.c"), std::string(252, 'l') + ".org", std::string(".")})
        CHECK(refused([&](Mail& m) { m.list_id = id; }) == "list_id");
    CHECK_THROWS_AS(outbound::render(full_mail(), "x@y.z", std::string(65, '1')), Invalid);
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
