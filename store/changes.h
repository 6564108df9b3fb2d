#pragma once
#include <string>
#include <vector>

#include "base/time.h"
#include "store/database.h"

namespace stagecast::store {

// What one edit changed of a show or an airing: for whoever edits an older version.
struct Change {
    std::string object_id;
    int version = 0;    // the version that it made
    std::string actor;  // a name as people know it
    Instant at{};
    std::vector<std::string> fields;  // "title", "start"
};

namespace changes {

void append(Tx&, const Change&);
std::vector<Change> since(Snapshot&, const std::string& object_id, int version);  // later ones, in order

}  // namespace changes
}  // namespace stagecast::store
