#include "scheduler/city_fr.h"

#include <algorithm>
#include <array>
#include <utility>

#include "scheduler/sentence_parts.h"

namespace stagecast::scheduler {
namespace {

// Places whose name in French is not the one of the zone database, sorted; with "du", "de La" or "des" where
// the name has its article.
constexpr std::array<std::pair<std::string_view, std::string_view>, 106> kNames{{
    {"Addis Ababa", "Addis-Abeba"},
    {"Algiers", "Alger"},
    {"Andorra", "Andorre"},
    {"Ashgabat", "Achgabat"},
    {"Asuncion", "Asunción"},
    {"Athens", "Athènes"},
    {"Azores", "des Açores"},
    {"Baghdad", "Bagdad"},
    {"Bahrain", "Bahreïn"},
    {"Baku", "Bakou"},
    {"Barbados", "de la Barbade"},
    {"Beirut", "Beyrouth"},
    {"Belem", "Belém"},
    {"Bermuda", "des Bermudes"},
    {"Bishkek", "Bichkek"},
    {"Brussels", "Bruxelles"},
    {"Bucharest", "Bucarest"},
    {"Cairo", "du Caire"},
    {"Canary", "des Canaries"},
    {"Cape Verde", "du Cap-Vert"},
    {"Cayman", "des îles Caïmans"},
    {"Chagos", "des Chagos"},
    {"Chatham", "des îles Chatham"},
    {"Chisinau", "Chișinău"},
    {"Christmas", "de l’île Christmas"},
    {"Cocos", "des îles Cocos"},
    {"Comoro", "des Comores"},
    {"Copenhagen", "Copenhague"},
    {"Curacao", "Curaçao"},
    {"Damascus", "Damas"},
    {"Dhaka", "Dacca"},
    {"Dominica", "de la Dominique"},
    {"Dubai", "Dubaï"},
    {"Dushanbe", "Douchanbé"},
    {"Easter", "de l’île de Pâques"},
    {"El Aaiun", "Laâyoune"},
    {"El Salvador", "du Salvador"},
    {"Famagusta", "Famagouste"},
    {"Faroe", "des Féroé"},
    {"Fiji", "des Fidji"},
    {"Galapagos", "des Galápagos"},
    {"Grenada", "de la Grenade"},
    {"Guadeloupe", "de la Guadeloupe"},
    {"Guernsey", "Guernesey"},
    {"Guyana", "du Guyana"},
    {"Havana", "de La Havane"},
    {"Hebron", "Hébron"},
    {"Ho Chi Minh", "Hô Chi Minh-Ville"},
    {"Irkutsk", "Irkoutsk"},
    {"Isle of Man", "de l’île de Man"},
    {"Jamaica", "de la Jamaïque"},
    {"Jerusalem", "Jérusalem"},
    {"Kabul", "Kaboul"},
    {"Kamchatka", "du Kamtchatka"},
    {"Kathmandu", "Katmandou"},
    {"Kiev", "Kyiv"},
    {"Kolkata", "Calcutta"},
    {"Krasnoyarsk", "Krasnoïarsk"},
    {"Kuwait", "Koweït"},
    {"Lisbon", "Lisbonne"},
    {"London", "Londres"},
    {"Macau", "Macao"},
    {"Madeira", "Madère"},
    {"Maldives", "des Maldives"},
    {"Malta", "Malte"},
    {"Manila", "Manille"},
    {"Marquesas", "des Marquises"},
    {"Martinique", "de la Martinique"},
    {"Mauritius", "de Maurice"},
    {"Mexico City", "Mexico"},
    {"Mogadishu", "Mogadiscio"},
    {"Montreal", "Montréal"},
    {"Moscow", "Moscou"},
    {"Muscat", "Mascate"},
    {"Ndjamena", "de N’Djamena"},
    {"Nicosia", "Nicosie"},
    {"Noumea", "Nouméa"},
    {"Novosibirsk", "Novossibirsk"},
    {"Puerto Rico", "de Porto Rico"},
    {"Reunion", "de La Réunion"},
    {"Riyadh", "Riyad"},
    {"San Marino", "Saint-Marin"},
    {"Sao Paulo", "São Paulo"},
    {"Sao Tome", "Sao Tomé"},
    {"Seoul", "Séoul"},
    {"Singapore", "Singapour"},
    {"South Georgia", "de Géorgie du Sud"},
    {"South Pole", "du pôle Sud"},
    {"St Barthelemy", "Saint-Barthélemy"},
    {"St Helena", "Sainte-Hélène"},
    {"St Johns", "Saint-Jean de Terre-Neuve"},
    {"St Kitts", "Saint-Christophe"},
    {"St Lucia", "Sainte-Lucie"},
    {"St Thomas", "Saint-Thomas"},
    {"St Vincent", "Saint-Vincent"},
    {"Tashkent", "Tachkent"},
    {"Tbilisi", "Tbilissi"},
    {"Tehran", "Téhéran"},
    {"Tirane", "Tirana"},
    {"Ulaanbaatar", "Oulan-Bator"},
    {"Vatican", "du Vatican"},
    {"Vienna", "Vienne"},
    {"Warsaw", "Varsovie"},
    {"Yakutsk", "Iakoutsk"},
    {"Yekaterinburg", "Ekaterinbourg"},
    {"Yerevan", "Erevan"},
}};

// Before a vowel and before the h that is not heard.
constexpr std::array<std::string_view, 7> kElided{"Halifax",    "Harare",   "Hébron", "Helsinki",
                                                  "Hermosillo", "Honolulu", "Hobart"};

bool elides(std::string_view name) {
    if (std::string_view("AEIOU").find(name.front()) != std::string_view::npos) return true;
    return std::any_of(kElided.begin(), kElided.end(),
                       [&](std::string_view elided) { return name.starts_with(elided); });
}

bool has_article(std::string_view name) {
    return name.starts_with("d") &&
           (name.starts_with("du ") || name.starts_with("de ") || name.starts_with("des "));
}

}  // namespace

std::string time_in_french(std::string_view zone) {
    const auto city = city_of(zone);
    if (city.empty()) return "heure " + std::string(zone);
    const auto found =
        std::lower_bound(kNames.begin(), kNames.end(), std::string_view(city),
                         [](const auto& entry, std::string_view key) { return entry.first < key; });
    const auto name = found != kNames.end() && found->first == city ? std::string(found->second) : city;
    if (has_article(name)) return "heure " + name;
    return (elides(name) ? "heure d’" : "heure de ") + name;
}

}  // namespace stagecast::scheduler
