#include "store/changes.h"

#include <fmt/format.h>

#include "base/text.h"
#include "store/sql.h"

namespace stagecast::store::changes {

namespace {

constexpr std::string_view kAppend =
    "INSERT INTO changes (object_id, version, actor, at_ms, fields) VALUES ($1, $2, $3, $4, $5) "
    "ON CONFLICT (object_id, version) DO NOTHING";
constexpr Query kSince{"object_id, version, actor, at_ms, fields",
                       "FROM changes WHERE object_id = $1 AND version > $2 ORDER BY version"};

Change read_change(Row& row) {
    return Change{.object_id = row.text(),
                  .version = row.small(),
                  .actor = row.text(),
                  .at = row.instant(),
                  .fields = split(row.text(), ',')};
}

}  // namespace

void append(Tx& tx, const Change& c) {
    execute(tx, kAppend, c.object_id, c.version, c.actor, c.at, fmt::format("{}", fmt::join(c.fields, ",")));
}

std::vector<Change> since(Snapshot& snapshot, const std::string& object_id, int version) {
    return select(snapshot, kSince, read_change, object_id, version);
}

}  // namespace stagecast::store::changes
