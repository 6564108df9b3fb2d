#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "store/connection.h"

namespace Poco::Data {
class Session;
}

// One statement through Poco::Data, the same way for both connectors. Foreign exceptions pass: the dialects
// know them.
namespace stagecast::store::poco {

// Every column is taken as text: Poco 1.11 guesses SQLite's types from the declaration (INTEGER becomes 32
// bits, an expression has none) and has PostgreSQL send text anyway.
std::vector<Cells> query(Poco::Data::Session& session, const std::string& sql, std::size_t columns,
                         std::vector<Value> values);
std::int64_t execute(Poco::Data::Session& session, const std::string& sql, std::vector<Value> values);

}  // namespace stagecast::store::poco
