#include "base/config.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "base/error.h"
#include "tests/base/temporary_directory.h"

using namespace stagecast;
using Values = std::map<std::string, std::string>;

namespace {

Config load(const std::string& toml, const Values& environment = {},
            const Values& overrides = {{"data", "d"}}) {
    const TemporaryDirectory directory;
    const auto path = directory.path() / "stagecast.toml";
    std::ofstream(path) << toml;
    return load_config(path, environment, overrides);
}

void check_refused(const std::string& key, const std::string& value) {
    INFO(key << " = " << value);
    try {
        load_config(std::nullopt, {}, {{"data", "d"}, {key, value}});
        FAIL_CHECK("taken");
    } catch (const Invalid& error) {
        CHECK(error.field() == key);
    }
}

}  // namespace

TEST_CASE("with nothing but a data directory every setting has its default", "[config]") {
    const Config config =
        load_config(std::nullopt, {{"HOME", "/"}, {"STAGECAST_TOKEN", "a client's"}}, {{"data", "d"}});
    CHECK(config.data == "d");
    CHECK(config.listen_address == "127.0.0.1");
    CHECK(config.listen_port == 8080);
    CHECK(config.site_url == "http://localhost:8080");
    CHECK(config.database.empty());
    CHECK(config.sign_up == SignUp::kInvitation);
    CHECK(config.backstage_before == std::chrono::minutes(10));
    CHECK(config.outbound_addresses == AddressPolicy::kPublicOnly);
}

TEST_CASE("every key is read from the file", "[config]") {
    const Config config = load(R"(
        data = "from-file"
        listen = "[::1]:9000"
        database = "postgresql:host=/run dbname=stagecast"
        trusted_proxies = ["10.0.0.1", "::1"]
        sign_up = "open"
        [site]
        url = "https://radio.example/"
        name = "Radio Exemple"
        language = "fr"
        [rtc]
        announce = ["203.0.113.7"]
        [mail]
        smtp = "smtp://user:pw@mail.example:587"
        from = "Radio@Example.org"
        [http]
        threads = 4
        [room]
        backstage_before = 900
        [outbound]
        addresses = "any"
        [log]
        level = "debug"
    )",
                               {}, {});
    CHECK(config.data == "from-file");
    CHECK(config.listen_address == "::1");
    CHECK(config.listen_port == 9000);
    CHECK(config.database == "postgresql:host=/run dbname=stagecast");
    CHECK(config.trusted_proxies == std::vector<std::string>{"10.0.0.1", "::1"});
    CHECK(config.sign_up == SignUp::kOpen);
    CHECK(config.site_url == "https://radio.example");
    CHECK(config.site_name == "Radio Exemple");
    CHECK(config.site_language == "fr");
    CHECK(config.announce == std::vector<std::string>{"203.0.113.7"});
    CHECK(config.smtp_url == "smtp://user:pw@mail.example:587");
    CHECK(config.mail_from == "radio@example.org");
    CHECK(config.http_threads == 4);
    CHECK(config.backstage_before == std::chrono::minutes(15));
    CHECK(config.outbound_addresses == AddressPolicy::kAny);
    CHECK(config.log_level == "debug");
}

TEST_CASE("a variable beats the file, the command line beats both", "[config]") {
    const std::string file = "listen = \"127.0.0.1:1\"\n[site]\nname = \"file\"\nlanguage = \"fr\"\n";
    const Values environment{{"STAGECAST_SITE_NAME", "variable"},
                             {"STAGECAST_LISTEN", "127.0.0.1:2"},
                             {"STAGECAST_ROOM_BACKSTAGE_BEFORE", "60"}};
    const Config config = load(file, environment, {{"data", "d"}, {"listen", "127.0.0.1:3"}});
    CHECK(config.site_language == "fr");
    CHECK(config.site_name == "variable");
    CHECK(config.listen_port == 3);
    CHECK(config.backstage_before == std::chrono::minutes(1));
    CHECK(config.site_url == "http://localhost:3");
}

TEST_CASE("a port that the system chooses leaves the address of the site open", "[config]") {
    CHECK(load_config(std::nullopt, {}, {{"data", "d"}, {"listen", "127.0.0.1:0"}}).site_url.empty());
}

TEST_CASE("a value that cannot be is refused, naming its key", "[config]") {
    check_refused("listen", "8080");
    check_refused("listen", "localhost:8080");
    check_refused("listen", "127.0.0.1:65536");
    check_refused("listen", "127.0.0.1:-1");
    check_refused("listen", "127.0.0.1:");
    check_refused("site.url", "radio.example");
    check_refused("site.url", "https://");
    check_refused("site.url", "https://radio.example/path");
    check_refused("site.url", "https://user@radio.example");
    check_refused("site.name", " ");
    check_refused("site.name", "a\nb");
    check_refused("site.language", "de");
    check_refused("database", "mysql:x");
    check_refused("rtc.announce", "radio.example");
    check_refused("trusted_proxies", "10.0.0.1,,10.0.0.2");
    check_refused("sign_up", "everyone");
    check_refused("mail.smtp", "http://mail.example");
    check_refused("mail.from", "nobody");
    check_refused("http.threads", "1");
    check_refused("http.threads", "1 2");
    check_refused("http.threads", "many");
    check_refused("room.backstage_before", "-5");
    check_refused("outbound.addresses", "private");
    check_refused("log.level", "loud");
    check_refused("site.nmae", "x");
}

TEST_CASE("what is not a setting is refused wherever it stands", "[config]") {
    CHECK_THROWS_WITH(load("[site]\nnmae = \"x\""), "site.nmae: is not a setting");
    CHECK_THROWS_WITH(load("", {{"STAGECAST_SITE_NMAE", "x"}}), "STAGECAST_SITE_NMAE: is not a setting");
    CHECK_THROWS_AS(load("site = \"x\""), Invalid);
    CHECK_THROWS_AS(load("sign_up = true"), Invalid);
    CHECK_THROWS_AS(load("trusted_proxies = [1]"), Invalid);
    CHECK_THROWS_WITH(load("a ="), Catch::Contains("line 1"));
    CHECK_THROWS_WITH(load_config(std::nullopt, {}, {}), "data: must name the data directory");
    CHECK_THROWS_AS(load_config("/nonexistent/stagecast.toml", {}, {{"data", "d"}}), Invalid);
}
