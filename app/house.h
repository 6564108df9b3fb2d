#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "base/config.h"
#include "store/database.h"

namespace stagecast::app {

// The database that the config names, in a data directory that is there (0700).
std::unique_ptr<store::Database> open_database(const Config& config);

// True when a TCP listener could be bound there now. IPv4 and IPv6 addresses.
bool can_listen(const std::string& address, std::uint16_t port);

// One process's right to a data directory, held until destroyed. Throws Unavailable when another has it.
class DataLock {
public:
    explicit DataLock(const Config& config);
    ~DataLock();
    DataLock(const DataLock&) = delete;
    DataLock& operator=(const DataLock&) = delete;

private:
    int descriptor_;
};

}  // namespace stagecast::app
