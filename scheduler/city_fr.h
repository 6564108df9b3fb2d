#pragma once
#include <string>
#include <string_view>

namespace stagecast::scheduler {

// "heure de Paris", "heure du Caire", "heure d’Athènes", "heure des Açores": the place of a zone by the name
// it has in French; the zone's own name where it names no place ("heure UTC").
std::string time_in_french(std::string_view zone);

}  // namespace stagecast::scheduler
