#pragma once
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "base/zone.h"
#include "feeds/content_reader.h"

namespace stagecast::feeds {

// A VTIMEZONE as it stands in a calendar: the lines of each STANDARD and DAYLIGHT in it.
struct ZoneDefinition {
    std::string location;  // X-LIC-LOCATION
    std::vector<std::vector<ContentLine>> observances;
};

// The offsets of a zone over a time: what holds at its begin, then every change.
struct OffsetChange {
    Instant at{};
    std::chrono::seconds offset{};
    bool operator==(const OffsetChange&) const = default;
};
using Offsets = std::vector<OffsetChange>;

Offsets offsets_of(const Zone& zone, Instant from, Instant to);
// By the definition's own rules: yearly ones and single changes. Nothing for a definition that says more than
// that.
std::optional<Offsets> offsets_of(const ZoneDefinition& definition, Instant from, Instant to);

// Finds the zone of the system's database that a calendar means by a TZID. Bounded work for each TZID, and a
// bounded number of TZIDs.
class ImportedZones {
public:
    enum class How { kByName, kByWindowsName, kByOffsets };
    struct Found {
        std::string zone;
        How how = How::kByName;
    };

    // `preferred` are tried first where only the offsets tell. Offsets are compared from `now` on.
    ImportedZones(std::map<std::string, ZoneDefinition> definitions, std::vector<std::string> preferred,
                  Instant now);
    // Nothing for a zone that is none, or beyond the first hundred TZIDs.
    std::optional<Found> find(const std::string& tzid);

private:
    std::optional<Found> look_up(const std::string& tzid);
    std::optional<Found> by_offsets(const ZoneDefinition& definition);

    const std::map<std::string, ZoneDefinition> definitions_;
    const std::vector<std::string> preferred_;
    const Instant from_, to_;
    std::map<std::string, std::optional<Found>> found_;
    std::vector<std::pair<std::string, Offsets>> candidates_;  // made when first needed
};

}  // namespace stagecast::feeds
