#include "media/opus.h"

#include <opus/opus.h>

#include <string>

#include "base/error.h"

namespace stagecast::media {
namespace {

constexpr int kMaxPacketFrames = 5760;  // 120 ms x 48 kHz

struct FreeDecoder {
    void operator()(::OpusDecoder* state) const noexcept { opus_decoder_destroy(state); }
};
struct FreeEncoder {
    void operator()(::OpusEncoder* state) const noexcept { opus_encoder_destroy(state); }
};

void require(int code, const char* what) {
    if (code != OPUS_OK) throw Invalid("opus", std::string(what) + ": " + opus_strerror(code));
}

const unsigned char* bytes_of(std::span<const std::byte> packet) noexcept {
    return reinterpret_cast<const unsigned char*>(packet.data());
}

}  // namespace

struct OpusDecoder::Impl {
    std::unique_ptr<::OpusDecoder, FreeDecoder> state;
};

OpusDecoder::OpusDecoder() : impl_(std::make_unique<Impl>()) {
    int code = OPUS_OK;
    impl_->state.reset(opus_decoder_create(kSampleRateHz, 1, &code));
    require(code, "decoder");
}

OpusDecoder::~OpusDecoder() = default;

int OpusDecoder::decode(std::span<const std::byte> packet, std::span<float> out) noexcept {
    if (packet.empty() || out.size() < kMaxPacketFrames) return 0;
    const int frames =
        opus_decode_float(impl_->state.get(), bytes_of(packet), static_cast<opus_int32>(packet.size()),
                          out.data(), kMaxPacketFrames, 0);
    return frames > 0 ? frames : 0;
}

int OpusDecoder::conceal(std::span<float> out, int frames) noexcept {
    if (frames <= 0 || out.size() < static_cast<std::size_t>(frames)) return 0;
    const int made = opus_decode_float(impl_->state.get(), nullptr, 0, out.data(), frames, 0);
    return made > 0 ? made : 0;
}

int OpusDecoder::recover(std::span<const std::byte> next, std::span<float> out, int frames) noexcept {
    if (next.empty() || frames <= 0 || out.size() < static_cast<std::size_t>(frames)) return 0;
    const int made = opus_decode_float(impl_->state.get(), bytes_of(next),
                                       static_cast<opus_int32>(next.size()), out.data(), frames, 1);
    return made > 0 ? made : 0;
}

struct OpusEncoder::Impl {
    std::unique_ptr<::OpusEncoder, FreeEncoder> state;
};

OpusEncoder::OpusEncoder(const OpusSettings& settings) : impl_(std::make_unique<Impl>()) {
    int code = OPUS_OK;
    impl_->state.reset(opus_encoder_create(kSampleRateHz, 1, OPUS_APPLICATION_AUDIO, &code));
    require(code, "encoder");
    auto* state = impl_->state.get();
    require(opus_encoder_ctl(state, OPUS_SET_BITRATE(settings.bitrate_bps)), "bit rate");
    require(opus_encoder_ctl(state, OPUS_SET_COMPLEXITY(settings.complexity)), "complexity");
    require(opus_encoder_ctl(state, OPUS_SET_VBR(settings.constant_bitrate ? 0 : 1)), "bit rate mode");
}

OpusEncoder::~OpusEncoder() = default;

std::size_t OpusEncoder::encode(const Block& block, std::span<std::byte> out) noexcept {
    auto* bytes = reinterpret_cast<unsigned char*>(out.data());
    const auto room = static_cast<opus_int32>(out.size());
    auto* state = impl_->state.get();
    const int size = opus_encode_float(state, block.data(), static_cast<int>(block.size()), bytes, room);
    return size > 0 ? static_cast<std::size_t>(size) : 0;
}

}  // namespace stagecast::media
