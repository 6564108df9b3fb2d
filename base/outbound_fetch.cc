#include <curl/curl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include "base/address.h"
#include "base/error.h"
#include "base/outbound.h"
#include "base/text.h"

namespace stagecast::outbound {
namespace {

constexpr std::size_t kMaxUrlBytes = 2'000;
constexpr std::size_t kMaxHeaderBytes = 64 * 1024;      // of an answer, all together
constexpr std::size_t kMaxHeaderValueBytes = 8 * 1024;  // of one that is sent
constexpr std::chrono::seconds kMaxRetryAfter{24 * 3600};
constexpr std::chrono::seconds kRetryAfter{60};
constexpr std::string_view kField = "url";

struct CurlDeleter {
    void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
    void operator()(char* text) const { curl_free(text); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Curl = std::unique_ptr<CURL, CurlDeleter>;
using Url = std::unique_ptr<CURLU, CurlDeleter>;
using List = std::unique_ptr<curl_slist, CurlDeleter>;

[[noreturn]] void refuse(const std::string& why, std::string_view field = kField) {
    throw Invalid(std::string(field), why);
}

template <class T>
void set(CURL* curl, CURLoption option, T value) {
    if (const CURLcode code = curl_easy_setopt(curl, option, value); code != CURLE_OK)
        throw Unavailable(fmt::format("fetch: {}", curl_easy_strerror(code)), kRetryAfter);
}

std::string part(CURLU* url, CURLUPart which) {
    char* text = nullptr;
    if (curl_url_get(url, which, &text, 0) != CURLUE_OK) return {};
    return std::unique_ptr<char, CurlDeleter>(text).get();
}

bool is_plain_url(std::string_view text) {
    return text.size() <= kMaxUrlBytes &&
           std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

// An absolute http or https address without a user.
Url parsed(const std::string& text, std::string_view field) {
    if (!is_plain_url(text))
        refuse(fmt::format("must be at most {} printable ASCII characters, others as %XX", kMaxUrlBytes),
               field);
    Url url(curl_url());
    if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK)
        refuse("must be an address like https://example.org/calendar.ics", field);
    const std::string scheme = part(url.get(), CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https") refuse("must begin with https:// or http://", field);
    if (part(url.get(), CURLUPART_HOST).empty()) refuse("names no server", field);
    if (!part(url.get(), CURLUPART_USER).empty() || !part(url.get(), CURLUPART_PASSWORD).empty())
        refuse("must not hold a user or password", field);
    return url;
}

// As curl reads it: what is checked is what is asked.
std::string checked_url(const std::string& text) {
    const Url url = parsed(text, kField);
    curl_url_set(url.get(), CURLUPART_FRAGMENT, nullptr, 0);
    return part(url.get(), CURLUPART_URL);
}

// One transfer as curl calls back into it.
class Transfer {
public:
    Transfer(AddressPolicy addresses, std::size_t max_bytes) : addresses_(addresses), max_bytes_(max_bytes) {}

    // The address is judged here, on what is about to be connected: no second look-up can differ from it.
    static curl_socket_t open_socket(void* self, curlsocktype, curl_sockaddr* address) {
        auto& transfer = *static_cast<Transfer*>(self);
        if (transfer.addresses_ == AddressPolicy::kPublicOnly && !is_public_address(address->addr)) {
            transfer.met_private_address = true;
            return CURL_SOCKET_BAD;
        }
        return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    }
    static std::size_t write(const char* data, std::size_t size, std::size_t count, void* self) {
        auto& transfer = *static_cast<Transfer*>(self);
        const std::size_t more_bytes = size * count;
        const std::size_t kept_bytes = std::min(more_bytes, transfer.max_bytes_ - transfer.bytes.size());
        transfer.bytes.append(data, kept_bytes);
        transfer.is_too_large = kept_bytes < more_bytes;
        return kept_bytes;  // fewer than it has: curl ends the transfer
    }
    static std::size_t header(const char*, std::size_t size, std::size_t count, void* self) {
        auto& transfer = *static_cast<Transfer*>(self);
        transfer.header_bytes_ += size * count;
        return transfer.header_bytes_ > kMaxHeaderBytes ? 0 : size * count;
    }

    std::string bytes;
    bool met_private_address = false;
    bool is_too_large = false;

private:
    const AddressPolicy addresses_;
    const std::size_t max_bytes_;
    std::size_t header_bytes_ = 0;
};

Curl prepared(const std::string& url, Milliseconds total, Transfer& transfer, char* reason) {
    Curl curl(curl_easy_init());
    if (!curl) throw Unavailable("fetch: no memory", kRetryAfter);
    set(curl.get(), CURLOPT_URL, url.c_str());
    set(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
    set(curl.get(), CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(curl.get(), CURLOPT_FOLLOWLOCATION, 0L);
    set(curl.get(), CURLOPT_PROXY, "");  // a proxy would connect for us, past our look at the address
    set(curl.get(), CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(curl.get(), CURLOPT_NOSIGNAL, 1L);
    set(curl.get(), CURLOPT_QUICK_EXIT, 1L);  // a name server that does not answer holds nobody longer
    set(curl.get(), CURLOPT_FRESH_CONNECT, 1L);
    set(curl.get(), CURLOPT_USERAGENT, "Stagecast");
    set(curl.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(total.count()));
    set(curl.get(), CURLOPT_OPENSOCKETFUNCTION, &Transfer::open_socket);
    set(curl.get(), CURLOPT_OPENSOCKETDATA, &transfer);
    set(curl.get(), CURLOPT_WRITEFUNCTION, &Transfer::write);
    set(curl.get(), CURLOPT_WRITEDATA, &transfer);
    set(curl.get(), CURLOPT_HEADERFUNCTION, &Transfer::header);
    set(curl.get(), CURLOPT_HEADERDATA, &transfer);
    set(curl.get(), CURLOPT_ERRORBUFFER, reason);
    return curl;
}

[[noreturn]] void explain_no_answer(CURLcode code, std::string_view reason) {
    if (code == CURLE_OPERATION_TIMEDOUT)
        throw Unavailable("the server of this address takes too long to answer", kRetryAfter);
    throw Unavailable(fmt::format("the server of this address does not answer: {}", reason), kRetryAfter);
}

void check_met_addresses(CURLcode code, const Transfer& transfer) {
    if (transfer.met_private_address && code == CURLE_COULDNT_CONNECT)
        refuse("leads to an address that is not public");
}

[[noreturn]] void explain(CURLcode code, const Transfer& transfer, const FetchLimits& limits,
                          std::string_view reason) {
    if (transfer.is_too_large || code == CURLE_FILESIZE_EXCEEDED)
        refuse(fmt::format("holds more than {} bytes", limits.max_bytes));
    check_met_addresses(code, transfer);
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
            refuse("names a server that cannot be found");
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
            refuse(fmt::format("cannot be asked securely: {}", reason));
        case CURLE_WRITE_ERROR:
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_HTTP2:
            refuse("leads to a server that answers with something other than HTTP");
        default:
            explain_no_answer(code, reason);
    }
}

long status_of(CURL* curl) {
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

void check_not_redirected(CURL* curl, long status) {
    if (status < 300 || status >= 400) return;
    const char* target = nullptr;
    curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &target);
    if (target != nullptr && is_plain_url(target))
        refuse(fmt::format("leads on to {}: give that address instead", target));
    refuse("leads on to another address: give that one instead");
}

void check_status(CURL* curl) {
    const long status = status_of(curl);
    if (status == 200) return;
    if (status == 429 || status >= 500)
        throw Unavailable(fmt::format("the server of this address cannot answer now ({})", status),
                          kRetryAfter);
    check_not_redirected(curl, status);
    if (status == 401 || status == 403) refuse("is not open to everybody: give a public address");
    if (status == 404 || status == 410) refuse(fmt::format("leads nowhere ({})", status));
    refuse(fmt::format("was answered with status {}", status));
}

bool is_token(std::string_view text) {
    static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";  // RFC 9110, 5.6.2
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

void check_header(const Header& header) {
    static constexpr std::array<std::string_view, 6> kOurs{
        "host", "content-length", "transfer-encoding", "connection", "expect", "upgrade"};
    const auto is_printable = [](char c) { return c >= 0x20 && c < 0x7f; };
    const bool good = is_token(header.name) && header.name.size() <= 100 && !trim(header.value).empty() &&
                      header.value.size() <= kMaxHeaderValueBytes &&
                      std::ranges::all_of(header.value, is_printable) &&
                      std::ranges::find(kOurs, lower_ascii(header.name)) == kOurs.end();
    if (!good) refuse("must be named tokens with one line of printable ASCII each", "headers");
}

List header_list(const std::vector<Header>& headers) {
    List list;
    const auto add = [&list](const std::string& line) {
        curl_slist* longer = curl_slist_append(list.get(), line.c_str());
        if (longer == nullptr) throw Unavailable("post: no memory", kRetryAfter);
        [[maybe_unused]] curl_slist* same = list.release();
        list.reset(longer);
    };
    add("Content-Type:");  // curl would call every body a form; what is asked for below counts
    add("Expect:");        // nobody waits to be told to go on
    for (const Header& header : headers) {
        check_header(header);
        add(header.name + ": " + header.value);
    }
    return list;
}

std::optional<std::chrono::seconds> retry_after_of(CURL* curl) {
    curl_off_t wait_s = 0;
    curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait_s);
    if (wait_s <= 0) return std::nullopt;
    return std::min(std::chrono::seconds(wait_s), kMaxRetryAfter);
}

}  // namespace

void check_url(const std::string& url, std::string_view field) {
    parsed(url, field);
}

std::string origin_of(const std::string& url, std::string_view field) {
    const Url parts = parsed(url, field);
    const std::string scheme = part(parts.get(), CURLUPART_SCHEME);
    const std::string port = part(parts.get(), CURLUPART_PORT);
    const std::string own_port = scheme == "https" ? "443" : "80";
    return scheme + "://" + lower_ascii(part(parts.get(), CURLUPART_HOST)) +
           (port.empty() || port == own_port ? "" : ":" + port);
}

Fetched fetch(const std::string& url, const FetchLimits& limits) {
    const std::string asked = checked_url(url);
    Transfer transfer(limits.addresses, limits.max_bytes);
    std::array<char, CURL_ERROR_SIZE> reason{};
    const Curl curl = prepared(asked, limits.total, transfer, reason.data());
    set(curl.get(), CURLOPT_FAILONERROR, 1L);  // nobody reads the page of an error
    set(curl.get(), CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(limits.max_bytes));
    const CURLcode code = curl_easy_perform(curl.get());
    if (code == CURLE_OK || code == CURLE_HTTP_RETURNED_ERROR || code == CURLE_FILESIZE_EXCEEDED)
        check_status(curl.get());
    if (code != CURLE_OK)
        explain(code, transfer, limits, reason[0] != '\0' ? reason.data() : curl_easy_strerror(code));
    const char* type = nullptr;
    curl_easy_getinfo(curl.get(), CURLINFO_CONTENT_TYPE, &type);
    return {std::move(transfer.bytes), type != nullptr ? type : ""};
}

Posted post(const PostRequest& request) {
    const std::string asked = checked_url(request.url);
    const List headers = header_list(request.headers);
    if (request.body.size() > request.limits.max_bytes)
        refuse(fmt::format("must have at most {} bytes", request.limits.max_bytes), "body");
    Transfer transfer(request.limits.addresses, kMaxAnswerBytes);
    std::array<char, CURL_ERROR_SIZE> reason{};
    const Curl curl = prepared(asked, request.limits.total, transfer, reason.data());
    set(curl.get(), CURLOPT_HTTPHEADER, headers.get());
    set(curl.get(), CURLOPT_POST, 1L);
    set(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(curl.get(), CURLOPT_POSTFIELDS, request.body.data());
    const CURLcode code = curl_easy_perform(curl.get());
    check_met_addresses(code, transfer);
    const long status = status_of(curl.get());
    if (status < 200) explain_no_answer(code, reason[0] != '\0' ? reason.data() : curl_easy_strerror(code));
    check_not_redirected(curl.get(), status);
    return {static_cast<int>(status), std::move(transfer.bytes), retry_after_of(curl.get())};
}

}  // namespace stagecast::outbound
