#pragma once
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace stagecast {

// One named time zone, read from the system's database (TZif, RFC 8536; /usr/share/zoneinfo or $TZDIR).
// Immutable after construction; any thread.
class Zone {
public:
    // "Europe/Paris". Cached for the life of the process. Throws Invalid(field) for a name that is not in the
    // database, is not a canonical-looking name (letters, digits, _ + - /), or names a file outside it.
    static std::shared_ptr<const Zone> find(std::string_view name, std::string_view field = "zone");
    // Every name of the database (tzdata.zi or, without it, zone1970.tab), sorted; "UTC" first.
    static const std::vector<std::string>& names();
    // A zone whose file is another than when it was read is read again when it is next asked for: what a
    // system update brings. Whoever holds the old one keeps it.
    static void forget_changed();
    // Reads from another folder than $TZDIR or /usr/share/zoneinfo from now on: for tests. names() stays.
    static void use_database(const std::filesystem::path& folder);

    const std::string& name() const noexcept { return name_; }
    // SHA-256 of its file, hex: other rules, another hash.
    const std::string& rules_hash() const noexcept;
    std::chrono::seconds offset_at(Instant instant) const noexcept;
    // "CET", "CEST", "-03".
    const std::string& abbreviation_at(Instant instant) const noexcept;
    LocalTime to_local(Instant instant) const noexcept;
    // The one function that decides: in a gap shift by the offset before it, in an overlap take the first
    // instant (RFC 5545, 3.3.5).
    Instant to_utc(LocalTime local) const noexcept;

    struct Transition {
        Instant at;
        std::chrono::seconds offset_before, offset_after;
        std::string abbreviation_after;
        bool daylight_after;
    };
    // The changes in [from, to), at most 4 a year for 200 years.
    std::vector<Transition> transitions(Instant from, Instant to) const;

    ~Zone();
    Zone(const Zone&) = delete;
    Zone& operator=(const Zone&) = delete;

private:
    struct Data;
    Zone(std::string name, std::unique_ptr<const Data> data);
    const std::string name_;
    const std::unique_ptr<const Data> data_;
};

}  // namespace stagecast
