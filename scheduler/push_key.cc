#include "scheduler/push_key.h"

#include "store/outbox.h"

namespace stagecast::scheduler {
namespace {

constexpr const char* kSetting = "push.key";

}  // namespace

web_push::Vapid push_key(store::Database& database, Random& random) {
    const auto stored =
        database.read([](store::Snapshot& snapshot) { return store::settings::get(snapshot, kSetting); });
    if (stored) return web_push::Vapid(*stored);
    const auto made = web_push::Vapid::generate(random).private_key();
    return web_push::Vapid(database.write([&](store::Tx& tx) {
        const auto first = store::settings::get(tx, kSetting);
        if (!first) store::settings::set(tx, kSetting, made);
        return first.value_or(made);
    }));
}

}  // namespace stagecast::scheduler
