// RTP and RTCP behind SRTP: what a peer that has keys may still send. The first byte is the id of the level
// extension (0: none was agreed on).
#include "mixer/rtc/rtp.h"

#include "mixer/rtc/reception.h"
#include "mixer/rtc/rtcp.h"
#include "tests/fuzz/fuzz.h"

using namespace stagecast;
using namespace stagecast::mixer::rtc;

namespace {

void read_rtp(ByteView datagram, std::optional<int> level_extension, Reception& reception) {
    const auto packet = parse_rtp(datagram, level_extension);
    if (!packet) return;
    fuzz::require(packet->payload.empty() ||
                      (packet->payload.data() >= datagram.data() &&
                       packet->payload.data() + packet->payload.size() <= datagram.data() + datagram.size()),
                  "the payload lies in the datagram");
    fuzz::require(!packet->level_dbov || (*packet->level_dbov >= 0 && *packet->level_dbov <= 127),
                  "a level has seven bits");
    fuzz::require(peek_rtp_ssrc(datagram) == packet->ssrc, "the source is the same before authentication");
    reception.packet(packet->ssrc, packet->sequence, packet->time_frames, Reception::Time{});
}

void read_rtcp(ByteView datagram, Reception& reception) {
    const auto contents = parse_rtcp(datagram);
    if (!contents) return;
    fuzz::require(contents->nacked_sequences.size() <= kMaxNackedSequences, "what is asked for is bounded");
    fuzz::require(contents->reports.size() * 24 <= datagram.size(), "a report has its 24 bytes");
    if (contents->sender_report) reception.sender_report(*contents->sender_report, Reception::Time{});
}

// Ours must be readable whatever a peer made of our book about it.
void write_back(Reception& reception) {
    const auto block = reception.report(Reception::Time{std::chrono::seconds(1)});
    const auto written = write_report(0xcafe1234, std::nullopt, block, "stagecast");
    const auto contents = parse_rtcp(written);
    fuzz::require(contents.has_value(), "our own report can be read");
    fuzz::require(contents->reports.size() == (block ? 1u : 0u), "our own report says what it was given");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto level_extension = data[0] == 0 ? std::nullopt : std::optional<int>(data[0]);
    const auto datagram = fuzz::bytes_of(data + 1, size - 1);
    Reception reception;
    peek_rtcp_ssrc(datagram);
    if (datagram.size() >= 2) is_rtcp(datagram);
    read_rtp(datagram, level_extension, reception);
    read_rtcp(datagram, reception);
    write_back(reception);
    return 0;
}
