#include "base/text.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "base/error.h"

using namespace stagecast;

namespace {

std::string noise(std::mt19937& random, std::size_t max_bytes) {
    std::string out(random() % (max_bytes + 1), '\0');
    for (char& c : out) c = static_cast<char>(random());
    return out;
}

}  // namespace

TEST_CASE("digests and codes hold the values of their standards", "[text]") {
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    // RFC 4231, test cases 1 and 2
    CHECK(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    // RFC 4648, 10
    CHECK(base64("") == "");
    CHECK(base64("f") == "Zg==");
    CHECK(base64("fo") == "Zm8=");
    CHECK(base64("foobar") == "Zm9vYmFy");
    CHECK(base64url("\xfb\xff") == "-_8");
    // RFC 9562, A.4
    CHECK(uuid_v5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com") ==
          "2ed6657d-e927-568b-95e1-2665a8aea6a2");
    CHECK_THROWS_AS(uuid_v5("6ba7b810", "x"), Invalid);
}

TEST_CASE("base64url gives back every byte string, and takes no second text for one", "[text]") {
    std::mt19937 random(5);
    for (int i = 0; i < 500; ++i) {
        const std::string bytes = noise(random, 40);
        REQUIRE(base64url_decode(base64url(bytes), "token") == bytes);
    }
    for (const char* text : {"A", "AB=", "AB", "A+", "Zg==", "Z g", "Zm9v\n"}) {
        INFO(text);
        CHECK_THROWS_AS(base64url_decode(text, "token"), Invalid);
    }
}

TEST_CASE("equal_constant_time says what == says", "[text]") {
    CHECK(equal_constant_time("", ""));
    CHECK(equal_constant_time("secret", "secret"));
    CHECK_FALSE(equal_constant_time("secret", "secreT"));
    CHECK_FALSE(equal_constant_time("secret", "secret "));
}

TEST_CASE("UTF-8 is what RFC 3629 says", "[text]") {
    for (const char* text : {"", "a", "é", "€", "𝄞", "\xf4\x8f\xbf\xbf"}) CHECK(is_utf8(text));
    for (const char* text : {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                             "\xff", "a\xe2\x82"})
        CHECK_FALSE(is_utf8(text));
}

TEST_CASE("checked text is trimmed, one line, printable and of a length in characters", "[text]") {
    CHECK(checked_text("  Café\t", "title", 1, 4) == "Café");
    CHECK(checked_text("", "title", 0, 4).empty());
    CHECK(checked_text("a\r\nb\n", "notes", 1, 10, Lines::kMany) == "a\nb");
    const auto refused = [](std::string_view text, Lines lines = Lines::kOne) {
        try {
            checked_text(text, "title", 1, 4, lines);
            return std::string("taken");
        } catch (const Invalid& error) {
            CHECK(error.field() == "title");
            return error.why();
        }
    };
    CHECK(refused(" \n ") == "must not be empty");
    CHECK(refused("Cafés") == "must have at most 4 characters");
    CHECK(refused("a\nb") == "must be one line without control characters");
    CHECK(refused("\xff") == "is not valid UTF-8");
    CHECK(refused(std::string_view("a\0b", 3), Lines::kMany) == "must not contain control characters");
    CHECK(refused("a\rb", Lines::kMany) == "must not contain control characters");
    CHECK(refused("a\u0085b", Lines::kMany) == "must not contain control characters");
    CHECK(refused("a\uffffb", Lines::kMany) == "must not contain control characters");
}

TEST_CASE("a slug of any title is a slug", "[text]") {
    std::mt19937 random(9);
    for (int i = 0; i < 3000; ++i) {
        const std::string slug = slugify(noise(random, 90), "show");
        REQUIRE(checked_slug(slug, "slug") == slug);
        REQUIRE(slugify(slug, "show") == slug);
    }
}

TEST_CASE("slugs keep the Latin letters of a title", "[text]") {
    CHECK(slugify("Café du soir", "show") == "cafe-du-soir");
    CHECK(slugify("Cafe\u0301 du soir", "show") == "cafe-du-soir");
    CHECK(slugify("ŒUVRES, Ægir & Straße", "show") == "oeuvres-aegir-strasse");
    CHECK(slugify("Łódź — Þór", "show") == "lodz-thor");
    CHECK(slugify("  L'heure (1/2)!  ", "show") == "l-heure-1-2");
    CHECK(slugify("深夜放送", "show") == "show");
    CHECK(slugify("", "room") == "room");
    CHECK(slugify(std::string(59, 'a') + "æ", "show") == std::string(60, 'a'));
    CHECK(slugify(std::string(59, 'a') + " bc", "show") == std::string(59, 'a'));
}

TEST_CASE("a text that is no slug is refused", "[text]") {
    for (const std::string& text :
         {std::string(), std::string("-a"), std::string("a-"), std::string("A"), std::string("a b"),
          std::string("a/b"), std::string("é"), std::string(61, 'a')}) {
        INFO(text);
        CHECK_THROWS_AS(checked_slug(text, "slug"), Invalid);
    }
}

TEST_CASE("an address is one, lower-cased, and can carry no header", "[text]") {
    CHECK(checked_email(" Ana.B+radio@Example.ORG ", "email") == "ana.b+radio@example.org");
    CHECK(checked_email("stagecast@localhost", "email") == "stagecast@localhost");
    for (const std::string& text :
         {std::string(), std::string("a"), std::string("@b.c"), std::string("a@"), std::string("a@b@c"),
          std::string("a b@c.d"), std::string("a@b.c\r\nBcc: x@y.z"), std::string("<a@b.c>"),
          std::string("a,b@c.d"), std::string("a@b..c"), std::string("a@-b.c"), std::string(".a@b.c"),
          std::string("a..b@c.d"), std::string("\"a\"@b.c"), std::string("a@[127.0.0.1]"),
          std::string("é@b.c"), std::string(65, 'a') + "@b.c", "a@" + std::string(64, 'b') + ".c",
          "a@" + std::string(250, 'b')}) {
        INFO(text);
        CHECK_THROWS_AS(checked_email(text, "email"), Invalid);
    }
}

TEST_CASE("escapes leave nothing that markup or a URL could take for its own", "[text]") {
    CHECK(xml_escape("<a href=\"x\">'&'</a>") == "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
    CHECK(url_encode("a-b_c.d~e") == "a-b_c.d~e");
    CHECK(url_encode("a b/é?&=%") == "a%20b%2F%C3%A9%3F%26%3D%25");
}

TEST_CASE("split gives one part more than there are separators", "[text]") {
    CHECK(split("", ',') == std::vector<std::string>{""});
    CHECK(split("a,,b,", ',') == std::vector<std::string>{"a", "", "b", ""});
    CHECK(trim(" \t a b \r\n") == "a b");
    CHECK(trim(" ").empty());
    CHECK(lower_ascii("ÀBc") == "Àbc");
}
