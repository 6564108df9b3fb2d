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

namespace stagecast::outbound {
namespace {

constexpr std::size_t kMaxUrlBytes = 2'000;
constexpr std::size_t kMaxHeaderBytes = 64 * 1024;
constexpr std::chrono::seconds kRetryAfter{60};
constexpr std::string_view kField = "url";

struct CurlDeleter {
    void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
    void operator()(char* text) const { curl_free(text); }
};
using Curl = std::unique_ptr<CURL, CurlDeleter>;
using Url = std::unique_ptr<CURLU, CurlDeleter>;

[[noreturn]] void refuse(const std::string& why) {
    throw Invalid(std::string(kField), why);
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

// An absolute http or https address without a user, as curl reads it: what is checked is what is asked.
std::string checked_url(const std::string& text) {
    if (!is_plain_url(text))
        refuse(fmt::format("must be at most {} printable ASCII characters, others as %XX", kMaxUrlBytes));
    const Url url(curl_url());
    if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK)
        refuse("must be an address like https://example.org/calendar.ics");
    const std::string scheme = part(url.get(), CURLUPART_SCHEME);
    if (scheme != "http" && scheme != "https") refuse("must begin with https:// or http://");
    if (part(url.get(), CURLUPART_HOST).empty()) refuse("names no server");
    if (!part(url.get(), CURLUPART_USER).empty() || !part(url.get(), CURLUPART_PASSWORD).empty())
        refuse("must not hold a user or password");
    curl_url_set(url.get(), CURLUPART_FRAGMENT, nullptr, 0);
    return part(url.get(), CURLUPART_URL);
}

// One transfer as curl calls back into it.
class Transfer {
public:
    explicit Transfer(const FetchLimits& limits) : limits_(limits) {}

    // The address is judged here, on what is about to be connected: no second look-up can differ from it.
    static curl_socket_t open_socket(void* self, curlsocktype, curl_sockaddr* address) {
        auto& transfer = *static_cast<Transfer*>(self);
        if (transfer.limits_.addresses == AddressPolicy::kPublicOnly && !is_public_address(address->addr)) {
            transfer.met_private_address = true;
            return CURL_SOCKET_BAD;
        }
        return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    }
    static std::size_t write(const char* data, std::size_t size, std::size_t count, void* self) {
        auto& transfer = *static_cast<Transfer*>(self);
        const std::size_t more_bytes = size * count;
        if (more_bytes > transfer.limits_.max_bytes - transfer.bytes.size()) {
            transfer.is_too_large = true;
            return 0;
        }
        transfer.bytes.append(data, more_bytes);
        return more_bytes;
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
    const FetchLimits& limits_;
    std::size_t header_bytes_ = 0;
};

Curl prepared(const std::string& url, const FetchLimits& limits, Transfer& transfer, char* reason) {
    Curl curl(curl_easy_init());
    if (!curl) throw Unavailable("fetch: no memory", kRetryAfter);
    set(curl.get(), CURLOPT_URL, url.c_str());
    set(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
    set(curl.get(), CURLOPT_FAILONERROR, 1L);  // nobody reads the page of an error
    set(curl.get(), CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(curl.get(), CURLOPT_FOLLOWLOCATION, 0L);
    set(curl.get(), CURLOPT_PROXY, "");  // a proxy would connect for us, past our look at the address
    set(curl.get(), CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(curl.get(), CURLOPT_NOSIGNAL, 1L);
    set(curl.get(), CURLOPT_QUICK_EXIT, 1L);  // a name server that does not answer holds nobody longer
    set(curl.get(), CURLOPT_FRESH_CONNECT, 1L);
    set(curl.get(), CURLOPT_USERAGENT, "Stagecast");
    set(curl.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(limits.total.count()));
    set(curl.get(), CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(limits.max_bytes));
    set(curl.get(), CURLOPT_OPENSOCKETFUNCTION, &Transfer::open_socket);
    set(curl.get(), CURLOPT_OPENSOCKETDATA, &transfer);
    set(curl.get(), CURLOPT_WRITEFUNCTION, &Transfer::write);
    set(curl.get(), CURLOPT_WRITEDATA, &transfer);
    set(curl.get(), CURLOPT_HEADERFUNCTION, &Transfer::header);
    set(curl.get(), CURLOPT_HEADERDATA, &transfer);
    set(curl.get(), CURLOPT_ERRORBUFFER, reason);
    return curl;
}

[[noreturn]] void explain(CURLcode code, const Transfer& transfer, const FetchLimits& limits,
                          std::string_view reason) {
    if (transfer.is_too_large || code == CURLE_FILESIZE_EXCEEDED)
        refuse(fmt::format("holds more than {} bytes", limits.max_bytes));
    if (transfer.met_private_address && code == CURLE_COULDNT_CONNECT)
        refuse("leads to an address that is not public");
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
        case CURLE_OPERATION_TIMEDOUT:
            throw Unavailable("the server of this address takes too long to answer", kRetryAfter);
        default:
            throw Unavailable(fmt::format("the server of this address does not answer: {}", reason),
                              kRetryAfter);
    }
}

void check_status(CURL* curl) {
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (status == 200) return;
    if (status == 429 || status >= 500)
        throw Unavailable(fmt::format("the server of this address cannot answer now ({})", status),
                          kRetryAfter);
    if (status >= 300 && status < 400) {
        const char* target = nullptr;
        curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &target);
        if (target != nullptr && is_plain_url(target))
            refuse(fmt::format("leads on to {}: give that address instead", target));
        refuse("leads on to another address: give that one instead");
    }
    if (status == 401 || status == 403) refuse("is not open to everybody: give a public address");
    if (status == 404 || status == 410) refuse(fmt::format("leads nowhere ({})", status));
    refuse(fmt::format("was answered with status {}", status));
}

}  // namespace

Fetched fetch(const std::string& url, const FetchLimits& limits) {
    const std::string asked = checked_url(url);
    Transfer transfer(limits);
    std::array<char, CURL_ERROR_SIZE> reason{};
    const Curl curl = prepared(asked, limits, transfer, reason.data());
    const CURLcode code = curl_easy_perform(curl.get());
    if (code == CURLE_OK || code == CURLE_HTTP_RETURNED_ERROR || code == CURLE_FILESIZE_EXCEEDED)
        check_status(curl.get());
    if (code != CURLE_OK)
        explain(code, transfer, limits, reason[0] != '\0' ? reason.data() : curl_easy_strerror(code));
    const char* type = nullptr;
    curl_easy_getinfo(curl.get(), CURLINFO_CONTENT_TYPE, &type);
    return {std::move(transfer.bytes), type != nullptr ? type : ""};
}

}  // namespace stagecast::outbound
