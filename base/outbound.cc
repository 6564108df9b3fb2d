#include "base/outbound.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"

namespace stagecast::outbound {
namespace {

constexpr std::size_t kMaxMessageBytes = 1024 * 1024;
constexpr std::size_t kMaxQuotedLineCharacters = 76;  // RFC 2045, 6.7 (5), a soft break's '=' counted
constexpr std::size_t kMaxPlainSubjectCharacters = 60;
// An encoded word has at most 75 characters, a header line 76 (RFC 2047, 2): 39 bytes are 52 of base64, 64
// with
// "=?UTF-8?B?" and "?=", 73 after "Subject: ".
constexpr std::size_t kMaxEncodedWordBytes = 39;
constexpr long kMaxSend_s = 20;
constexpr long kMaxConnect_s = 10;
constexpr std::chrono::seconds kRetryAfter{60};

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

struct CurlDeleter {
    void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Curl = std::unique_ptr<CURL, CurlDeleter>;
using List = std::unique_ptr<curl_slist, CurlDeleter>;

// Bytes that curl takes piece by piece.
struct Upload {
    std::string_view rest;
    static std::size_t read(char* out, std::size_t size, std::size_t count, void* self) {
        auto& rest = static_cast<Upload*>(self)->rest;
        const std::size_t taken_bytes = std::min(rest.size(), size * count);
        std::memcpy(out, rest.data(), taken_bytes);
        rest.remove_prefix(taken_bytes);
        return taken_bytes;
    }
};

template <class T>
void set(CURL* curl, CURLoption option, T value) {
    if (const CURLcode code = curl_easy_setopt(curl, option, value); code != CURLE_OK)
        throw Unavailable(fmt::format("mail: {}", curl_easy_strerror(code)), kRetryAfter);
}

bool is_loopback(const std::string& smtp_url) {
    std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(), curl_url_cleanup);
    char* host_text = nullptr;
    if (curl_url_set(url.get(), CURLUPART_URL, smtp_url.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
        curl_url_get(url.get(), CURLUPART_HOST, &host_text, 0) != CURLUE_OK)
        return false;
    const std::string host(host_text);
    curl_free(host_text);
    return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

// A server that refuses the receiver or, once it has it, the message (5xx), as opposed to us (the greeting,
// MAIL, AUTH) or for now (4xx).
bool refused_for_good(long reply, std::string_view reason, const Upload& upload) {
    return reply >= 500 && reply <= 599 && (reason.starts_with("RCPT failed") || upload.rest.empty());
}

}  // namespace

std::string render(const Mail& mail, const std::string& from, const std::string& date_rfc5322) {
    const std::string to = checked_email(mail.to, "to");
    const std::string subject = checked_text(mail.subject, "subject", 1, 300);
    checked_text(mail.text, "text", 0, kMaxMessageBytes, Lines::kMany);
    check_message_id(mail.message_id);
    if (!std::ranges::all_of(date_rfc5322, is_printable_ascii))
        throw Invalid("date", "must be printable ASCII");
    const std::string message = fmt::format(
        "Date: {}\r\nFrom: {}\r\nTo: {}\r\nSubject: {}\r\nMessage-ID: <{}>\r\nAuto-Submitted: "
        "auto-generated\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n{}",
        date_rfc5322, checked_email(from, "from"), to, encoded_subject(subject), mail.message_id,
        QuotedPrintable().encode(mail.text));
    if (message.size() > kMaxMessageBytes) throw Invalid("text", "makes a message larger than 1 MiB");
    return message;
}

void send_smtp(const std::string& smtp_url, const std::string& from, const std::string& to,
               const std::string& message) {
    const Curl curl(curl_easy_init());
    if (!curl) throw Unavailable("mail: no memory", kRetryAfter);
    const std::string sender = "<" + checked_email(from, "from") + ">";
    const List receivers(curl_slist_append(nullptr, ("<" + checked_email(to, "to") + ">").c_str()));
    Upload upload{message};
    std::array<char, CURL_ERROR_SIZE> reason{};
    set(curl.get(), CURLOPT_URL, smtp_url.c_str());
    set(curl.get(), CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    // To our own machine there is no line to listen on, and its certificate is nobody's we know.
    set(curl.get(), CURLOPT_USE_SSL,
        static_cast<long>(is_loopback(smtp_url) ? CURLUSESSL_NONE : CURLUSESSL_TRY));
    set(curl.get(), CURLOPT_MAIL_FROM, sender.c_str());
    set(curl.get(), CURLOPT_MAIL_RCPT, receivers.get());
    set(curl.get(), CURLOPT_UPLOAD, 1L);
    set(curl.get(), CURLOPT_READFUNCTION, &Upload::read);
    set(curl.get(), CURLOPT_READDATA, &upload);
    set(curl.get(), CURLOPT_ERRORBUFFER, reason.data());
    set(curl.get(), CURLOPT_CONNECTTIMEOUT, kMaxConnect_s);
    set(curl.get(), CURLOPT_TIMEOUT, kMaxSend_s);
    set(curl.get(), CURLOPT_NOSIGNAL, 1L);
    set(curl.get(), CURLOPT_PROXY, "");
    const CURLcode code = curl_easy_perform(curl.get());
    if (code == CURLE_OK) return;
    long reply = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &reply);
    const std::string why = reason[0] != '\0' ? reason.data() : curl_easy_strerror(code);
    if (refused_for_good(reply, why, upload))
        throw Invalid("to", fmt::format("the mail server refused it ({})", reply));
    throw Unavailable(fmt::format("mail: {}", why), kRetryAfter);
}

}  // namespace stagecast::outbound
