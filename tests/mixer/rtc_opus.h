#pragma once
#include <opus/opus.h>

#include <array>
#include <cmath>
#include <memory>
#include <vector>

#include "mixer/rtc/wire.h"

namespace stagecast::mixer::rtc::test {

// Packets of 20 ms of a 440 Hz tone.
inline std::vector<Bytes> opus_tone(std::size_t packets, int application = OPUS_APPLICATION_AUDIO,
                                    int channels = 1, int bits_per_second = 48'000) {
    int error = 0;
    const std::unique_ptr<OpusEncoder, void (*)(OpusEncoder*)> encoder(
        opus_encoder_create(48'000, channels, application, &error), opus_encoder_destroy);
    opus_encoder_ctl(encoder.get(), OPUS_SET_BITRATE(bits_per_second));
    // Held, so that packets can be joined.
    opus_encoder_ctl(encoder.get(), OPUS_SET_SIGNAL(OPUS_SIGNAL_MUSIC));
    opus_encoder_ctl(encoder.get(), OPUS_SET_BANDWIDTH(OPUS_BANDWIDTH_FULLBAND));
    opus_encoder_ctl(encoder.get(), OPUS_SET_FORCE_CHANNELS(channels));
    opus_encoder_ctl(encoder.get(), OPUS_SET_VBR(bits_per_second < 400'000 ? 1 : 0));
    std::vector<Bytes> out;
    std::vector<float> block(960u * static_cast<std::size_t>(channels));
    for (std::size_t i = 0; i < packets; ++i) {
        for (std::size_t s = 0; s < block.size(); ++s) {
            const std::size_t of_block = s / static_cast<std::size_t>(channels);
            const auto frame = static_cast<double>(i * 960 + of_block);
            block[s] = static_cast<float>(0.5 * std::sin(2 * 3.141592653589793 * 440 * frame / 48'000));
        }
        Bytes packet(1275);
        const int size = opus_encode_float(encoder.get(), block.data(), 960,
                                           reinterpret_cast<unsigned char*>(packet.data()), 1275);
        packet.resize(static_cast<std::size_t>(size));
        out.push_back(std::move(packet));
    }
    return out;
}

}  // namespace stagecast::mixer::rtc::test
