#include "mixer/rtc/stun.h"

#include <catch2/catch.hpp>

#include "tests/mixer/rtc_bytes.h"

using namespace stagecast::mixer::rtc;
using test::from_hex;

namespace {

// RFC 5769, 2.1 to 2.3.
constexpr auto kPassword = "VOkJxbRl1RmTxUk/WvJxBt";
constexpr auto kRequest =
    "00 01 00 58 21 12 a4 42 b7 e7 a7 01 bc 34 d6 86 fa 87 df ae 80 22 00 10 53 54 55 4e 20 74 65 73 74 20 "
    "63 6c 69 65"
    "6e 74 00 24 00 04 6e 00 01 ff 80 29 00 08 93 2f f9 b1 51 26 3b 36 00 06 00 09 65 76 74 6a 3a 68 36 76 "
    "59 20 20 20"
    "00 08 00 14 9a ea a7 0c bf d8 cb 56 78 1e f2 b5 b2 d3 f2 49 c1 b5 71 a2 80 28 00 04 e5 7a 3b cf";
constexpr auto kResponseV4 =
    "01 01 00 3c 21 12 a4 42 b7 e7 a7 01 bc 34 d6 86 fa 87 df ae 80 22 00 0b 74 65 73 74 20 76 65 63 74 6f "
    "72 20 00 20"
    "00 08 00 01 a1 47 e1 12 a6 43 00 08 00 14 2b 91 f5 99 fd 9e 90 c3 8c 74 89 f9 2a f9 ba 53 f0 6b e7 d7 "
    "80 28 00 04"
    "c0 7d 4c 96";
constexpr auto kResponseV6 =
    "01 01 00 48 21 12 a4 42 b7 e7 a7 01 bc 34 d6 86 fa 87 df ae 80 22 00 0b 74 65 73 74 20 76 65 63 74 6f "
    "72 20 00 20"
    "00 14 00 02 a1 47 01 13 a9 fa a5 d3 f1 79 bc 25 f4 b5 be d2 b9 d9 00 08 00 14 a3 82 95 4e 4b e6 7b f1 "
    "17 84 c9 7c"
    "82 92 c2 75 bf e3 ed 41 80 28 00 04 c8 fb 0b 4c";

Bytes header(std::uint16_t body_bytes) {
    Bytes out;
    put_u16(out, kStunBindingRequest);
    put_u16(out, body_bytes);
    put_u32(out, 0x2112a442);
    out.resize(20);
    return out;
}

}  // namespace

TEST_CASE("stun: RFC 5769's request is read and its integrity holds for its password alone", "[rtc]") {
    const auto datagram = from_hex(kRequest);
    const auto message = parse_stun(datagram);
    REQUIRE(message);
    CHECK(message->type == kStunBindingRequest);
    CHECK(message->username == "evtj:h6vY");
    CHECK_FALSE(message->use_candidate);
    CHECK(has_integrity(datagram, *message, kPassword));
    CHECK_FALSE(has_integrity(datagram, *message, "VOkJxbRl1RmTxUk/WvJxBu"));
    CHECK_FALSE(has_integrity(datagram, *message, ""));
}

TEST_CASE("stun: RFC 5769's responses carry the mapped addresses", "[rtc]") {
    for (const auto& [hex, address] : {std::pair{kResponseV4, "192.0.2.1"},
                                       std::pair{kResponseV6, "2001:db8:1234:5678:11:2233:4455:6677"}}) {
        const auto datagram = from_hex(hex);
        const auto message = parse_stun(datagram);
        REQUIRE(message);
        CHECK(message->type == kStunBindingSuccess);
        REQUIRE(message->mapped);
        CHECK(message->mapped->address.text() == address);
        CHECK(message->mapped->port == 32853);
        CHECK(has_integrity(datagram, *message, kPassword));
    }
}

TEST_CASE("stun: what we answer can be read back, in both families", "[rtc]") {
    const auto text = GENERATE("192.0.2.77", "2001:db8::42", "::1");
    const Endpoint source{*IpAddress::parse(text), 54321};
    const auto transaction = parse_stun(from_hex(kRequest))->transaction;
    const auto answer = stun_binding_success(transaction, source, kPassword);
    const auto message = parse_stun(answer);
    REQUIRE(message);
    CHECK(message->transaction == transaction);
    CHECK(message->mapped == source);
    CHECK(has_integrity(answer, *message, kPassword));
}

TEST_CASE("stun: a message with any one byte changed is not accepted", "[rtc]") {
    const auto whole = from_hex(kRequest);
    const auto fingerprint_at = whole.size() - 8;  // its own type may become one that is not ours to judge
    for (std::size_t i = 0; i < fingerprint_at; ++i) {
        auto changed = whole;
        changed[i] ^= std::byte{0x10};
        const auto message = parse_stun(changed);
        CHECK_FALSE((message && has_integrity(changed, *message, kPassword)));
    }
}

TEST_CASE("stun: a truncated message is not read", "[rtc]") {
    const auto whole = from_hex(kRequest);
    for (std::size_t size = 0; size < whole.size(); ++size)
        CHECK_FALSE(parse_stun(ByteView(whole).first(size)));
    // Nor one whose length was made to fit but whose last attribute is cut.
    const auto without_fingerprint = whole.size() - 8;  // that is whole in itself
    for (std::size_t size = 24; size < without_fingerprint; ++size) {
        Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        write_u16(cut, 2, static_cast<std::uint16_t>(size - 20));
        const auto message = parse_stun(cut);
        CHECK_FALSE((message && has_integrity(cut, *message, kPassword)));
    }
}

TEST_CASE("stun: attributes behind the integrity are not believed", "[rtc]") {
    auto datagram = header(0);
    put_u16(datagram, 0x0006);
    put_u16(datagram, 4);
    put_text(datagram, "a:bc");
    finish_stun(datagram, kPassword);
    datagram.resize(datagram.size() - 8);  // the fingerprint would be wrong now
    put_u16(datagram, 0x0025);
    put_u16(datagram, 0);
    write_u16(datagram, 2, static_cast<std::uint16_t>(datagram.size() - 20));
    const auto message = parse_stun(datagram);
    REQUIRE(message);
    CHECK(has_integrity(datagram, *message, kPassword));
    CHECK_FALSE(message->use_candidate);
}
