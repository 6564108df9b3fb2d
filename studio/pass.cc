#include "studio/pass.h"

#include <charconv>

#include "base/error.h"
#include "base/text.h"
#include "studio/seal.h"

namespace stagecast::studio {
namespace {

[[noreturn]] void refuse() {
    throw Unauthenticated(
        "This pass to the stage is not valid. Answer the questions on the room page to get one.");
}

std::string text_of(const Pass& pass) {
    std::string purposes;
    for (const auto purpose : pass.purposes) {
        if (!purposes.empty()) purposes += ',';
        purposes += recorder::name_of(purpose);
    }
    return "1|" + pass.room.text() + "|" + pass.speaker.text() + "|" + purposes + "|" +
           std::to_string(pass.expires_at.time_since_epoch().count());
}

Pass parse(const std::string& text) {
    const auto parts = split(text, '|');
    if (parts.size() != 5 || parts[0] != "1") refuse();
    Pass pass{RoomId::parse(parts[1]), SpeakerId::parse(parts[2]), {}, {}};
    if (!parts[3].empty()) {
        for (const auto& name : split(parts[3], ','))
            pass.purposes.insert(recorder::purpose_named(name, "pass"));
    }
    std::int64_t expiry_ms = 0;
    const auto* end = parts[4].data() + parts[4].size();
    if (std::from_chars(parts[4].data(), end, expiry_ms).ptr != end) refuse();
    pass.expires_at = Instant(Milliseconds(expiry_ms));
    return pass;
}

}  // namespace

std::string Passes::seal(const Pass& pass) const {
    return sealed(key_, text_of(pass));
}

Pass Passes::open(std::string_view token, Instant now) const {
    const auto text = unsealed(key_, token);
    if (!text) refuse();
    try {
        auto pass = parse(*text);
        if (pass.expires_at <= now) {
            throw Unauthenticated("This pass to the stage has expired. Open the room page for a new one.");
        }
        return pass;
    } catch (const Invalid&) {
        refuse();
    } catch (const NotFound&) {
        refuse();
    }
}

}  // namespace stagecast::studio
