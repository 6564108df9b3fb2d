#include "store/poco.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <Poco/Nullable.h>

namespace stagecast::store::poco {

namespace {

using Poco::Data::Statement;
using Column = std::vector<Poco::Nullable<std::string>>;

class TextCells final : public Cells {
public:
    TextCells(const std::vector<Column>& columns, std::size_t row) : columns_(columns), row_(row) {}
    bool is_null(std::size_t column) const override { return columns_[column][row_].isNull(); }
    std::string_view text(std::size_t column) const override {
        if (is_null(column)) refuse_null();
        return columns_[column][row_].value();
    }
    std::int64_t integer(std::size_t column) const override { return parse_integer(text(column)); }
    double number(std::size_t column) const override { return parse_number(text(column)); }

private:
    const std::vector<Column>& columns_;
    const std::size_t row_;
};

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

void query(Poco::Data::Session& session, const std::string& sql, std::size_t columns,
           std::vector<Value> values, const EachRow& each) {
    std::vector<Column> found(columns);
    Statement statement(session);
    statement << sql;
    bind(statement, values);
    for (auto& column : found) statement, Poco::Data::Keywords::into(column);
    statement.execute();
    for (std::size_t row = 0; row < found.front().size(); ++row) each(TextCells(found, row));
}

std::int64_t execute(Poco::Data::Session& session, const std::string& sql, std::vector<Value> values) {
    Statement statement(session);
    statement << sql;
    bind(statement, values);
    return static_cast<std::int64_t>(statement.execute());
}

}  // namespace stagecast::store::poco
