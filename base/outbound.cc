#include "base/outbound.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"

namespace stagecast::outbound {
namespace {

constexpr std::size_t kMaxMessageBytes = 1024 * 1024;
constexpr std::size_t kMaxDateCharacters = 64;
constexpr std::size_t kMaxHeaderLineCharacters = 78;    // RFC 5322, 2.1.1: should; it must be at most 998
constexpr std::size_t kMaxUnsubscribeCharacters = 900;  // an address cannot be folded
constexpr std::size_t kMaxListIdCharacters = 255;       // RFC 2919, 3
constexpr std::size_t kMaxQuotedLineCharacters = 76;    // RFC 2045, 6.7 (5), a soft break's '=' counted
constexpr std::size_t kMaxPlainSubjectCharacters = 60;
// An encoded word has at most 75 characters, a header line 76 (RFC 2047, 2): 39 bytes are 52 of base64, 64
// with
// "=?UTF-8?B?" and "?=", 73 after "Subject: ".
constexpr std::size_t kMaxEncodedWordBytes = 39;

bool is_printable_ascii(char c) {
    return c >= 0x20 && c < 0x7f;
}

// RFC 2047: whole characters only in each encoded word.
std::string encoded_subject(std::string_view subject) {
    const bool plain = std::ranges::all_of(subject, is_printable_ascii) &&
                       subject.size() <= kMaxPlainSubjectCharacters &&
                       subject.find("=?") == std::string_view::npos;
    if (plain) return std::string(subject);
    std::string out;
    while (!subject.empty()) {
        std::string_view rest = subject;
        std::size_t taken_bytes = 0;
        while (!rest.empty() && take_utf8(rest) && subject.size() - rest.size() <= kMaxEncodedWordBytes)
            taken_bytes = subject.size() - rest.size();
        if (!out.empty()) out += "\r\n ";
        out += "=?UTF-8?B?" + base64(subject.substr(0, taken_bytes)) + "?=";
        subject.remove_prefix(taken_bytes);
    }
    return out;
}

// RFC 2045, 6.7, for text: what every transport passes unchanged.
class QuotedPrintable {
public:
    std::string encode(std::string_view text) {
        for (std::size_t i = 0; i < text.size(); ++i) {
            const bool ends_line = i + 1 == text.size() || text[i + 1] == '\n' || text[i + 1] == '\r';
            if (text[i] == '\n') {
                end_line();
            } else if (text[i] != '\r') {
                add(token(text[i], ends_line));
            }
        }
        if (line_characters_ > 0) end_line();
        return std::move(out_);
    }

private:
    static std::string token(char c, bool ends_line) {
        const bool space = c == ' ' || c == '\t';
        const bool literal = space ? !ends_line : is_printable_ascii(c) && c != '=';
        return literal ? std::string(1, c) : fmt::format("={:02X}", static_cast<unsigned char>(c));
    }
    void add(const std::string& token) {
        if (line_characters_ + token.size() >= kMaxQuotedLineCharacters) {
            out_ += '=';
            end_line();
        }
        out_ += token;
        line_characters_ += token.size();
    }
    void end_line() {
        out_ += "\r\n";
        line_characters_ = 0;
    }
    std::string out_;
    std::size_t line_characters_ = 0;
};

void check_message_id(const std::string& id) {
    const bool good = !id.empty() && id.size() <= 200 && std::ranges::count(id, '@') == 1 &&
                      id.find_first_of("<> ") == std::string::npos &&
                      std::ranges::all_of(id, is_printable_ascii);
    if (!good) throw Invalid("message_id", "must be like name@host, in printable ASCII");
}

// At most 76 characters a line (RFC 2045, 6.8).
std::string encoded_base64(std::string_view bytes) {
    static constexpr std::size_t kLineBytes = 57;
    std::string out;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kLineBytes)))
        out += base64(bytes.substr(0, kLineBytes)) + "\r\n";
    return out;
}

// value has no place to be folded at but before it.
std::string header(std::string_view name, std::string_view value) {
    const bool fits = name.size() + 2 + value.size() <= kMaxHeaderLineCharacters;
    return fmt::format("{}:{}{}\r\n", name, fits ? " " : "\r\n ", value);
}

void check_unsubscribe(const std::string& url) {
    check_url(url, "unsubscribe");
    if (url.size() > kMaxUnsubscribeCharacters || url.find_first_of("<>") != std::string::npos)
        throw Invalid("unsubscribe", fmt::format("must have at most {} characters, none of them < or >",
                                                 kMaxUnsubscribeCharacters));
}

// RFC 2919, 2: a dot-atom of two parts or more, of which we take what a host's name is made of.
void check_list_id(const std::string& id) {
    const auto is_allowed = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_' || c == '.';
    };
    const bool good = id.size() <= kMaxListIdCharacters && std::ranges::all_of(id, is_allowed) &&
                      id.find('.') != std::string::npos && id.find("..") == std::string::npos &&
                      id.front() != '.' && id.back() != '.';
    if (!good) throw Invalid("list_id", "must be like show.radio.example");
}

void check_calendar(const MailCalendar& calendar) {
    static constexpr std::array<std::string_view, 8> kMethods{
        "PUBLISH", "REQUEST", "REPLY", "ADD", "CANCEL", "REFRESH", "COUNTER", "DECLINECOUNTER"};
    const bool good = std::ranges::find(kMethods, calendar.method) != kMethods.end() &&
                      calendar.bytes.size() <= kMaxMessageBytes && is_utf8(calendar.bytes) &&
                      calendar.bytes.starts_with("BEGIN:VCALENDAR\r\n") &&
                      calendar.bytes.find("\r\nMETHOD:" + calendar.method + "\r\n") != std::string::npos;
    if (!good) throw Invalid("calendar", "must be an iCalendar object with the method that is said");
}

void check_mail(const Mail& mail) {
    checked_text(mail.text, "text", 0, kMaxMessageBytes, Lines::kMany);
    checked_text(mail.html, "html", 0, kMaxMessageBytes, Lines::kMany);
    check_message_id(mail.message_id);
    if (mail.calendar) check_calendar(*mail.calendar);
    if (!mail.unsubscribe.empty()) check_unsubscribe(mail.unsubscribe);
    if (!mail.list_id.empty()) check_list_id(mail.list_id);
}

std::string list_headers(const Mail& mail) {
    std::string headers;
    if (!mail.list_id.empty()) headers += header("List-Id", "<" + mail.list_id + ">");
    if (!mail.unsubscribe.empty())
        headers += header("List-Unsubscribe", "<" + mail.unsubscribe + ">") +
                   header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    return headers;
}

std::string text_part(std::string_view type, std::string_view text) {
    return fmt::format(
        "Content-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}", type,
        QuotedPrintable().encode(text));
}

// What a reader shows is the last it understands (RFC 2046, 5.1.4).
std::vector<std::string> parts_of(const Mail& mail) {
    std::vector<std::string> parts{text_part("text/plain", mail.text)};
    if (!mail.html.empty()) parts.push_back(text_part("text/html", mail.html));
    if (mail.calendar)
        parts.push_back(
            header("Content-Type", "text/calendar; charset=utf-8; method=" + mail.calendar->method) +
            "Content-Transfer-Encoding: base64\r\n\r\n" + encoded_base64(mail.calendar->bytes));
    return parts;
}

std::string entity(const Mail& mail) {
    const auto parts = parts_of(mail);
    if (parts.size() == 1) return parts.front();
    // No line of quoted-printable or base64 holds "=_" (RFC 2045, 6.7): no part can end another.
    const std::string boundary = "=_" + sha256_hex(mail.message_id).substr(0, 32);
    std::string out = header("Content-Type", "multipart/alternative; boundary=\"" + boundary + "\"") + "\r\n";
    for (const std::string& part : parts) out += fmt::format("--{}\r\n{}", boundary, part);
    return out + fmt::format("--{}--\r\n", boundary);
}

}  // namespace

std::string render(const Mail& mail, const std::string& from, const std::string& date_rfc5322) {
    const std::string to = checked_email(mail.to, "to");
    const std::string subject = checked_text(mail.subject, "subject", 1, 300);
    check_mail(mail);
    if (date_rfc5322.size() > kMaxDateCharacters || !std::ranges::all_of(date_rfc5322, is_printable_ascii))
        throw Invalid("date", "must be printable ASCII");
    const std::string message = header("Date", date_rfc5322) + header("From", checked_email(from, "from")) +
                                header("To", to) + "Subject: " + encoded_subject(subject) + "\r\n" +
                                header("Message-ID", "<" + mail.message_id + ">") +
                                header("Auto-Submitted", "auto-generated") + list_headers(mail) +
                                header("MIME-Version", "1.0") + entity(mail);
    if (message.size() > kMaxMessageBytes) throw Invalid("text", "makes a message larger than 1 MiB");
    return message;
}

}  // namespace stagecast::outbound
