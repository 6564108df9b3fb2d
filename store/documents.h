#pragma once
#include <optional>
#include <string>

#include "base/time.h"
#include "store/database.h"

namespace stagecast::store {

// What was last published under a name, and since when: a Last-Modified that never goes back (decision 0006).
struct PublishedDocument {
    std::string etag;
    Instant changed_at{};
};

namespace documents {

std::optional<PublishedDocument> find(Snapshot&, const std::string& name);
void set(Tx&, const std::string& name, const PublishedDocument&);
void erase(Tx&, const std::string& name);  // of what is published no more; or was never

}  // namespace documents
}  // namespace stagecast::store
