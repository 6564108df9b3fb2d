// SDP offers of WHIP and WHEP, and the fragments of trickle ICE.
#include "mixer/rtc/sdp.h"

#include <algorithm>

#include "base/error.h"
#include "tests/fuzz/fuzz.h"

using namespace stagecast;
using namespace stagecast::mixer::rtc;

namespace {

AnswerFacts some_facts() {
    AnswerFacts facts;
    facts.ice_ufrag = "abcdefgh";
    facts.ice_password = "abcdefghijklmnopqrstuvwx";
    facts.candidates = {*IpAddress::parse("192.0.2.1"), *IpAddress::parse("2001:db8::1")};
    facts.port = 8080;
    facts.cname = "stagecast";
    return facts;
}

// A section is begun by a line of ours alone: nothing that was offered breaks out of its own line.
void check_answer(const Offer& offer) {
    const auto answer = write_answer(offer, some_facts());
    std::size_t sections = 0;
    for (auto at = answer.find('\n'); at != answer.npos; at = answer.find('\n', at + 1)) {
        fuzz::require(at > 0 && answer[at - 1] == '\r', "every line of an answer ends in CR LF");
        if (answer.compare(at + 1, 2, "m=") == 0) ++sections;
    }
    fuzz::require(
        std::count(answer.begin(), answer.end(), '\r') == std::count(answer.begin(), answer.end(), '\n'),
        "an answer has no bare CR");
    fuzz::require(sections == offer.sections.size(), "an answer has a section for each of the offer's");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    fragment_ufrag(text);
    try {
        const auto offer = parse_offer(text);
        fuzz::require(offer.audio_section < offer.sections.size(),
                      "the audio section is one of the sections");
        fuzz::require(offer.sections.size() <= kMaxOfferSections, "sections are bounded");
        check_answer(offer);
    } catch (const Invalid& error) {
        fuzz::require(error.field() == "sdp", "what is refused is the sdp");
    }
    return 0;
}
