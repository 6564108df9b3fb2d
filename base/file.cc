#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>

#include "base/error.h"

namespace stagecast {

Descriptor::~Descriptor() {
    if (value_ >= 0) ::close(value_);
}

void throw_disk_error(std::string_view what, const std::filesystem::path& path, int error_number) {
    constexpr std::chrono::seconds kRetryAfter{60};  // a full disk wants a person
    throw Unavailable(fmt::format("cannot {} {}: {}", what, path.filename().string(),
                                  std::generic_category().message(error_number)),
                      kRetryAfter);
}

Descriptor open_file(const std::filesystem::path& path, int flags) {
    constexpr mode_t kOwnerOnly = 0600;
    const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC, kOwnerOnly);
    if (descriptor < 0 && errno == ENOENT) throw NotFound(path.filename().string() + " not found");
    if (descriptor < 0) throw_disk_error("open", path, errno);
    return Descriptor(descriptor);
}

void write_all(const Descriptor& file, std::string_view bytes, const std::filesystem::path& path) {
    while (!bytes.empty()) {
        const ssize_t written_bytes = ::write(file.value(), bytes.data(), bytes.size());
        if (written_bytes < 0 && errno == EINTR) continue;
        if (written_bytes < 0) throw_disk_error("write", path, errno);
        bytes.remove_prefix(static_cast<std::size_t>(written_bytes));
    }
}

void sync(const Descriptor& file, const std::filesystem::path& path) {
    if (::fsync(file.value()) != 0) throw_disk_error("sync", path, errno);
}

void sync_directory(const std::filesystem::path& directory) {
    sync(open_file(directory, O_RDONLY | O_DIRECTORY), directory);
}

}  // namespace stagecast
