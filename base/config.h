#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"

namespace stagecast {

// Who may make an account.
enum class SignUp { kOpen, kApproval, kInvitation };

// Every setting: key in stagecast.toml, variable STAGECAST_<KEY with _ for .>. Constant after load.
struct Config {
    // data: one directory holds everything. No default.
    std::filesystem::path data;
    // listen = "ADDR:PORT": HTTP on TCP, RTC on UDP of the same number. Port 0: the system chooses (tests).
    std::string listen_address = "127.0.0.1";
    std::uint16_t listen_port = 8080;
    // site.url: how people reach us. Default http://localhost:PORT; empty when the port is not known yet.
    std::string site_url;
    std::string site_name = "Stagecast";       // site.name
    std::string site_language = "en";          // site.language: en, fr
    std::string database;                      // database: "" = sqlite in data; "postgresql:<conninfo>"
    std::vector<std::string> announce;         // rtc.announce: addresses offered; default the host's
    std::vector<std::string> trusted_proxies;  // trusted_proxies: addresses whose X-Forwarded-* count
    SignUp sign_up = SignUp::kInvitation;      // sign_up: open, approval, invitation
    std::string smtp_url;  // mail.smtp: smtp://[user:password@]host:port; "" = .eml in data
    std::string mail_from = "stagecast@localhost";  // mail.from
    int http_threads = 16;                          // http.threads
    std::chrono::seconds backstage_before{600};     // room.backstage_before: how early the stage opens
    // outbound.addresses: public, any. Where addresses that people enter (feeds to import) may lead.
    AddressPolicy outbound_addresses = AddressPolicy::kPublicOnly;
    std::string log_level = "info";  // log.level: debug, info, warning, error
};

// Reads file (if given), then variables over it, then overrides (command line) over both, by key. Unknown
// keys and bad values throw Invalid with the key as the field. `environment` is passed in so that tests need
// not change their own.
Config load_config(const std::optional<std::filesystem::path>& file,
                   const std::map<std::string, std::string>& environment,
                   const std::map<std::string, std::string>& overrides);

}  // namespace stagecast
