#include "app/house.h"

#include <fcntl.h>
#include <sys/file.h>
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
