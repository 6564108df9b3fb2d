#pragma once
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "base/config.h"
#include "base/outbound.h"
#include "base/random.h"
#include "base/time.h"
#include "base/web_push.h"
#include "scheduler/mail_carrier.h"
#include "scheduler/message_writer.h"
#include "scheduler/target_limiter.h"
#include "store/database.h"
#include "store/notices.h"
#include "store/rooms.h"

namespace stagecast::scheduler {

// How one try went. kPlanned: it is to be tried again.
struct Outcome {
    store::MessageState state = store::MessageState::kDelivered;
    std::string why = {};
    std::optional<Milliseconds> wait = {};  // kPlanned: until the next try; else by the backoff
    bool counts = true;                     // as an attempt
};

// Carries one dispatch to its receiver, if it is still true and still wanted.
// Thread: one at a time; carry() blocks up to a minute, never inside a transaction.
class Courier {
public:
    struct Parts {
        store::Database& database;
        const Clock& clock;
        Random& random;
        const Config& config;
        MessageWriter& writer;
        const web_push::Vapid& push_key;
        TargetLimiter& limiter;
    };
    explicit Courier(const Parts& parts) : parts_(parts), mail_(parts.config) {}
    Outcome carry(const store::Dispatch& dispatch);

private:
    struct Errand;
    Errand look(const store::Dispatch& dispatch);
    const Written& written(store::Snapshot& snapshot, const store::Notice& notice, const Reader& reader);
    Outcome mail(const Errand& errand);
    Outcome push(const Errand& errand);
    Outcome call(const Errand& errand);
    Outcome answered(const Errand& errand, const outbound::Posted& posted);

    const Parts parts_;
    MailCarrier mail_;
    // The last ones written: a crowd is told the same in few languages and zones.
    std::map<std::tuple<std::string, std::string, std::string>, Written> cache_;
};

}  // namespace stagecast::scheduler
