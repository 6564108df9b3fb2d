#pragma once
#include <string>
#include <string_view>

namespace stagecast::access {

enum class LetterKind { kConfirm, kHasAccount, kReset, kInvitation, kApproved };

struct Letter {
    std::string subject, text;
};

// The mails about accounts, in English and (language "fr") French. `link` is where each leads.
Letter letter(LetterKind kind, std::string_view language, std::string_view site_name, std::string_view link);

}  // namespace stagecast::access
