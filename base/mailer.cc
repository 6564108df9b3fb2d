#include "base/mailer.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <string_view>

#include "base/error.h"
#include "base/text.h"

namespace stagecast::outbound {
namespace {

constexpr long kMaxSend_s = 20;
constexpr long kMaxConnect_s = 10;
// Servers close what is idle for five minutes (RFC 5321, 4.5.3.2.7), many sooner; one that a router has
// forgotten would cost kMaxSend_s.
constexpr long kMaxIdle_s = 30;
constexpr std::chrono::seconds kRetryAfter{60};

struct CurlDeleter {
    void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
    void operator()(char* text) const { curl_free(text); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
template <class T>
using Owned = std::unique_ptr<T, CurlDeleter>;

// Bytes that curl takes piece by piece.
struct Upload {
    std::string_view rest;
    bool is_begun = false;
    static std::size_t read(char* out, std::size_t size, std::size_t count, void* self) {
        auto& upload = *static_cast<Upload*>(self);
        upload.is_begun = true;
        const std::size_t taken_bytes = std::min(upload.rest.size(), size * count);
        std::memcpy(out, upload.rest.data(), taken_bytes);
        upload.rest.remove_prefix(taken_bytes);
        return taken_bytes;
    }
};

// How one try went.
struct Outcome {
    CURLcode code;
    long reply;       // of SMTP, the last; 0 when there was none
    std::string why;  // empty when it went well
    bool was_kept;    // the connection was that of an earlier mail
};

bool is_loopback(const std::string& smtp_url) {
    const Owned<CURLU> url(curl_url());
    char* host_text = nullptr;
    if (curl_url_set(url.get(), CURLUPART_URL, smtp_url.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
        curl_url_get(url.get(), CURLUPART_HOST, &host_text, 0) != CURLUE_OK)
        return false;
    const std::string host(Owned<char>(host_text).get());
    return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

// A server that refuses the receiver or, once it has it, the message (5xx), as opposed to us (the greeting,
// MAIL, AUTH) or for now (4xx).
bool refused_for_good(const Outcome& outcome, const Upload& upload) {
    return outcome.reply >= 500 && outcome.reply <= 599 &&
           (outcome.why.starts_with("RCPT failed") || (upload.is_begun && upload.rest.empty()));
}

// The server closed a kept connection, or says it will (421), or takes no more mails by it (a refused MAIL):
// another may do. No byte of the message has left.
bool is_connection_spent(const Outcome& outcome, const Upload& upload) {
    if (!outcome.was_kept || upload.is_begun) return false;
    if (outcome.reply == 421 || outcome.why.starts_with("MAIL failed")) return true;
    // libcurl calls a refused RCPT or DATA an error of sending too.
    const bool is_answered = outcome.why.starts_with("RCPT failed") || outcome.why.starts_with("DATA failed");
    return (outcome.code == CURLE_SEND_ERROR || outcome.code == CURLE_RECV_ERROR) && !is_answered;
}

}  // namespace

struct Mailer::Impl {
    template <class T>
    void set(CURLoption option, T value) const {
        if (const CURLcode code = curl_easy_setopt(curl.get(), option, value); code != CURLE_OK)
            throw Unavailable(fmt::format("mail: {}", curl_easy_strerror(code)), kRetryAfter);
    }

    // All but what differs from mail to mail. The connection outlives the reset.
    void prepare() const {
        curl_easy_reset(curl.get());
        set(CURLOPT_URL, smtp_url.c_str());
        set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
        // To our own machine there is no line to listen on, and its certificate is nobody's we know.
        set(CURLOPT_USE_SSL, static_cast<long>(is_loopback(smtp_url) ? CURLUSESSL_NONE : CURLUSESSL_TRY));
        set(CURLOPT_UPLOAD, 1L);
        set(CURLOPT_READFUNCTION, &Upload::read);
        set(CURLOPT_CONNECTTIMEOUT, kMaxConnect_s);
        set(CURLOPT_TIMEOUT, kMaxSend_s);
        set(CURLOPT_SERVER_RESPONSE_TIMEOUT, kMaxSend_s);
        set(CURLOPT_MAXAGE_CONN, kMaxIdle_s);
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_PROXY, "");
    }

    Outcome attempt(const std::string& sender, const curl_slist* receivers, Upload& upload,
                    long fresh_connection) const {
        std::array<char, CURL_ERROR_SIZE> reason{};
        prepare();
        set(CURLOPT_MAIL_FROM, sender.c_str());
        set(CURLOPT_MAIL_RCPT, receivers);
        set(CURLOPT_READDATA, &upload);
        set(CURLOPT_ERRORBUFFER, reason.data());
        set(CURLOPT_FRESH_CONNECT, fresh_connection);
        const CURLcode code = curl_easy_perform(curl.get());
        long reply = 0, made_connections = 0;
        curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &reply);
        curl_easy_getinfo(curl.get(), CURLINFO_NUM_CONNECTS, &made_connections);
        curl_easy_reset(curl.get());  // nothing of ours stays behind in it
        const std::string why = code == CURLE_OK    ? ""
                                : reason[0] != '\0' ? reason.data()
                                                    : curl_easy_strerror(code);
        return {code, reply, why, made_connections == 0};
    }

    const std::string smtp_url;
    const Owned<CURL> curl;
};

Mailer::Mailer(std::string smtp_url) : impl_(new Impl{std::move(smtp_url), Owned<CURL>(curl_easy_init())}) {
    if (!impl_->curl) throw Unavailable("mail: no memory", kRetryAfter);
}

Mailer::~Mailer() = default;

void Mailer::send(const std::string& from, const std::string& to, const std::string& message) {
    const std::string sender = "<" + checked_email(from, "from") + ">";
    const Owned<curl_slist> receivers(
        curl_slist_append(nullptr, ("<" + checked_email(to, "to") + ">").c_str()));
    Upload upload{message};
    Outcome outcome = impl_->attempt(sender, receivers.get(), upload, /*fresh_connection=*/0);
    if (is_connection_spent(outcome, upload))
        outcome = impl_->attempt(sender, receivers.get(), upload, /*fresh_connection=*/1);
    if (outcome.code == CURLE_OK) return;
    if (refused_for_good(outcome, upload))
        throw Invalid("to", fmt::format("the mail server refused it ({})", outcome.reply));
    throw Unavailable(fmt::format("mail: {}", outcome.why), kRetryAfter);
}

}  // namespace stagecast::outbound
