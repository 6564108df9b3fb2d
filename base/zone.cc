#include "base/zone.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/guarded.h"
#include "base/text.h"
#include "base/tzif.h"

namespace stagecast {
namespace {

using std::chrono::seconds;

constexpr std::size_t kMaxNameBytes = 64;
constexpr std::size_t kMaxFileBytes = 128 * 1024;  // the largest today has 4 kB
constexpr seconds kTwoDays{2 * 86'400};            // more than any offset

std::filesystem::path default_database() {
    const char* set = std::getenv("TZDIR");
    return set != nullptr && *set != '\0' ? set : "/usr/share/zoneinfo";
}

Guarded<std::filesystem::path>& chosen_database() {
    static Guarded<std::filesystem::path> path(default_database());
    return path;
}

std::filesystem::path database() {
    return chosen_database().with([](const std::filesystem::path& path) { return path; });
}

// A capital first: so the database's own folders and files (posix/, right/, posixrules, localtime) name no
// zone.
bool is_zone_name(std::string_view name) noexcept {
    if (name.empty() || name.size() > kMaxNameBytes || name[0] < 'A' || name[0] > 'Z') return false;
    if (name.back() == '/' || name.find("//") != std::string_view::npos) return false;
    return name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/") ==
           std::string_view::npos;
}

std::optional<std::string> read_zone_file(std::string_view name) {
    const std::filesystem::path path = database() / name;
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) return std::nullopt;
    std::ifstream file(path, std::ios::binary);
    std::string bytes(kMaxFileBytes, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(file.gcount()));
    return bytes;
}

// The names in a text file of lines "… name …", told by `name_in`.
std::vector<std::string> names_from(
    const char* file_name, const std::function<std::string(const std::vector<std::string>&)>& name_in,
    char separator) {
    std::vector<std::string> names;
    std::ifstream file(database() / file_name);
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with('#')) continue;
        std::string name = name_in(split(line, separator));
        if (is_zone_name(name) && name != "Factory") names.push_back(std::move(name));
    }
    return names;
}

std::vector<std::string> read_names() {
    using Words = std::vector<std::string>;
    auto names = names_from(
        "tzdata.zi",
        [](const Words& words) {  // "Z name …" and "L target name"
            if (words[0] == "Z" && words.size() > 1) return words[1];
            return words[0] == "L" && words.size() > 2 ? words[2] : "";
        },
        ' ');
    if (names.empty())
        names = names_from(
            "zone1970.tab", [](const Words& words) { return words.size() > 2 ? words[2] : ""; }, '\t');
    std::erase(names, "UTC");
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    names.insert(names.begin(), "UTC");
    return names;
}

std::int64_t utc_s(Instant instant) noexcept {
    return std::chrono::floor<seconds>(instant).time_since_epoch().count();
}

Instant instant_of(std::int64_t at_s) noexcept {
    return Instant(seconds(at_s));
}

}  // namespace

struct Zone::Data {
    TzTable table;
    std::string hash;  // of the file
};

namespace {

using Zones = std::map<std::string, std::shared_ptr<const Zone>, std::less<>>;

// Bounded: only names of the database come in.
Guarded<Zones>& cache() {
    static Guarded<Zones> zones;
    return zones;
}

}  // namespace

Zone::Zone(std::string name, std::unique_ptr<const Data> data)
    : name_(std::move(name)), data_(std::move(data)) {}
Zone::~Zone() = default;

std::shared_ptr<const Zone> Zone::find(std::string_view name, std::string_view field) {
    auto cached = cache().with([&](Zones& zones) {
        const auto found = zones.find(name);
        return found == zones.end() ? nullptr : found->second;
    });
    if (cached) return cached;
    const auto file = is_zone_name(name) ? read_zone_file(name) : std::nullopt;
    if (!file) throw Invalid(std::string(field), "is not a time zone like Europe/Paris");
    try {
        auto data = std::make_unique<const Data>(Data{TzTable(*file), sha256_hex(*file)});
        std::shared_ptr<const Zone> zone(new Zone(std::string(name), std::move(data)));
        return cache().with([&](Zones& zones) { return zones.emplace(name, std::move(zone)).first->second; });
    } catch (const Invalid& error) {
        throw Invalid(std::string(field), error.why());
    }
}

const std::vector<std::string>& Zone::names() {
    static const std::vector<std::string> names = read_names();
    return names;
}

void Zone::use_database(const std::filesystem::path& folder) {
    chosen_database().with([&](std::filesystem::path& path) { path = folder; });
}

void Zone::forget_changed() {
    cache().with([](Zones& zones) {
        std::erase_if(zones, [](const auto& known) {
            const auto file = read_zone_file(known.first);
            return !file || sha256_hex(*file) != known.second->rules_hash();
        });
    });
}

const std::string& Zone::rules_hash() const noexcept {
    return data_->hash;
}

seconds Zone::offset_at(Instant instant) const noexcept {
    return seconds(data_->table.type(data_->table.type_at(utc_s(instant))).offset_s);
}

const std::string& Zone::abbreviation_at(Instant instant) const noexcept {
    return data_->table.type(data_->table.type_at(utc_s(instant))).abbreviation;
}

LocalTime Zone::to_local(Instant instant) const noexcept {
    return LocalTime(std::chrono::floor<seconds>(instant).time_since_epoch() + offset_at(instant));
}

// Walks the offsets in force around that time, the earliest first. In each, local - offset is the candidate:
// before the offset begins, the local time was jumped over; within it, this is the first instant with that
// local time.
Instant Zone::to_utc(LocalTime local) const noexcept {
    const TzTable& table = data_->table;
    const std::int64_t local_s = local.time_since_epoch().count();
    std::int64_t from_s = local_s - kTwoDays.count();
    std::int64_t offset_s = table.type(table.type_at(from_s)).offset_s;
    while (true) {
        const auto next = table.next_change(from_s);
        if (!next || local_s - offset_s < next->at_s) return instant_of(local_s - offset_s);
        const std::int64_t next_offset_s = table.type(next->type).offset_s;
        if (local_s - next_offset_s < next->at_s) return instant_of(local_s - offset_s);
        from_s = next->at_s;
        offset_s = next_offset_s;
    }
}

std::vector<Zone::Transition> Zone::transitions(Instant from, Instant to) const {
    constexpr std::size_t kMaxTransitions = 800;  // 4 a year for 200 years
    const TzTable& table = data_->table;
    const std::int64_t end_s = utc_s(to - Milliseconds(1));
    std::vector<Transition> found;
    std::int64_t at_s = utc_s(from - Milliseconds(1));
    const TzTable::Type* before = &table.type(table.type_at(at_s));
    while (found.size() < kMaxTransitions) {
        const auto next = table.next_change(at_s);
        if (!next || next->at_s > end_s) break;
        const TzTable::Type* after = &table.type(next->type);
        if (*after != *before)
            found.push_back({instant_of(next->at_s), seconds(before->offset_s), seconds(after->offset_s),
                             after->abbreviation, after->daylight});
        at_s = next->at_s;
        before = after;
    }
    return found;
}

}  // namespace stagecast
