#include "base/config.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#define TOML_EXCEPTIONS 1
#include <toml++/toml.h>

#include "base/error.h"
#include "base/text.h"

namespace stagecast {
namespace {

using Values = std::map<std::string, std::string>;

constexpr std::size_t kMaxFileBytes = 1024 * 1024;
constexpr std::size_t kMaxValueCharacters = 4000;

// One setting: its key, and how its text becomes part of the config (throwing Invalid(key)).
struct Setting {
    const char* key;
    void (*apply)(Config& config, const std::string& key, const std::string& value);
};

int number(const std::string& key, const std::string& value, int min, int max) {
    int result = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), result);
    if (error != std::errc() || end != value.data() + value.size() || result < min || result > max)
        throw Invalid(key, fmt::format("must be a whole number from {} to {}", min, max));
    return result;
}

std::string one_of(const std::string& key, const std::string& value,
                   std::initializer_list<const char*> allowed) {
    if (std::ranges::find(allowed, value) == allowed.end())
        throw Invalid(key, fmt::format("must be one of {}", fmt::join(allowed, ", ")));
    return value;
}

bool is_address(const std::string& text) {
    std::array<unsigned char, sizeof(in6_addr)> out;
    return inet_pton(AF_INET, text.c_str(), out.data()) == 1 ||
           inet_pton(AF_INET6, text.c_str(), out.data()) == 1;
}

// "10.0.0.1, ::1"
std::vector<std::string> addresses(const std::string& key, const std::string& value) {
    std::vector<std::string> result;
    if (trim(value).empty()) return result;
    for (const std::string& part : split(value, ',')) {
        result.push_back(trim(part));
        if (!is_address(result.back())) throw Invalid(key, "must be numeric addresses: " + result.back());
    }
    return result;
}

void apply_listen(Config& config, const std::string& key, const std::string& value) {
    const auto colon = value.rfind(':');
    std::string address = value.substr(0, colon);
    if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
    if (colon == std::string::npos || !is_address(address))
        throw Invalid(key, "must be ADDR:PORT with a numeric address, like 127.0.0.1:8080 or [::]:8080");
    config.listen_port = static_cast<std::uint16_t>(number(key, value.substr(colon + 1), 0, 65535));
    config.listen_address = address;
}

void apply_site_url(Config& config, const std::string& key, const std::string& value) {
    std::string url = value;
    while (url.ends_with('/')) url.pop_back();
    const auto host_start = url.find("://");
    const bool web = url.starts_with("http://") || url.starts_with("https://");
    if (!web || url.find_first_of(" ?#@<>\"'/", host_start + 3) != std::string::npos ||
        url.size() <= host_start + 3)
        throw Invalid(key, "must be like https://radio.example, without a path");
    config.site_url = url;
}

void apply_database(Config& config, const std::string& key, const std::string& value) {
    if (!value.empty() && !value.starts_with("postgresql:"))
        throw Invalid(key, "must be empty (SQLite in the data directory) or postgresql:<conninfo>");
    config.database = value;
}

void apply_smtp(Config& config, const std::string& key, const std::string& value) {
    if (!value.empty() && !value.starts_with("smtp://") && !value.starts_with("smtps://"))
        throw Invalid(key, "must be empty or like smtp://user:password@mail.example:587");
    config.smtp_url = value;
}

void apply_sign_up(Config& config, const std::string& key, const std::string& value) {
    one_of(key, value, {"open", "approval", "invitation"});
    config.sign_up = value == "open"       ? SignUp::kOpen
                     : value == "approval" ? SignUp::kApproval
                                           : SignUp::kInvitation;
}

using Text = const std::string&;
constexpr Setting kSettings[] = {
    {"data", [](Config& c, Text, Text value) { c.data = value; }},
    {"listen", apply_listen},
    {"site.url", apply_site_url},
    {"site.name", [](Config& c, Text key, Text value) { c.site_name = checked_text(value, key, 1, 80); }},
    {"site.language",
     [](Config& c, Text key, Text value) {
         c.site_language = one_of(key, value, {"en", "fr"});
     }},
    {"database", apply_database},
    {"rtc.announce", [](Config& c, Text key, Text value) { c.announce = addresses(key, value); }},
    {"trusted_proxies", [](Config& c, Text key, Text value) { c.trusted_proxies = addresses(key, value); }},
    {"sign_up", apply_sign_up},
    {"mail.smtp", apply_smtp},
    {"mail.from", [](Config& c, Text key, Text value) { c.mail_from = checked_email(value, key); }},
    {"http.threads", [](Config& c, Text key, Text value) { c.http_threads = number(key, value, 2, 256); }},
    {"room.backstage_before",
     [](Config& c, Text key, Text value) {
         c.backstage_before = std::chrono::seconds(number(key, value, 0, 86'400));
     }},
    {"outbound.addresses",
     [](Config& c, Text key, Text value) {
         const bool any = one_of(key, value, {"public", "any"}) == "any";
         c.outbound_addresses = any ? AddressPolicy::kAny : AddressPolicy::kPublicOnly;
     }},
    {"log.level",
     [](Config& c, Text key, Text value) {
         c.log_level = one_of(key, value, {"debug", "info", "warning", "error"});
     }},
};

const Setting* find_setting(std::string_view key) {
    const auto found = std::ranges::find(kSettings, key, &Setting::key);
    return found == std::end(kSettings) ? nullptr : found;
}

std::string variable_of(const Setting& setting) {
    std::string name = "STAGECAST_";
    for (const char c : std::string_view(setting.key))
        name += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return name;
}

// A value as the text that a variable would hold; lists with commas.
std::string text_of(const toml::node& node, const std::string& key) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* whole = node.as_integer()) return std::to_string(whole->get());
    const auto* list = node.as_array();
    if (list == nullptr) throw Invalid(key, "must be text, a whole number or a list of texts");
    std::vector<std::string> parts;
    for (const toml::node& part : *list) {
        if (!part.is_string()) throw Invalid(key, "must be a list of texts");
        parts.push_back(part.as_string()->get());
    }
    return fmt::format("{}", fmt::join(parts, ","));
}

void collect(const toml::table& table, const std::string& prefix, Values& values) {
    for (const auto& [name, node] : table) {
        const std::string key = prefix + std::string(name.str());
        if (const auto* inner = node.as_table())
            collect(*inner, key + ".", values);
        else
            values[key] = text_of(node, key);
    }
}

Values read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw Invalid("config", "cannot read " + path.string());
    std::string text(kMaxFileBytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > kMaxFileBytes) throw Invalid("config", path.string() + " is larger than 1 MiB");
    Values values;
    try {
        collect(toml::parse(text), "", values);
    } catch (const toml::parse_error& error) {
        throw Invalid("config", fmt::format("{}, line {}: {}", path.string(), error.source().begin.line,
                                            error.description()));
    }
    return values;
}

void apply_all(const Values& values, Config& config) {
    for (const auto& [key, value] : values) {
        const Setting* setting = find_setting(key);
        if (setting == nullptr) throw Invalid(key, "is not a setting");
        setting->apply(config, key, checked_text(value, key, 0, kMaxValueCharacters));
    }
}

// Variables that share the prefix but are for the programs around us: clients and tests.
bool is_for_tools(std::string_view name) {
    return name == "STAGECAST_TOKEN" || name == "STAGECAST_BUILD" || name.starts_with("STAGECAST_TEST_");
}

Values from_environment(const std::map<std::string, std::string>& environment) {
    Values values;
    for (const auto& [name, value] : environment) {
        if (!name.starts_with("STAGECAST_") || is_for_tools(name)) continue;
        const auto* found = std::ranges::find(kSettings, name, variable_of);
        if (found == std::end(kSettings)) throw Invalid(name, "is not a setting");
        values[found->key] = value;
    }
    return values;
}

}  // namespace

Config load_config(const std::optional<std::filesystem::path>& file,
                   const std::map<std::string, std::string>& environment,
                   const std::map<std::string, std::string>& overrides) {
    Config config;
    if (file) apply_all(read_file(*file), config);
    apply_all(from_environment(environment), config);
    apply_all(overrides, config);
    if (config.data.empty()) throw Invalid("data", "must name the data directory");
    if (config.site_url.empty() && config.listen_port != 0)
        config.site_url = fmt::format("http://localhost:{}", config.listen_port);
    return config;
}

}  // namespace stagecast
