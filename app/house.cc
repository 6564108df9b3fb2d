#include "app/house.h"

#include <fcntl.h>
#include <netdb.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/error.h"

namespace stagecast::app {
namespace {

void make_data_directory(const std::filesystem::path& path) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) throw Invalid("data", "cannot make " + path.string() + ": " + error.message());
    std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
}

}  // namespace

std::unique_ptr<store::Database> open_database(const Config& config) {
    make_data_directory(config.data);
    return store::Database::open(config.database.empty() ? "sqlite:" + (config.data / "stagecast.db").string()
                                                         : config.database);
}

bool can_listen(const std::string& address, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return false;
    const int probe = ::socket(found->ai_family, found->ai_socktype | SOCK_CLOEXEC, 0);
    const int reuse = 1;
    ::setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
    const bool free = ::bind(probe, found->ai_addr, found->ai_addrlen) == 0 && ::listen(probe, 1) == 0;
    ::close(probe);
    ::freeaddrinfo(found);
    return free;
}

DataLock::DataLock(const Config& config) {
    make_data_directory(config.data);
    descriptor_ = ::open((config.data / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor_ < 0) throw Invalid("data", "cannot write in " + config.data.string());
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
        ::close(descriptor_);
        throw Unavailable("Another stagecast runs on " + config.data.string() + ".", std::chrono::seconds(0));
    }
}

DataLock::~DataLock() {
    ::close(descriptor_);
}

}  // namespace stagecast::app
