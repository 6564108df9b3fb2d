#include "base/gzip.h"

#include <zlib.h>

#include "base/error.h"

namespace stagecast {

std::string gzip(std::string_view bytes) {
    constexpr int kGzipWindowBits = 15 + 16;  // 32 KiB, with gzip's header
    constexpr int kMemoryLevel = 8;
    z_stream stream{};
    if (deflateInit2(&stream, 5, Z_DEFLATED, kGzipWindowBits, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK)
        throw Unavailable("no memory to compress an answer", std::chrono::seconds(1));
    std::string out(deflateBound(&stream, bytes.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

}  // namespace stagecast
