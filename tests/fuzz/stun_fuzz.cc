// STUN: datagrams as they come, and attributes in a message whose length, integrity and fingerprint are
// right, which the fuzzer could not guess.
#include "mixer/rtc/stun.h"

#include "tests/fuzz/fuzz.h"

using namespace stagecast;
using namespace stagecast::mixer::rtc;

namespace {

constexpr std::string_view kPassword =
    "VOkJxbRl1RmTxUk/WvJxBt";  // RFC 5769's, which the seeds are sealed with
constexpr std::size_t kHeaderBytes = 20;
constexpr std::size_t kMaxAttributeBytes = 1'400;
constexpr std::uint32_t kMagicCookie = 0x2112a442;

void read(ByteView datagram) {
    const auto message = parse_stun(datagram);
    if (!message) return;
    fuzz::require(!message->integrity_at || *message->integrity_at < datagram.size(),
                  "the integrity lies in the datagram");
    fuzz::require(message->username.empty() || (message->username.data() >= as_text(datagram).data() &&
                                                message->username.data() + message->username.size() <=
                                                    as_text(datagram).data() + datagram.size()),
                  "the user name lies in the datagram");
    has_integrity(datagram, *message, kPassword);
    has_integrity(datagram, *message, "");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = fuzz::bytes_of(data, size);
    read(input);
    if (size > kMaxAttributeBytes) return 0;
    Bytes message;
    put_u16(message, kStunBindingRequest);
    put_u16(message, 0);
    put_u32(message, kMagicCookie);
    message.resize(kHeaderBytes);
    message.insert(message.end(), input.begin(), input.end());
    message.resize(message.size() + (4 - message.size() % 4) % 4);  // attributes are padded to 32 bits
    finish_stun(message, kPassword);
    read(message);
    return 0;
}
