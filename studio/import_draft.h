#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "feeds/calendar_import.h"
#include "scheduler/adopt.h"
#include "store/channels.h"
#include "studio/import.h"

namespace stagecast::studio {

// One event, or several that become one show: what would be written, and what is said of each.
struct ImportCandidate {
    std::vector<ImportLine> lines;
    std::vector<std::string> uids;            // of each line
    std::optional<scheduler::Adoption> show;  // a series; events that happen once, together
    std::vector<store::Room> rooms;           // of each line, of events that happen once: without ids
    bool is_taken() const { return show || !rooms.empty(); }
};

ImportRemark remark(ImportReason reason, std::string detail = {}, std::optional<LocalTime> slot = {});
std::vector<ImportRemark> remarks_of(const std::vector<feeds::ImportNote>& notes);
// Nothing of it is taken, and every line says why.
void refuse(ImportCandidate& candidate, const ImportRemark& why);

// By UID, the title of what an event became when it came before.
using KnownEvents = std::map<std::string, std::string>;

// What an import makes of a calendar, as far as it can be told without the database: series first. Pure. No
// more series are expanded than one import takes, and none that is known.
std::vector<ImportCandidate> draft_import(const feeds::ImportedCalendar& calendar,
                                          const store::Channel& channel, const std::string& zone,
                                          const std::string& site_url, const KnownEvents& known, Instant now);

}  // namespace stagecast::studio
