#include "base/gzip.h"

#include <libdeflate.h>

#include <memory>

#include "base/error.h"

namespace stagecast {

std::string gzip(std::string_view bytes) {
    // Great documents are made while somebody waits: a tenth more bytes in a third of the time.
    constexpr std::size_t kGreatBytes = 512u << 10;
    constexpr int kLevel = 6, kGreatLevel = 1;
    const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor(
        libdeflate_alloc_compressor(bytes.size() < kGreatBytes ? kLevel : kGreatLevel),
        libdeflate_free_compressor);
    if (!compressor) throw Unavailable("no memory to compress an answer", std::chrono::seconds(1));
    std::string out(libdeflate_gzip_compress_bound(compressor.get(), bytes.size()), '\0');
    out.resize(
        libdeflate_gzip_compress(compressor.get(), bytes.data(), bytes.size(), out.data(), out.size()));
    return out;
}

}  // namespace stagecast
