#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mixer/rtc/dtls.h"
#include "mixer/rtc/endpoint.h"

// The part of SDP (RFC 8866) that WHIP and WHEP offers use: JSEP (RFC 9429) with one audio section for us.
namespace stagecast::mixer::rtc {

enum class Direction { kSendRecv, kSendOnly, kRecvOnly, kInactive };

inline constexpr std::size_t kMaxOfferBytes = 64 * 1024;
inline constexpr std::size_t kMaxOfferLines = 2'000;
inline constexpr std::size_t kMaxOfferSections = 16;

// One m= section of an offer, as far as an answer must repeat it.
struct OfferedSection {
    std::string kind;      // "audio", "video", "application"
    std::string protocol;  // "UDP/TLS/RTP/SAVPF"
    std::string formats;   // "111 63 9"
    std::string mid;       // empty when it has none
};

struct Offer {
    std::vector<OfferedSection> sections;
    std::size_t audio_section = 0;  // the one we take: the first audio section with Opus
    bool bundled = false;           // its mid is in a BUNDLE group
    Direction direction = Direction::kSendRecv;
    std::string ice_ufrag;
    Fingerprint fingerprint{};
    std::uint8_t opus_payload_type = 0;
    bool nack = false;                     // it offers a=rtcp-fb:<opus> nack
    std::optional<int> level_extension;    // the id of ssrc-audio-level
    std::optional<int> longest_packet_ms;  // a=maxptime
};

// Throws Invalid("sdp") with the reason.
Offer parse_offer(std::string_view sdp);

// What the answer says of us.
struct AnswerFacts {
    Direction direction = Direction::kRecvOnly;
    std::string ice_ufrag, ice_password;
    Fingerprint fingerprint{};
    std::vector<IpAddress> candidates;
    std::uint16_t port = 0;
    std::uint32_t ssrc = 0;  // of what we send
    std::string cname;
    std::uint64_t origin_id = 0;  // o= line: unique to the session
};
std::string write_answer(const Offer& offer, const AnswerFacts& facts);

// The first a=ice-ufrag of a trickle or restart fragment (RFC 8840), if it has one.
std::optional<std::string> fragment_ufrag(std::string_view fragment);

}  // namespace stagecast::mixer::rtc
