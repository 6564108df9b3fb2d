#pragma once
#include <string>
#include <string_view>

namespace stagecast::feeds {

// The text of a description that somebody wrote as HTML, as Google and Outlook do: lines for blocks, links
// with their address behind them, no tags. Text without any common tag stays as it is. Linear in its size.
std::string without_markup(std::string_view text);

}  // namespace stagecast::feeds
