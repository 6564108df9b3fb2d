#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace stagecast {

// Uploads, stems, episodes by opaque key ("stems/ab/abcdef….opus": [a-z0-9/._-], no "..", at most 200 bytes).
// A directory today, S3 later: nothing outside base may know which.
// Thread: any. Errors: Unavailable when the disk refuses (full, read-only), NotFound for no such key,
// Invalid("key").
class BlobStore {
public:
    // Makes the directory (0700) if it is missing.
    explicit BlobStore(const std::filesystem::path& root);

    // Whole or not at all: written beside, fsynced, renamed, directory fsynced.
    void put(std::string_view key, std::string_view bytes);
    // The same from a finished file on the same file system, which is moved.
    void put_file(std::string_view key, const std::filesystem::path& finished);
    std::string get(std::string_view key) const;
    // Bytes [first, first + length) clipped to the blob; range serving.
    std::string get_range(std::string_view key, std::uint64_t first, std::uint64_t length) const;
    std::optional<std::uint64_t> size_bytes(std::string_view key) const;
    // Overwrites nothing, unlinks; true if it was there.
    bool erase(std::string_view key);
    // A local path for libraries that want one (reading), and for appending writers (stems): its directory is
    // there.
    std::filesystem::path local_path(std::string_view key) const;
    // A private directory below root for work in progress; emptied at construction: what a crash left goes.
    std::filesystem::path scratch() const;

private:
    std::filesystem::path path_of(std::string_view key) const;

    const std::filesystem::path root_;  // constant after construction
};

}  // namespace stagecast
