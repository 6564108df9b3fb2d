#pragma once
#include <filesystem>
#include <string>
#include <string_view>

// Files that are on the disk when the call returns. Errors: Unavailable with the system's reason.
namespace stagecast {

// An open descriptor, closed at the end of its scope.
class Descriptor {
public:
    explicit Descriptor(int value) noexcept : value_(value) {}
    ~Descriptor();
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int value() const noexcept { return value_; }

private:
    const int value_;
};

[[noreturn]] void throw_disk_error(std::string_view what, const std::filesystem::path& path,
                                   int error_number);
Descriptor open_file(const std::filesystem::path& path, int flags);
void write_all(const Descriptor& file, std::string_view bytes, const std::filesystem::path& path);
void sync(const Descriptor& file, const std::filesystem::path& path);
// So that a name made or removed in it stays so after a power cut.
void sync_directory(const std::filesystem::path& directory);

}  // namespace stagecast
