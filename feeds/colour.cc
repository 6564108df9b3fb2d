#include "feeds/colour.h"

#include <algorithm>
#include <array>
#include <utility>

namespace stagecast::feeds {
namespace {

constexpr std::array<std::pair<unsigned, std::string_view>, 20> kNames{{
    {0x000000, "black"},  {0x808080, "gray"},   {0xc0c0c0, "silver"},    {0xffffff, "white"},
    {0x800000, "maroon"}, {0xff0000, "red"},    {0x800080, "purple"},    {0xff00ff, "fuchsia"},
    {0x008000, "green"},  {0x00ff00, "lime"},   {0x808000, "olive"},     {0xffff00, "yellow"},
    {0x000080, "navy"},   {0x0000ff, "blue"},   {0x008080, "teal"},      {0x00ffff, "aqua"},
    {0xffa500, "orange"}, {0xa0522d, "sienna"}, {0x4682b4, "steelblue"}, {0xdc143c, "crimson"},
}};

int distance(unsigned a, unsigned b) {
    int sum = 0;
    for (const int shift : {0, 8, 16}) {
        const int gap = static_cast<int>(a >> shift & 0xff) - static_cast<int>(b >> shift & 0xff);
        sum += gap * gap;
    }
    return sum;
}

}  // namespace

std::string_view nearest_colour_name(const std::string& colour) {
    const bool is_hex = colour.size() == 7 && colour[0] == '#' &&
                        colour.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string::npos;
    if (!is_hex) return "";
    const auto rgb = static_cast<unsigned>(std::stoul(colour.substr(1), nullptr, 16));
    return std::min_element(
               kNames.begin(), kNames.end(),
               [&](const auto& a, const auto& b) { return distance(rgb, a.first) < distance(rgb, b.first); })
        ->second;
}

}  // namespace stagecast::feeds
