#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "store/connection.h"

namespace Poco::Data {
class Session;
}

// One statement through Poco::Data. Foreign exceptions pass: the dialect knows them.
namespace stagecast::store::poco {

// Every column is taken as text, as PostgreSQL's connector sends it.
void query(Poco::Data::Session& session, const std::string& sql, std::size_t columns,
           std::vector<Value> values, const EachRow& each);
std::int64_t execute(Poco::Data::Session& session, const std::string& sql, std::vector<Value> values);

}  // namespace stagecast::store::poco
