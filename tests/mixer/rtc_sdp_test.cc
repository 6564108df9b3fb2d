#include "mixer/rtc/sdp.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "base/error.h"

using namespace stagecast;
using namespace stagecast::mixer::rtc;

namespace {

constexpr auto kFingerprint =
    "8F:2D:F2:8F:79:6A:3C:9B:1E:43:71:05:5C:6D:77:0A:12:F0:EA:9C:33:52:D6:A1:40:7B:C8:5E:94:2B:66:1D";

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

// As Chromium offers one microphone, shortened only in its list of codecs.
const std::string kChromium =
    "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE "
    "0\r\na=extmap-allow-mixed\r\n"
    "a=msid-semantic: WMS 0f2c\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n"
    "a=ice-ufrag:Yk3p\r\na=ice-pwd:d3mFz0v1HqW7uXn2kLbT9sRa\r\na=ice-options:trickle\r\n"
    "a=fingerprint:sha-256 " +
    std::string(kFingerprint) +
    "\r\na=setup:actpass\r\na=mid:0\r\na=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"
    "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\na=sendrecv\r\na=msid:0f2c "
    "5e11\r\n"
    "a=rtcp-mux\r\na=rtcp-rsize\r\na=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\n"
    "a=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n"
    "a=rtpmap:9 G722/8000\r\na=rtpmap:0 PCMU/8000\r\na=ssrc:3570614608 cname:4TOk42mSjXCkVIa6\r\n";

// As Firefox offers to listen: ICE and DTLS attributes above the section, two-way extension ids.
const std::string kFirefox =
    "v=0\r\no=mozilla...THIS_IS_SDPARTA-99.0 1390 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=sendrecv\r\n"
    "a=fingerprint:sha-256 " +
    std::string(kFingerprint) +
    "\r\na=group:BUNDLE 0\r\na=ice-options:trickle\r\na=msid-semantic:WMS *\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 109 9 0 8 101\r\nc=IN IP4 0.0.0.0\r\na=recvonly\r\n"
    "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=extmap:3 "
    "urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
    "a=fmtp:109 "
    "maxplaybackrate=48000;stereo=1;useinbandfec=1\r\na=ice-pwd:5b3f8b1ec2d2a1cd85d9eab0d02a7a5e\r\n"
    "a=ice-ufrag:9c1bc8b0\r\na=mid:0\r\na=rtcp-mux\r\na=rtpmap:109 opus/48000/2\r\na=setup:actpass\r\n";

// As OBS publishes: audio and video, active setup, upper-case name.
const std::string kObs =
    "v=0\r\no=rtc 3421 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\na=msid-semantic:WMS *\r\n"
    "a=setup:active\r\na=ice-ufrag:hVYp\r\na=ice-pwd:kqRnTzmLcJbVwXyAoPdEfG\r\na=fingerprint:sha-256 " +
    std::string(kFingerprint) +
    "\r\nm=audio 54609 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 192.0.2.7\r\na=mid:0\r\na=sendonly\r\na=ssrc:91 "
    "cname:x\r\n"
    "a=rtcp-mux\r\na=rtpmap:111 OPUS/48000/2\r\na=fmtp:111 minptime=10;maxaveragebitrate=96000;stereo=1\r\n"
    "m=video 54609 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 192.0.2.7\r\na=mid:1\r\na=sendonly\r\na=rtcp-mux\r\n"
    "a=rtpmap:96 H264/90000\r\n";

AnswerFacts some_facts(Direction direction) {
    AnswerFacts facts;
    facts.direction = direction;
    facts.ice_ufrag = "abcdefgh";
    facts.ice_password = "abcdefghijklmnopqrstuvwx";
    facts.candidates = {*IpAddress::parse("192.0.2.1"), *IpAddress::parse("2001:db8::1")};
    facts.port = 8080;
    facts.ssrc = 77;
    facts.cname = "stagecast";
    return facts;
}

bool has_line(const std::string& sdp, const std::string& wanted) {
    return sdp.find("\r\n" + wanted + "\r\n") != std::string::npos;
}

std::string reason(const std::string& sdp) {
    try {
        parse_offer(sdp);
    } catch (const Invalid& error) {
        CHECK(error.field() == "sdp");
        return error.why();
    }
    return "";
}

}  // namespace

TEST_CASE("sdp: a microphone offered by Chromium", "[rtc]") {
    const auto offer = parse_offer(kChromium);
    CHECK(offer.direction == Direction::kSendRecv);
    CHECK(offer.opus_payload_type == 111);
    CHECK(offer.ice_ufrag == "Yk3p");
    CHECK(offer.fingerprint[0] == std::byte{0x8f});
    CHECK(offer.fingerprint[31] == std::byte{0x1d});
    CHECK(offer.level_extension == 1);
    CHECK(offer.bundled);
    CHECK_FALSE(offer.nack);

    const auto answer = write_answer(offer, some_facts(Direction::kSendRecv));
    CHECK(has_line(answer, "a=group:BUNDLE 0"));
    CHECK(has_line(answer, "a=ice-lite"));
    CHECK(has_line(answer, "m=audio 8080 UDP/TLS/RTP/SAVPF 111"));
    CHECK(has_line(answer, "a=setup:passive"));
    CHECK(has_line(answer, "a=sendrecv"));
    CHECK(has_line(answer, "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level"));
    CHECK(has_line(answer, "a=ssrc:77 cname:stagecast"));
    CHECK(has_line(answer, "a=candidate:1 1 udp 2130706431 192.0.2.1 8080 typ host"));
    CHECK(has_line(answer, "a=candidate:2 1 udp 2130706175 2001:db8::1 8080 typ host"));
    CHECK(has_line(answer, "a=end-of-candidates"));
    CHECK(answer.find("nack") == std::string::npos);
}

TEST_CASE("sdp: a listener offered by Firefox, with attributes above the section", "[rtc]") {
    const auto offer = parse_offer(kFirefox);
    CHECK(offer.direction == Direction::kRecvOnly);
    CHECK(offer.opus_payload_type == 109);
    CHECK(offer.ice_ufrag == "9c1bc8b0");
    const auto answer = write_answer(offer, some_facts(Direction::kSendOnly));
    CHECK(has_line(answer, "a=sendonly"));
    CHECK(answer.find("extmap") == std::string::npos);  // we send no levels
}

TEST_CASE("sdp: of audio and video the video is refused in its place", "[rtc]") {
    const auto offer = parse_offer(kObs);
    CHECK(offer.direction == Direction::kSendOnly);
    const auto answer = write_answer(offer, some_facts(Direction::kRecvOnly));
    CHECK(has_line(answer, "a=group:BUNDLE 0"));
    const auto audio = answer.find("m=audio 8080 UDP/TLS/RTP/SAVPF 111");
    const auto video = answer.find("m=video 0 UDP/TLS/RTP/SAVPF 96");
    CHECK(audio < video);
    CHECK(video != std::string::npos);
    CHECK(answer.find("a=ssrc") == std::string::npos);  // we send nothing

    // The other way round the order stays, too.
    const auto cut = kObs.find("m=audio"), video_at = kObs.find("m=video");
    const auto swapped = kObs.substr(0, cut) + kObs.substr(video_at) + kObs.substr(cut, video_at - cut);
    const auto turned = write_answer(parse_offer(swapped), some_facts(Direction::kRecvOnly));
    CHECK(turned.find("m=video 0") < turned.find("m=audio 8080"));
}

TEST_CASE("sdp: NACK is agreed on when it is offered", "[rtc]") {
    const auto offer = parse_offer(replaced(kChromium, "a=rtcp-fb:111 transport-cc\r\n",
                                            "a=rtcp-fb:111 transport-cc\r\na=rtcp-fb:111 nack\r\n"));
    CHECK(offer.nack);
    CHECK(has_line(write_answer(offer, some_facts(Direction::kSendOnly)), "a=rtcp-fb:111 nack"));
    CHECK_FALSE(parse_offer(replaced(kChromium, "a=rtcp-fb:111 transport-cc", "a=rtcp-fb:63 nack")).nack);
    CHECK_FALSE(
        parse_offer(replaced(kChromium, "a=rtcp-fb:111 transport-cc", "a=rtcp-fb:111 nack pli")).nack);
}

TEST_CASE("sdp: what we cannot take is refused with the reason", "[rtc]") {
    CHECK(reason("") == "empty");
    CHECK(reason("hello") == "does not begin with v=0");
    CHECK(reason("v=0\r\ns=-\r\n") == "no audio section with opus/48000/2");
    CHECK(reason(replaced(kChromium, "opus/48000/2", "opus/44100/2")) ==
          "no audio section with opus/48000/2");
    CHECK(reason(replaced(kChromium, "SAVPF 111 ", "SAVPF ")) == "no audio section with opus/48000/2");
    CHECK(reason(replaced(kChromium, "a=rtcp-mux\r\n", "")) == "a=rtcp-mux is required");
    CHECK(reason(replaced(kChromium, "a=ice-ufrag:Yk3p\r\n", "")) == "a=ice-ufrag is missing or malformed");
    CHECK(reason(replaced(kChromium, "a=ice-ufrag:Yk3p", "a=ice-ufrag:Yk:p")) ==
          "a=ice-ufrag is missing or malformed");
    CHECK(reason(replaced(kChromium, "d3mFz0v1HqW7uXn2kLbT9sRa", "short")) ==
          "a=ice-pwd is missing or malformed");
    CHECK(reason(replaced(kChromium, "sha-256", "sha-1")) == "no a=fingerprint with sha-256");
    CHECK(reason(replaced(kChromium, "8F:2D", "8F-2D")) == "a=fingerprint is not a SHA-256");
    CHECK(reason(replaced(kChromium, "8F:2D", "8G:2D")) == "a=fingerprint is not a SHA-256");
    CHECK(reason(replaced(kChromium, "8F:2D", "2D")) == "a=fingerprint is not a SHA-256");
    CHECK(reason(replaced(kChromium, "setup:actpass", "setup:passive")) ==
          "a=setup must be actpass or active");
    CHECK(reason(replaced(kChromium, "UDP/TLS/RTP/SAVPF", "RTP/AVP")) ==
          "the audio section is not UDP/TLS/RTP/SAVPF");
    CHECK(reason(replaced(kChromium, "m=audio 9 ", "m=audio 99999 ")) == "an m= line is malformed");
    CHECK(reason(replaced(replaced(kChromium, "SAVPF 111", "SAVPF 72"), "rtpmap:111", "rtpmap:72")) ==
          "the Opus payload type is not usable");
    CHECK(reason(replaced(kChromium, "a=mid:0", std::string("a=mid:0\x01"))) ==
          "a line is not of the form x=…");
}

TEST_CASE("sdp: an offer without end is refused before it costs anything", "[rtc]") {
    CHECK(reason("v=0\r\n" + std::string(kMaxOfferBytes, 'a')) == "longer than 64 KiB");
    std::string lines = "v=0\r\n", sections = "v=0\r\n";
    for (int i = 0; i < 3'000; ++i) lines += "a=x\r\n";
    CHECK(reason(lines) == "more than 2,000 lines");
    for (int i = 0; i < 17; ++i) sections += "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n";
    CHECK(reason(sections) == "more than 16 m= sections");
}

TEST_CASE("sdp: an offer cut off anywhere is read or refused, nothing else", "[rtc]") {
    for (const auto& whole : {kChromium, kFirefox, kObs}) {
        for (std::size_t size = 0; size < whole.size(); ++size) {
            try {
                parse_offer(std::string_view(whole).substr(0, size));
            } catch (const Invalid& error) {
                CHECK(error.field() == "sdp");
            }
        }
    }
}

TEST_CASE("sdp: a fragment names its ICE generation", "[rtc]") {
    CHECK(fragment_ufrag("a=ice-ufrag:Yk3p\r\na=ice-pwd:x\r\nm=audio 9 RTP/AVP 0\r\n") == "Yk3p");
    CHECK_FALSE(fragment_ufrag("a=candidate:1 1 udp 1 192.0.2.1 5 typ host\r\n"));
    CHECK_FALSE(fragment_ufrag(""));
}
