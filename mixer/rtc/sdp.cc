#include "mixer/rtc/sdp.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <limits>

#include "base/error.h"
#include "base/text.h"

namespace stagecast::mixer::rtc {
namespace {

constexpr std::string_view kLevelUri = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
constexpr std::size_t kMaxTokenBytes = 256;

[[noreturn]] void refuse(const std::string& why) {
    throw Invalid("sdp", why);
}

// `a=name:value`, `a=name`.
struct Attribute {
    std::string_view name, value;
};

struct Section {
    std::string_view media_line;  // behind "m="
    std::vector<Attribute> attributes;

    std::optional<std::string_view> find(std::string_view name) const {
        for (const auto& attribute : attributes)
            if (attribute.name == name) return attribute.value;
        return std::nullopt;
    }
};

struct Description {
    Section session;
    std::vector<Section> sections;

    // ICE and DTLS attributes may stand in the section or above all of them.
    std::optional<std::string_view> find(const Section& section, std::string_view name) const {
        const auto own = section.find(name);
        return own ? own : session.find(name);
    }
};

std::optional<int> number(std::string_view text, int min, int max) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < min || value > max)
        return std::nullopt;
    return value;
}

// Takes the first word off.
std::string_view next_word(std::string_view& text) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return word;
}

bool is_printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
}

// What we repeat in an answer must be short and without spaces.
bool is_token(std::string_view text) {
    return !text.empty() && text.size() <= kMaxTokenBytes && text.find(' ') == text.npos &&
           is_printable(text);
}

void take_line(Description& out, std::string_view line) {
    if (line.size() < 2 || line[1] != '=' || !is_printable(line)) refuse("a line is not of the form x=…");
    const auto value = line.substr(2);
    if (line[0] == 'm') {
        if (out.sections.size() == kMaxOfferSections) refuse("more than 16 m= sections");
        out.sections.push_back({value, {}});
    } else if (line[0] == 'a') {
        auto& section = out.sections.empty() ? out.session : out.sections.back();
        const auto colon = std::min(value.find(':'), value.size());
        section.attributes.push_back(
            {value.substr(0, colon), value.substr(std::min(colon + 1, value.size()))});
    }
}

Description split_lines(std::string_view sdp) {
    if (sdp.size() > kMaxOfferBytes) refuse("longer than 64 KiB");
    Description out;
    std::size_t lines = 0;
    while (!sdp.empty()) {
        const auto end = std::min(sdp.find('\n'), sdp.size());
        auto line = sdp.substr(0, end);
        sdp.remove_prefix(std::min(end + 1, sdp.size()));
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        if (++lines > kMaxOfferLines) refuse("more than 2,000 lines");
        if (lines == 1 && line != "v=0") refuse("does not begin with v=0");
        if (!line.empty()) take_line(out, line);
    }
    if (lines == 0) refuse("empty");
    return out;
}

OfferedSection parse_media_line(const Section& section) {
    auto rest = section.media_line;
    OfferedSection out;
    out.kind = next_word(rest);
    const auto port = next_word(rest);
    out.protocol = next_word(rest);
    out.formats = rest;
    out.mid = section.find("mid").value_or("");
    if (!is_token(out.kind) || !is_token(out.protocol) || !number(port, 0, 65'535))
        refuse("an m= line is malformed");
    if (out.formats.empty() || out.formats.size() > 4 * kMaxTokenBytes)
        refuse("an m= line has no usable formats");
    if (!out.mid.empty() && !is_token(out.mid)) refuse("a=mid is malformed");
    return out;
}

bool lists_format(std::string_view formats, std::string_view wanted) {
    while (!formats.empty())
        if (next_word(formats) == wanted) return true;
    return false;
}

// The payload type of opus/48000/2 (names do not heed case), when the section has one.
std::optional<std::uint8_t> opus_payload_type(const Section& section, const OfferedSection& offered) {
    for (const auto& attribute : section.attributes) {
        if (attribute.name != "rtpmap") continue;
        auto rest = attribute.value;
        const auto type = next_word(rest);
        if (lower_ascii(rest) != "opus/48000/2" || !lists_format(offered.formats, type)) continue;
        const auto value = number(type, 0, 127);
        // 64 to 95 would be taken for RTCP (RFC 5761, 4).
        if (!value || (*value >= 64 && *value <= 95)) refuse("the Opus payload type is not usable");
        return static_cast<std::uint8_t>(*value);
    }
    return std::nullopt;
}

Direction direction_of(const Description& sdp, const Section& section) {
    for (const Section* where : {&section, &sdp.session}) {
        if (where->find("sendonly")) return Direction::kSendOnly;
        if (where->find("recvonly")) return Direction::kRecvOnly;
        if (where->find("inactive")) return Direction::kInactive;
        if (where->find("sendrecv")) return Direction::kSendRecv;
    }
    return Direction::kSendRecv;
}

std::optional<std::byte> hex_pair(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return static_cast<std::byte>(value);
}

Fingerprint parse_fingerprint(std::string_view text) {
    Fingerprint out{};
    if (text.size() != out.size() * 3 - 1) refuse("a=fingerprint is not a SHA-256");
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto value = hex_pair(text.substr(i * 3, 2));
        const bool separated = i + 1 == out.size() || text[i * 3 + 2] == ':';
        if (!value || !separated) refuse("a=fingerprint is not a SHA-256");
        out[i] = *value;
    }
    return out;
}

Fingerprint fingerprint_of(const Description& sdp, const Section& section) {
    for (const Section* where : {&section, &sdp.session}) {
        for (const auto& attribute : where->attributes) {
            if (attribute.name != "fingerprint") continue;
            auto rest = attribute.value;
            if (lower_ascii(next_word(rest)) == "sha-256") return parse_fingerprint(rest);
        }
    }
    refuse("no a=fingerprint with sha-256");
}

// RFC 8839, 5.4: letters, digits, + and /.
bool is_ice_text(std::string_view text, std::size_t min, std::size_t max) {
    return text.size() >= min && text.size() <= max && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '+' || c == '/';
           });
}

bool in_bundle(const Description& sdp, const std::string& mid) {
    if (mid.empty()) return false;
    for (const auto& attribute : sdp.session.attributes) {
        if (attribute.name != "group") continue;
        auto rest = attribute.value;
        if (next_word(rest) == "BUNDLE" && lists_format(rest, mid)) return true;
    }
    return false;
}

void take_transport(Offer& out, const Description& sdp, const Section& section) {
    const auto ufrag = sdp.find(section, "ice-ufrag");
    const auto password = sdp.find(section, "ice-pwd");
    if (!ufrag || !is_ice_text(*ufrag, 4, 256)) refuse("a=ice-ufrag is missing or malformed");
    if (!password || !is_ice_text(*password, 22, 256)) refuse("a=ice-pwd is missing or malformed");
    out.ice_ufrag = *ufrag;
    out.fingerprint = fingerprint_of(sdp, section);
    const auto setup = sdp.find(section, "setup").value_or("actpass");
    if (setup != "actpass" && setup != "active") refuse("a=setup must be actpass or active");
    if (!section.find("rtcp-mux")) refuse("a=rtcp-mux is required");
}

void take_codec_options(Offer& out, const Section& section) {
    const auto type = std::to_string(out.opus_payload_type);
    for (const auto& attribute : section.attributes) {
        auto rest = attribute.value;
        if (attribute.name == "rtcp-fb") {
            const auto applies_to = next_word(rest);
            if ((applies_to == type || applies_to == "*") && rest == "nack") out.nack = true;
        } else if (attribute.name == "extmap") {
            auto id = next_word(rest);
            id = id.substr(0, id.find('/'));
            if (next_word(rest) == kLevelUri) out.level_extension = number(id, 1, 14);
        } else if (attribute.name == "maxptime") {
            out.longest_packet_ms = number(attribute.value, 3, 1000);
        }
    }
}

std::string_view text_of(Direction direction) {
    switch (direction) {
        case Direction::kSendRecv:
            return "sendrecv";
        case Direction::kSendOnly:
            return "sendonly";
        case Direction::kRecvOnly:
            return "recvonly";
        case Direction::kInactive:
            break;
    }
    return "inactive";
}

std::string text_of(const Fingerprint& fingerprint) {
    std::string out;
    for (const auto byte : fingerprint)
        fmt::format_to(std::back_inserter(out), "{}{:02X}", out.empty() ? "" : ":",
                       std::to_integer<unsigned>(byte));
    return out;
}

using Out = std::back_insert_iterator<std::string>;

void write_candidates(Out out, const AnswerFacts& facts) {
    // RFC 8445, 5.1.2.1: type preference of a host candidate 126, then our order, then component 1 of 1.
    std::uint32_t preference = 65'535;
    std::size_t foundation = 1;
    for (const auto& address : facts.candidates) {
        const std::uint32_t priority = 126u << 24 | preference-- << 8 | 255u;
        fmt::format_to(out, "a=candidate:{} 1 udp {} {} {} typ host\r\n", foundation++, priority,
                       address.text(), facts.port);
    }
    fmt::format_to(out, "a=end-of-candidates\r\n");
}

void write_audio_section(Out out, const Offer& offer, const AnswerFacts& facts) {
    const auto& section = offer.sections[offer.audio_section];
    const int type = offer.opus_payload_type;
    fmt::format_to(out, "m=audio {} {} {}\r\nc=IN {} {}\r\n", facts.port, section.protocol, type,
                   facts.candidates.empty() || facts.candidates[0].is_v4() ? "IP4" : "IP6",
                   facts.candidates.empty() ? "0.0.0.0" : facts.candidates[0].text());
    if (!section.mid.empty()) fmt::format_to(out, "a=mid:{}\r\n", section.mid);
    fmt::format_to(out, "a={}\r\na=rtcp-mux\r\n", text_of(facts.direction));
    fmt::format_to(out, "a=ice-ufrag:{}\r\na=ice-pwd:{}\r\na=fingerprint:sha-256 {}\r\na=setup:passive\r\n",
                   facts.ice_ufrag, facts.ice_password, text_of(facts.fingerprint));
    fmt::format_to(out, "a=rtpmap:{0} opus/48000/2\r\na=fmtp:{0} minptime=10;useinbandfec=1\r\n", type);
    if (offer.nack) fmt::format_to(out, "a=rtcp-fb:{} nack\r\n", type);
    const bool receives = facts.direction != Direction::kSendOnly;
    if (receives && offer.level_extension)
        fmt::format_to(out, "a=extmap:{} {}\r\n", *offer.level_extension, kLevelUri);
    if (facts.direction != Direction::kRecvOnly)
        fmt::format_to(out, "a=msid:{0} {0}\r\na=ssrc:{1} cname:{0}\r\n", facts.cname, facts.ssrc);
    write_candidates(out, facts);
}

// RFC 3264, 6: a section we do not take stays in its place, with port 0.
void write_refused_section(Out out, const OfferedSection& section) {
    fmt::format_to(out, "m={} 0 {} {}\r\nc=IN IP4 0.0.0.0\r\n", section.kind, section.protocol,
                   section.formats);
    if (!section.mid.empty()) fmt::format_to(out, "a=mid:{}\r\n", section.mid);
    fmt::format_to(out, "a=inactive\r\n");
}

}  // namespace

Offer parse_offer(std::string_view text) {
    const auto sdp = split_lines(text);
    Offer out;
    std::optional<std::size_t> audio;
    for (const auto& section : sdp.sections) {
        out.sections.push_back(parse_media_line(section));
        const auto& offered = out.sections.back();
        if (audio || offered.kind != "audio") continue;
        const auto type = opus_payload_type(section, offered);
        if (!type) continue;
        audio = out.sections.size() - 1;
        out.opus_payload_type = *type;
    }
    if (!audio) refuse("no audio section with opus/48000/2");
    out.audio_section = *audio;
    const auto& section = sdp.sections[*audio];
    const auto& protocol = out.sections[*audio].protocol;
    if (protocol != "UDP/TLS/RTP/SAVPF" && protocol != "UDP/TLS/RTP/SAVP")
        refuse("the audio section is not UDP/TLS/RTP/SAVPF");
    out.bundled = in_bundle(sdp, out.sections[*audio].mid);
    out.direction = direction_of(sdp, section);
    take_transport(out, sdp, section);
    take_codec_options(out, section);
    return out;
}

std::string write_answer(const Offer& offer, const AnswerFacts& facts) {
    std::string answer;
    const Out out(answer);
    fmt::format_to(out, "v=0\r\no=- {} 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n",
                   facts.origin_id & std::numeric_limits<std::int64_t>::max());
    if (offer.bundled) fmt::format_to(out, "a=group:BUNDLE {}\r\n", offer.sections[offer.audio_section].mid);
    fmt::format_to(out, "a=ice-lite\r\na=msid-semantic: WMS *\r\n");
    for (std::size_t i = 0; i < offer.sections.size(); ++i) {
        if (i == offer.audio_section)
            write_audio_section(out, offer, facts);
        else
            write_refused_section(out, offer.sections[i]);
    }
    return answer;
}

std::optional<std::string> fragment_ufrag(std::string_view fragment) {
    constexpr std::string_view kPrefix = "a=ice-ufrag:";
    auto rest = fragment.substr(0, kMaxOfferBytes);
    while (!rest.empty()) {
        const auto end = std::min(rest.find('\n'), rest.size());
        const auto line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (line.starts_with(kPrefix)) return trim(line.substr(kPrefix.size()));
    }
    return std::nullopt;
}

}  // namespace stagecast::mixer::rtc
