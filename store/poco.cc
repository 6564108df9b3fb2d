#include "store/poco.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <Poco/Nullable.h>

namespace stagecast::store::poco {

namespace {

using Poco::Data::Statement;
using Column = std::vector<Poco::Nullable<std::string>>;

// The statement keeps references into `values` until it has run.
void bind(Statement& statement, std::vector<Value>& values) {
    namespace keywords = Poco::Data::Keywords;
    for (auto& value : values) {
        if (auto* integer = std::get_if<std::int64_t>(&value)) {
            static_assert(sizeof(Poco::Int64) == sizeof(std::int64_t));
            statement, keywords::use(*integer);
        } else if (auto* number = std::get_if<double>(&value)) {
            statement, keywords::use(*number);
        } else if (auto* text = std::get_if<std::string>(&value)) {
            statement, keywords::use(*text);
        } else {
            statement, keywords::use(keywords::null);
        }
    }
}

}  // namespace

std::vector<Cells> query(Poco::Data::Session& session, const std::string& sql, std::size_t columns,
                         std::vector<Value> values) {
    std::vector<Column> found(columns);
    Statement statement(session);
    statement << sql;
    bind(statement, values);
    for (auto& column : found) statement, Poco::Data::Keywords::into(column);
    statement.execute();

    std::vector<Cells> rows(found.front().size(), Cells(columns));
    for (std::size_t c = 0; c < columns; ++c)
        for (std::size_t r = 0; r < rows.size(); ++r)
            if (!found[c][r].isNull()) rows[r][c] = std::move(found[c][r].value());
    return rows;
}

std::int64_t execute(Poco::Data::Session& session, const std::string& sql, std::vector<Value> values) {
    Statement statement(session);
    statement << sql;
    bind(statement, values);
    return static_cast<std::int64_t>(statement.execute());
}

}  // namespace stagecast::store::poco
