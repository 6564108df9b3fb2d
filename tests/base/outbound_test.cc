#include "base/outbound.h"

#include <catch2/catch.hpp>

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
