#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "media/packet.h"
#include "mixer/sound.h"

namespace stagecast::mixer {

// One room's sound, from speakers' packets to the packets everyone hears: stagemix, and an Opus encoder for
// the programme and for each speaker (96 kb/s CBR, 20 ms, the same settings: a speaker changes between the
// two without a seam).
//
// Thread:  calls from any thread but the room's own, `mixer-<number>`, which mixes, encodes and runs every
// Hear. Errors:  Unavailable when GStreamer lacks a plugin or the stage is full.
class RoomPipeline {
public:
    // Takes one 20 ms Opus packet, every tick. Called by mixer-<number>; must return at once and not throw.
    using Hear = std::function<void(std::span<const std::byte> opus)>;

    // A speaker's way in. Stays valid, without effect, after remove() and after the pipeline.
    class Speaker {
    public:
        virtual ~Speaker() = default;
        // By one thread at a time; must be in order of that thread's calls.
        virtual void packet(const media::OpusPacket& packet, int level_dbov) noexcept = 0;
        virtual void mute(Mute mute) noexcept = 0;
        virtual double level_dbfs() const noexcept = 0;
    };

    RoomPipeline(unsigned number, Hear programme);
    // Ends the thread; no Hear is called after.
    ~RoomPipeline();

    // `hears` gets the room without the new speaker, in place of the programme.
    std::shared_ptr<Speaker> add_speaker(Hear hears);
    // Ends a Hear of the own mix that is under way; one of the programme may still come to its end after.
    void remove(const std::shared_ptr<Speaker>& speaker);

private:
    struct Impl;
    const std::unique_ptr<Impl> impl_;
};

}  // namespace stagecast::mixer
