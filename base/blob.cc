#include "base/blob.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

namespace stagecast {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxKeyBytes = 200;
constexpr const char* kScratch = ".scratch";  // no key begins with a dot

bool is_key_part(const std::string& part) {
    return !part.empty() && part[0] != '.' &&
           part.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._-") == std::string::npos;
}

void check_key(std::string_view key) {
    const bool good = key.size() <= kMaxKeyBytes && key.find("..") == std::string_view::npos &&
                      std::ranges::all_of(split(key, '/'), is_key_part);
    if (!good) throw Invalid("key", "must be at most 200 of a-z 0-9 . _ - in parts between '/'");
}

// Makes what is missing, each name synced in its parent.
void make_directories(const fs::path& directory) {
    if (::mkdir(directory.c_str(), 0700) == 0) return sync_directory(directory.parent_path());
    if (errno == EEXIST) return;
    if (errno != ENOENT || directory == directory.parent_path()) throw_disk_error("make", directory, errno);
    make_directories(directory.parent_path());
    make_directories(directory);
}

void rename_into_place(const fs::path& from, const fs::path& to) {
    make_directories(to.parent_path());
    if (::rename(from.c_str(), to.c_str()) != 0) throw_disk_error("move", from, errno);
    sync_directory(to.parent_path());
}

// A new file that nobody else has; removed at the end of the scope unless it was moved away.
class ScratchFile {
public:
    explicit ScratchFile(const fs::path& directory)
        : path_((directory / "put-XXXXXX").string()), file_(make()) {}
    ~ScratchFile() { ::unlink(path_.c_str()); }
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    const Descriptor& file() const { return file_; }
    fs::path path() const { return path_; }

private:
    int make() {
        const int descriptor = ::mkostemp(path_.data(), O_CLOEXEC);
        if (descriptor < 0) throw_disk_error("make", path_, errno);
        return descriptor;
    }
    std::string path_;
    const Descriptor file_;
};

std::uint64_t size_of(const Descriptor& file, const fs::path& path) {
    struct stat status {};
    if (::fstat(file.value(), &status) != 0) throw_disk_error("read", path, errno);
    if (!S_ISREG(status.st_mode)) throw NotFound(path.filename().string() + " not found");
    return static_cast<std::uint64_t>(status.st_size);
}

std::string read_range(const fs::path& path, std::uint64_t first, std::uint64_t length) {
    const Descriptor file = open_file(path, O_RDONLY);
    const std::uint64_t size_bytes = size_of(file, path);
    first = std::min(first, size_bytes);
    std::string bytes(std::min(length, size_bytes - first), '\0');
    std::size_t done_bytes = 0;
    while (done_bytes < bytes.size()) {
        const ssize_t got_bytes = ::pread(file.value(), bytes.data() + done_bytes, bytes.size() - done_bytes,
                                          static_cast<off_t>(first + done_bytes));
        if (got_bytes < 0 && errno == EINTR) continue;
        if (got_bytes < 0) throw_disk_error("read", path, errno);
        if (got_bytes == 0) break;
        done_bytes += static_cast<std::size_t>(got_bytes);
    }
    bytes.resize(done_bytes);
    return bytes;
}

}  // namespace

BlobStore::BlobStore(const fs::path& root) : root_(fs::absolute(root).lexically_normal()) {
    make_directories(root_);
    std::error_code error;
    fs::remove_all(scratch(), error);
    if (error) throw_disk_error("empty", scratch(), error.value());
    make_directories(scratch());
}

void BlobStore::put(std::string_view key, std::string_view bytes) {
    const fs::path path = path_of(key);
    const ScratchFile scratch_file(scratch());
    write_all(scratch_file.file(), bytes, path);
    sync(scratch_file.file(), path);
    rename_into_place(scratch_file.path(), path);
}

void BlobStore::put_file(std::string_view key, const fs::path& finished) {
    const fs::path path = path_of(key);
    sync(open_file(finished, O_RDONLY), finished);
    rename_into_place(finished, path);
}

std::string BlobStore::get(std::string_view key) const {
    return get_range(key, 0, UINT64_MAX);
}

std::string BlobStore::get_range(std::string_view key, std::uint64_t first, std::uint64_t length) const {
    return read_range(path_of(key), first, length);
}

std::optional<std::uint64_t> BlobStore::size_bytes(std::string_view key) const {
    const fs::path path = path_of(key);
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0)
        return S_ISREG(status.st_mode) ? std::optional(static_cast<std::uint64_t>(status.st_size))
                                       : std::nullopt;
    if (errno != ENOENT && errno != ENOTDIR) throw_disk_error("read", path, errno);
    return std::nullopt;
}

bool BlobStore::erase(std::string_view key) {
    const fs::path path = path_of(key);
    if (::unlink(path.c_str()) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) return false;
        throw_disk_error("erase", path, errno);
    }
    sync_directory(path.parent_path());
    return true;
}

fs::path BlobStore::local_path(std::string_view key) const {
    const fs::path path = path_of(key);
    make_directories(path.parent_path());
    return path;
}

fs::path BlobStore::scratch() const {
    return root_ / kScratch;
}

fs::path BlobStore::path_of(std::string_view key) const {
    check_key(key);
    return root_ / key;
}

}  // namespace stagecast
