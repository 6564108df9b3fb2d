#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "media/ogg.h"
#include "recorder/stem_file.h"

namespace stagecast::recorder {

// What is mixed: the stems along the room's time from `start`, `frames` long.
struct Mixdown {
    struct Stem {
        std::string path;
        std::vector<AlignmentPair> pairs;
    };
    std::vector<Stem> stems;
    Instant start{};
    std::int64_t frames = 0;
    media::Tags tags;
};

struct MixdownResult {
    double loudness_lufs = 0;  // of the programme before it is encoded
    double true_peak_dbtp = 0;
};

// The files of a mixdown, in one directory.
struct MixdownFile {
    const char* format;  // as in store::RenderingFile
    const char* name;
    const char* type;
};
const std::vector<MixdownFile>& mixdown_files();

// Each stem brought near −18 LUFS (by at most 12 dB), all summed, the sum brought to −16 LUFS (by at most 30
// dB up) under a true-peak limit, encoded. A pure function: the same mixdown gives the same bytes. Memory:
// one second of sound a stem. `wanted` is asked every second of sound; once it says no, there is no result
// and no file. Throws Unavailable or NotFound when a file refuses.
std::optional<MixdownResult> render(const Mixdown& mixdown, const std::filesystem::path& directory,
                                    const std::function<bool()>& wanted);

}  // namespace stagecast::recorder
