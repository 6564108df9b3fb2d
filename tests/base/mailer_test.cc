#include "base/mailer.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <map>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/outbound.h"
#include "base/text.h"

using namespace stagecast;
using outbound::Mailer;

namespace {

constexpr const char* kSender = "radio@example.org";
constexpr const char* kMessage = "Subject: x\r\n\r\n.\r\ndot\r\n";

// What is said to a command; the nth of its kind on one connection is "MAIL 2", the greeting "CONNECT" and
// what follows a message "END". After one that ends with "bye" the connection does too.
using Replies = std::map<std::string, std::string>;
constexpr const char* kHangUp = "";

// A mail server on a port of the system's choice that says to each connection in turn what was set for it,
// else what a server that takes everything says.
class MailServer {
public:
    explicit MailServer(std::vector<Replies> replies = {}) : replies_(std::move(replies)) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
        ::listen(listener_, 8);
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        url_ = fmt::format("smtp://127.0.0.1:{}", ntohs(address.sin_port));
        thread_ = std::jthread([this] { serve(); });
    }
    ~MailServer() {
        stop();
        ::close(listener_);
    }
    const std::string& url() const { return url_; }
    // The following are for when the Mailer is gone.
    const std::string& commands() {
        stop();
        return commands_;
    }
    // All that were read to their end, taken or not.
    const std::vector<std::string>& messages() {
        stop();
        return messages_;
    }
    int connections() {
        stop();
        return connections_;
    }

private:
    void stop() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_ = {};
    }
    void serve() {
        for (int client = -1; (client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
            const timeval patience{10, 0};
            ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
            const auto index = static_cast<std::size_t>(connections_++);
            talk(client, index < replies_.size() ? replies_[index] : Replies{});
            ::close(client);
        }
    }
    void talk(int client, const Replies& replies) {
        std::map<std::string, int> seen;
        const auto answer = [&](const std::string& verb, const std::string& otherwise) {
            const int times = ++seen[verb];
            const auto found = replies.find(times == 1 ? verb : fmt::format("{} {}", verb, times));
            const std::string reply = found == replies.end() ? otherwise : found->second;
            last_said_ = reply;
            return reply != kHangUp && say(client, reply) && !reply.ends_with("bye");
        };
        bool goes_on = answer("CONNECT", "220 ready");
        while (goes_on) {
            const std::string line = read_line(client);
            const std::string verb = line.substr(0, 4);
            commands_ += line;
            if (line.empty()) break;
            goes_on = answer(verb, verb == "DATA" ? "354 go on" : "250 fine") && verb != "QUIT";
            if (verb == "DATA" && goes_on && last_said_.starts_with("354"))
                goes_on = read_message(client) && answer("END", "250 taken");
        }
    }
    bool read_message(int client) {
        std::string message;
        while (!message.ends_with("\r\n.\r\n")) {
            const std::string line = read_line(client);
            if (line.empty()) return false;
            message += line;
        }
        messages_.push_back(message);
        return true;
    }
    static bool say(int client, const std::string& reply) {
        const std::string line = reply + "\r\n";
        return ::send(client, line.data(), line.size(), MSG_NOSIGNAL) > 0;
    }
    static std::string read_line(int client) {
        std::string line;
        for (char c = 0; !line.ends_with("\r\n") && ::recv(client, &c, 1, 0) == 1;) line += c;
        return line.ends_with("\r\n") ? line : "";
    }

    const std::vector<Replies> replies_;
    int listener_ = -1;
    int connections_ = 0;  // the server's thread's until that has ended, as what follows
    std::string url_, commands_, last_said_;
    std::vector<std::string> messages_;
    std::jthread thread_;
};

enum class Login { kNotAsked, kAsked };

// Debian's aiosmtpd (smtp_server.py). Ends with its scope.
class RealServer {
public:
    explicit RealServer(Login login = Login::kNotAsked) {
        int in[2], out[2];
        REQUIRE(pipe2(in, O_CLOEXEC) == 0);
        REQUIRE(pipe2(out, O_CLOEXEC) == 0);
        const auto script = std::string(STAGECAST_TEST_DATA) + "/../base/smtp_server.py";
        child_ = fork();
        if (child_ == 0) {
            dup2(in[0], 0);
            dup2(out[1], 1);
            execl("/usr/bin/python3", "python3", script.c_str(), login == Login::kAsked ? "login" : nullptr,
                  nullptr);
            _exit(127);
        }
        close(in[0]);
        close(out[1]);
        to_child_ = in[1];
        from_child_ = fdopen(out[0], "r");
        REQUIRE(fscanf(from_child_, "%d", &port_) == 1);
        REQUIRE(fgetc(from_child_) == '\n');
    }
    ~RealServer() {
        stop();
        fclose(from_child_);
        waitpid(child_, nullptr, 0);
    }
    std::string url(const std::string& user = "") const {
        return fmt::format("smtp://{}127.0.0.1:{}", user, port_);
    }
    // All that happened, a line each.
    std::string events() {
        stop();
        std::string text;
        char buffer[4096];
        while (const auto length_bytes = fread(buffer, 1, sizeof buffer, from_child_))
            text.append(buffer, length_bytes);
        return text;
    }

private:
    void stop() {
        if (to_child_ >= 0) close(to_child_);
        to_child_ = -1;
    }

    pid_t child_ = -1;
    int to_child_ = -1;
    FILE* from_child_ = nullptr;
    int port_ = 0;
};

// What the real server tells of a mail that it got as it was sent.
std::string got(const std::string& to, const std::string& message) {
    return fmt::format("mail {} {}\n", to, sha256_hex(message));
}

std::string outcome(Mailer& mailer, const std::string& to = "ana@example.org") {
    try {
        mailer.send(kSender, to, kMessage);
        return "taken";
    } catch (const Invalid& error) {
        return "refused: " + error.field();
    } catch (const Unavailable&) {
        return "later";
    }
}

}  // namespace

TEST_CASE("a real mail server gets many mails as they are over one connection", "[mailer]") {
    RealServer server;
    std::string expected = "connected\n";
    {
        Mailer mailer(server.url());
        for (int i = 0; i < 20; ++i) {
            const std::string to = fmt::format("ana{}@example.org", i);
            const std::string message = outbound::render(
                {to, "Hello", ".\ndot é\n" + std::string(static_cast<std::size_t>(i) * 5'000, 'x'),
                 fmt::format("{}@radio.example", i)},
                kSender, "Tue, 24 Nov 2026 19:00:00 +0000");
            mailer.send(kSender, to, message);
            expected += got(to, message);
        }
    }
    CHECK(server.events() == expected + "quit\n");
}

TEST_CASE("who a real server refuses is told from who may be asked later, and the next mail goes out",
          "[mailer]") {
    RealServer server;
    {
        Mailer mailer(server.url());
        CHECK(outcome(mailer, "ana@example.org") == "taken");
        CHECK(outcome(mailer, "nobody@example.org") == "refused: to");
        CHECK(outcome(mailer, "ben@example.org") == "taken");
        CHECK(outcome(mailer, "later@example.org") == "later");
        CHECK(outcome(mailer, "cleo@example.org") == "taken");
    }
    const auto mail = [](const std::string& name) { return got(name + "@example.org", kMessage); };
    CHECK(server.events() == "connected\n" + mail("ana") + "quit\nconnected\n" + mail("ben") +
                                 "quit\nconnected\n" + mail("cleo") + "quit\n");
}

TEST_CASE("a real server that asks for a login gets it once a connection", "[mailer]") {
    RealServer server(Login::kAsked);
    {
        Mailer mailer(server.url("radio:right%20horse@"));
        CHECK(outcome(mailer) == "taken");
        CHECK(outcome(mailer) == "taken");
        Mailer wrong(server.url("radio:wrong@"));
        CHECK(outcome(wrong) == "later");
        Mailer nobody(server.url());
        CHECK(outcome(nobody) == "later");
    }
    const std::string events = server.events(), mail = got("ana@example.org", kMessage);
    CHECK(events.starts_with("connected\nlogin radio right horse\n" + mail + mail + "connected\n"));
    CHECK(events.find(mail, events.find("wrong")) == std::string::npos);
}

TEST_CASE("a mail server gets the sender, the receiver and the message as rendered", "[mailer]") {
    MailServer server;
    {
        Mailer mailer(server.url());
        CHECK(outcome(mailer) == "taken");
    }
    CHECK(server.commands().find("MAIL FROM:<radio@example.org>") != std::string::npos);
    CHECK(server.commands().find("RCPT TO:<ana@example.org>") != std::string::npos);
    CHECK(server.commands().ends_with("QUIT\r\n"));
    CHECK(server.messages() ==
          std::vector<std::string>{"Subject: x\r\n\r\n..\r\ndot\r\n.\r\n"});  // a dot on its own ends nothing
}

TEST_CASE("a receiver or message refused for good is Invalid, everything else may pass", "[mailer]") {
    const auto replied = [](const std::string& command, const std::string& reply) {
        MailServer server(std::vector{Replies{{command, reply}}});
        Mailer mailer(server.url());
        return outcome(mailer);
    };
    CHECK(replied("RCPT", "550 no such user") == "refused: to");
    CHECK(replied("END", "554 spam") == "refused: to");
    for (const auto& [command, reply] : Replies{{"CONNECT", "554 busy"},
                                                {"MAIL", "550 not from you"},
                                                {"RCPT", "451 later"},
                                                {"DATA", "451 later"},
                                                {"END", "452 full"},
                                                {"EHLO", kHangUp}}) {
        INFO(command << " " << reply);
        CHECK(replied(command, reply) == "later");
    }
    CHECK(replied("CONNECT", "421 busy") == "later");
    CHECK(replied("DATA", "554 no") == "later");
}

TEST_CASE("a kept connection that ends before a mail is replaced, and the mail arrives once", "[mailer]") {
    for (const Replies& first :
         {Replies{{"MAIL 2", kHangUp}}, Replies{{"MAIL 2", "421 bye"}},
          Replies{{"MAIL 2", "452 too many mails"}}, Replies{{"RCPT 2", kHangUp}},
          Replies{{"DATA 2", kHangUp}}, Replies{{"RCPT 2", "421 bye"}}, Replies{{"END", "250 taken, bye"}}}) {
        INFO(first.begin()->first << " " << first.begin()->second);
        MailServer server({first});
        {
            Mailer mailer(server.url());
            CHECK(outcome(mailer) == "taken");
            CHECK(outcome(mailer) == "taken");
            CHECK(outcome(mailer) == "taken");
        }
        CHECK(server.messages().size() == 3);
        CHECK(server.connections() == 2);
    }
}

TEST_CASE("a connection is tried anew only once, and a new one not at all", "[mailer]") {
    MailServer server({{{"MAIL 2", kHangUp}}, {{"MAIL", kHangUp}}, {{"MAIL", kHangUp}}});
    {
        Mailer mailer(server.url());
        CHECK(outcome(mailer) == "taken");
        CHECK(outcome(mailer) == "later");  // the first and the second connection
        CHECK(outcome(mailer) == "later");  // the third
        CHECK(outcome(mailer) == "taken");
    }
    CHECK(server.connections() == 4);
    CHECK(server.messages().size() == 2);
}

TEST_CASE("a mail that the server may have taken is not sent by us again", "[mailer]") {
    for (const Replies& first : {Replies{{"END 2", kHangUp}}, Replies{{"END 2", "421 bye"}}}) {
        MailServer server({first});
        {
            Mailer mailer(server.url());
            CHECK(outcome(mailer) == "taken");
            CHECK(outcome(mailer) == "later");
        }
        CHECK(server.messages().size() == 2);
        CHECK(server.connections() == 1);
    }
}

TEST_CASE("what is refused on a kept connection is not asked for again on another", "[mailer]") {
    for (const Replies& first : {Replies{{"RCPT 2", "451 later"}}, Replies{{"RCPT 2", "550 no"}},
                                 Replies{{"DATA 2", "451 later"}}}) {
        INFO(first.begin()->first << " " << first.begin()->second);
        MailServer server({first});
        {
            Mailer mailer(server.url());
            CHECK(outcome(mailer) == "taken");
            CHECK(outcome(mailer) != "taken");
        }
        CHECK(server.connections() == 1);
    }
}

TEST_CASE("a mail server that is not there is Unavailable, an address that is none is never asked",
          "[mailer]") {
    std::string url;
    {
        const MailServer gone;
        url = gone.url();
    }
    Mailer mailer(url);
    CHECK(outcome(mailer) == "later");
    CHECK(outcome(mailer, "d@e.f>\r\nRCPT TO:<x@y.z") == "refused: to");
    CHECK_THROWS_AS(mailer.send("a b", "d@e.f", "x"), Invalid);
    Mailer file("file:///etc/passwd");
    CHECK(outcome(file) == "later");
}
