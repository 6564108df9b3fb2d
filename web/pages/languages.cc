#include "web/pages/languages.h"

#include <algorithm>
#include <array>
#include <utility>

namespace stagecast::web {
namespace {

// By code.
constexpr std::array<std::pair<std::string_view, std::string_view>, 56> kNames{{
    {"af", "Afrikaans"},  {"ar", "العربية"},     {"be", "Беларуская"}, {"bg", "Български"},
    {"bn", "বাংলা"},      {"br", "Brezhoneg"},   {"bs", "Bosanski"},   {"ca", "Català"},
    {"co", "Corsu"},      {"cs", "Čeština"},     {"cy", "Cymraeg"},    {"da", "Dansk"},
    {"de", "Deutsch"},    {"el", "Ελληνικά"},    {"en", "English"},    {"eo", "Esperanto"},
    {"es", "Español"},    {"et", "Eesti"},       {"eu", "Euskara"},    {"fa", "فارسی"},
    {"fi", "Suomi"},      {"fr", "Français"},    {"ga", "Gaeilge"},    {"gd", "Gàidhlig"},
    {"gl", "Galego"},     {"he", "עברית"},       {"hi", "हिन्दी"},      {"hr", "Hrvatski"},
    {"hu", "Magyar"},     {"hy", "Հայերեն"},     {"id", "Indonesia"},  {"is", "Íslenska"},
    {"it", "Italiano"},   {"ja", "日本語"},      {"ka", "ქართული"},    {"ko", "한국어"},
    {"lt", "Lietuvių"},   {"lv", "Latviešu"},    {"mk", "Македонски"}, {"mt", "Malti"},
    {"nb", "Norsk"},      {"nl", "Nederlands"},  {"no", "Norsk"},      {"oc", "Occitan"},
    {"pl", "Polski"},     {"pt", "Português"},   {"ro", "Română"},     {"ru", "Русский"},
    {"sk", "Slovenčina"}, {"sl", "Slovenščina"}, {"sq", "Shqip"},      {"sr", "Српски"},
    {"sv", "Svenska"},    {"tr", "Türkçe"},      {"uk", "Українська"}, {"zh", "中文"},
}};

}  // namespace

std::string language_name(std::string_view code) {
    const auto primary = code.substr(0, code.find('-'));
    const auto known =
        std::ranges::find(kNames, primary, &std::pair<std::string_view, std::string_view>::first);
    if (known == kNames.end()) return std::string(code);
    if (primary == code) return std::string(known->second);
    return std::string(known->second) + " (" + std::string(code.substr(primary.size() + 1)) + ")";
}

}  // namespace stagecast::web
