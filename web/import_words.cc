#include "web/import_words.h"

#include <algorithm>

namespace stagecast::web {

std::string say_remark(const Words& words, const studio::ImportRemark& remark) {
    auto text = words.text("import.why." + remark.code, {{"detail", remark.detail}});
    if (!remark.slot) return text;
    auto slot = to_iso8601(*remark.slot).substr(0, 16);
    std::ranges::replace(slot, 'T', ' ');
    return words.text("import.airing_of", {{"slot", slot}, {"why", text}});
}

}  // namespace stagecast::web
