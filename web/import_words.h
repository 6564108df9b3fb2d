#pragma once
#include <string>

#include "studio/import.h"
#include "web/pages/words.h"

namespace stagecast::web {

// A remark of an import's report as a sentence for its reader: "It lasts whole days: a show airs at a time."
std::string say_remark(const Words& words, const studio::ImportRemark& remark);

}  // namespace stagecast::web
