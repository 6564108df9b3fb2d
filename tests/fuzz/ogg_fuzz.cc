// Ogg Opus files: as they are, and with the checksums of their pages made right, which the fuzzer could not
// guess.
#include <fcntl.h>
#include <ogg/ogg.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "media/ogg.h"
#include "tests/fuzz/fuzz.h"

using namespace stagecast;

namespace {

constexpr std::size_t kPageHeaderBytes = 27;  // RFC 3533, 6; the lacing values follow

// A file in memory, reached by a path.
class MemoryFile {
public:
    MemoryFile()
        : descriptor_(::memfd_create("fuzz", 0)), path_("/proc/self/fd/" + std::to_string(descriptor_)) {
        fuzz::require(descriptor_ >= 0, "the system gives a file in memory");
    }
    ~MemoryFile() { ::close(descriptor_); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;

    void hold(const std::vector<std::uint8_t>& bytes) {
        const auto size = static_cast<ssize_t>(bytes.size());
        fuzz::require(::ftruncate(descriptor_, 0) == 0, "the file can be emptied");
        fuzz::require(::pwrite(descriptor_, bytes.data(), bytes.size(), 0) == size,
                      "the file can be written");
    }
    const std::string& path() const noexcept { return path_; }

private:
    const int descriptor_;
    const std::string path_;
};

void mend_checksums(std::vector<std::uint8_t>& bytes) {
    constexpr std::string_view kCapture = "OggS";
    auto at = bytes.begin();
    while ((at = std::search(at, bytes.end(), kCapture.begin(), kCapture.end())) != bytes.end()) {
        const auto left = static_cast<std::size_t>(bytes.end() - at);
        if (left < kPageHeaderBytes) return;
        const std::size_t lacing = *(at + kPageHeaderBytes - 1);
        if (left < kPageHeaderBytes + lacing) return;
        std::size_t body = 0;
        for (std::size_t i = 0; i < lacing; ++i)
            body += at[static_cast<std::ptrdiff_t>(kPageHeaderBytes + i)];
        if (left < kPageHeaderBytes + lacing + body) return;
        auto* const start = &*at;
        ogg_page page{start, static_cast<long>(kPageHeaderBytes + lacing), start + kPageHeaderBytes + lacing,
                      static_cast<long>(body)};
        ogg_page_checksum_set(&page);
        at += static_cast<std::ptrdiff_t>(kPageHeaderBytes + lacing + body);
    }
}

void read(MemoryFile& file, const std::vector<std::uint8_t>& bytes) {
    file.hold(bytes);
    const auto extent = media::measure_ogg_opus(file.path());
    fuzz::require(extent.frames >= 0, "a file has no frames or some");
    fuzz::require(extent.whole_bytes >= 0 && extent.whole_bytes <= static_cast<std::int64_t>(bytes.size()),
                  "what is whole is no more than there is");
    std::int64_t frames = 0, packets = 0;
    const auto count = media::read_ogg_opus(file.path(), [&](std::span<const std::byte> packet) {
        fuzz::require(!packet.empty(), "a packet has bytes");
        frames += media::opus_packet_frames(packet);
        ++packets;
    });
    fuzz::require(count == packets, "packets are counted");
    fuzz::require(frames == extent.frames, "measuring and reading find the same sound");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static MemoryFile file;
    std::vector<std::uint8_t> bytes(data, data + size);
    read(file, bytes);
    mend_checksums(bytes);
    read(file, bytes);
    return 0;
}
