#include "store/documents.h"

#include "store/sql.h"

namespace stagecast::store::documents {

namespace {

constexpr Query kFind{"etag, changed_at_ms", "FROM documents WHERE name = $1"};
constexpr std::string_view kSet =
    "INSERT INTO documents (name, etag, changed_at_ms) VALUES ($1, $2, $3) "
    "ON CONFLICT (name) DO UPDATE SET etag = excluded.etag, changed_at_ms = excluded.changed_at_ms";

constexpr std::string_view kErase = "DELETE FROM documents WHERE name = $1";

}  // namespace

std::optional<PublishedDocument> find(Snapshot& snapshot, const std::string& name) {
    return select_one(
        snapshot, kFind,
        [](Row& row) { return PublishedDocument{.etag = row.text(), .changed_at = row.instant()}; }, name);
}

void set(Tx& tx, const std::string& name, const PublishedDocument& document) {
    execute(tx, kSet, name, document.etag, document.changed_at);
}

void erase(Tx& tx, const std::string& name) {
    execute(tx, kErase, name);
}

}  // namespace stagecast::store::documents
