#pragma once
#include <span>
#include <string_view>

#include "store/database.h"

namespace stagecast::store {

class Dialect;

// One step of the schema. Once released it never changes: the next step changes the tables.
struct Migration {
    int number;
    std::string_view name;
    std::span<const std::string_view> statements;
};

std::span<const Migration> all_migrations();

// The number of the last applied migration; 0 on an empty database.
int stored_version(Snapshot& snapshot);
// Makes the table of versions where it is missing.
void prepare_versions(Tx& tx);
// Applies the first migration that is missing; false when there is none. Throws Error for a database that is
// newer than this program.
bool apply_next(Tx& tx, const Dialect& dialect);

}  // namespace stagecast::store
