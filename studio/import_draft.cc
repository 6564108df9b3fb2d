#include "studio/import_draft.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/zone.h"

namespace stagecast::studio {
namespace {

using scheduler::Adoption;

constexpr std::size_t kMaxNotesCharacters = 20'000;
constexpr std::size_t kMaxTried = 500;  // series, of which some are refused: a rule may cost 50 ms
using scheduler::kNever;

ImportCandidate candidate_of(const feeds::ImportedText& text) {
    ImportLine line;
    line.line = text.line;
    line.title = text.title;
    line.remarks = remarks_of(text.notes);
    ImportCandidate candidate;
    candidate.lines.push_back(std::move(line));
    candidate.uids.push_back(text.uid);
    return candidate;
}

class Drafter {
public:
    Drafter(const store::Channel& channel, const std::string& zone, const std::string& site_url,
            const KnownEvents& known, Instant now)
        : channel_(channel), zone_(zone), site_url_(site_url), known_(known), now_(now) {}

    std::vector<ImportCandidate> draft(const feeds::ImportedCalendar& calendar) {
        for (const auto& skip : calendar.skipped) add(candidate_of(skip.text));
        for (const auto& series : calendar.series) add(draft_series(series));
        std::map<std::pair<std::string, int>, std::vector<const feeds::ImportedSingle*>> by_title;
        for (const auto& single : calendar.singles) {
            if (single.starts_at <= now_)
                add_refused(single, ImportReason::kPast);
            else if (single.starts_at > now_ + scheduler::kHorizon)
                add_refused(single, ImportReason::kTooFar);
            else
                by_title[{single.text.title, single.length_minutes}].push_back(&single);
        }
        for (const auto& [key, singles] : by_title) add_singles(singles);
        return std::move(candidates_);
    }

private:
    void add(ImportCandidate candidate) { candidates_.push_back(std::move(candidate)); }

    void add_refused(const feeds::ImportedSingle& single, ImportReason reason) {
        auto candidate = candidate_of(single.text);
        refuse(candidate, remark(reason));
        add(std::move(candidate));
    }

    // What an event says, with its address where that leads elsewhere.
    std::string notes_of(const feeds::ImportedText& text) const {
        const bool is_ours = !site_url_.empty() && text.url.starts_with(site_url_);
        if (text.url.empty() || is_ours || text.description.find(text.url) != std::string::npos ||
            text.description.size() + text.url.size() + 2 > kMaxNotesCharacters)
            return text.description;
        return text.description + (text.description.empty() ? "" : "\n\n") + text.url;
    }

    scheduler::ShowPlan plan_of(const feeds::ImportedText& text) const {
        scheduler::ShowPlan plan;
        plan.title = text.title;
        plan.notes = notes_of(text);
        plan.language = channel_.language;
        return plan;
    }

    // Without dates that are over, where there are more than a schedule takes. A series of dates alone begins
    // with the first of them.
    scheduler::Schedule schedule_of(const feeds::ImportedSeries& series) const {
        scheduler::Schedule schedule{
            series.start,          series.zone, series.rrule, series.exdates, series.rdates,
            series.length_minutes, {}};
        const auto zone = Zone::find(series.zone);
        const auto over = [&](LocalTime local) { return zone->to_utc(local) < now_; };
        if (schedule.exdates.size() > scheduler::kMaxDates) std::erase_if(schedule.exdates, over);
        if (schedule.rdates.size() > scheduler::kMaxDates) std::erase_if(schedule.rdates, over);
        if (schedule.rrule.empty() && !schedule.rdates.empty() && schedule.rdates.front() < schedule.start) {
            schedule.rdates.push_back(schedule.start);
            std::ranges::sort(schedule.rdates);
            schedule.start = schedule.rdates.front();
            schedule.rdates.erase(schedule.rdates.begin());
        }
        return schedule;
    }

    ImportCandidate draft_series(const feeds::ImportedSeries& series) {
        auto candidate = candidate_of(series.text);
        if (const auto known = known_.find(series.text.uid); known != known_.end())
            refuse(candidate, remark(ImportReason::kAlready, known->second));
        else if (tried_ >= kMaxTried || shows_ >= kMaxImportShows || airings_ >= kMaxImportAirings)
            refuse(candidate, remark(ImportReason::kTooMany));
        else
            prepare(series, candidate);
        return candidate;
    }

    void prepare(const feeds::ImportedSeries& series, ImportCandidate& candidate) {
        auto plan = plan_of(series.text);
        plan.schedule = schedule_of(series);
        std::vector<scheduler::ForeignAiring> changes;
        for (const auto& airing : series.overrides)
            changes.push_back(
                {airing.slot_local, airing.starts_at, airing.length_minutes, airing.title, airing.cancelled});
        ++tried_;
        try {
            candidate.show = scheduler::prepare_adoption(plan, changes, now_);
        } catch (const Invalid& error) {
            return refuse(candidate, remark(ImportReason::kRefused, error.why()));
        }
        for (const auto slot : candidate.show->lost)
            candidate.lines[0].remarks.push_back(remark(ImportReason::kLostAiring, "", slot));
        if (is_over(*candidate.show)) return refuse(candidate, remark(ImportReason::kOver));
        ++shows_;
        airings_ += candidate.show->airings.size();
    }

    bool is_over(const Adoption& adoption) const {
        return adoption.airings.empty() && scheduler::expand(adoption.plan.schedule, now_, kNever, 1).empty();
    }

    // Of one title and length, and to come.
    void add_singles(std::vector<const feeds::ImportedSingle*> singles) {
        std::ranges::sort(singles, {}, &feeds::ImportedSingle::starts_at);
        const auto zone = Zone::find(singles.front()->zone == "UTC" ? zone_ : singles.front()->zone);
        std::map<LocalTime, const feeds::ImportedSingle*> dates;
        for (const auto* single : singles) {
            const auto local = zone->to_local(single->starts_at);
            // A start, and further dates. The second of two equal clock times is no date.
            const bool fits =
                zone->to_utc(local) == single->starts_at && dates.size() <= scheduler::kMaxDates;
            if (!fits || !dates.emplace(local, single).second) add(draft_room(*single));
        }
        if (dates.size() == 1) add(draft_room(*dates.begin()->second));
        if (dates.size() > 1) add(draft_together(dates, zone->name()));
    }

    ImportCandidate draft_room(const feeds::ImportedSingle& single) const {
        auto candidate = candidate_of(single.text);
        store::Room room;
        room.title = single.text.title;
        room.notes = notes_of(single.text);
        room.starts_at = single.starts_at;
        room.ends_at = single.starts_at + std::chrono::minutes(single.length_minutes);
        candidate.rooms.push_back(std::move(room));
        return candidate;
    }

    ImportCandidate draft_together(const std::map<LocalTime, const feeds::ImportedSingle*>& dates,
                                   const std::string& zone) const {
        const auto& first = *dates.begin()->second;
        auto plan = plan_of(first.text);
        plan.schedule.zone = zone;
        plan.schedule.start = dates.begin()->first;
        plan.schedule.length_minutes = first.length_minutes;
        ImportCandidate all;
        for (const auto& [local, single] : dates) {
            if (local != plan.schedule.start) plan.schedule.rdates.push_back(local);
            auto one = draft_room(*single);
            all.lines.push_back(std::move(one.lines.front()));
            all.uids.push_back(std::move(one.uids.front()));
            all.rooms.push_back(std::move(one.rooms.front()));
        }
        try {
            all.show = scheduler::prepare_adoption(plan, {}, now_);
        } catch (const Invalid& error) {
            refuse(all, remark(ImportReason::kRefused, error.why()));
        }
        return all;
    }

    const store::Channel& channel_;
    const std::string& zone_;
    const std::string& site_url_;
    const KnownEvents& known_;
    const Instant now_;
    std::size_t tried_ = 0, shows_ = 0, airings_ = 0;  // of the series
    std::vector<ImportCandidate> candidates_;
};

}  // namespace

ImportRemark remark(ImportReason reason, std::string detail, std::optional<LocalTime> slot) {
    return {std::string(word(reason)), std::move(detail), slot};
}

std::vector<ImportRemark> remarks_of(const std::vector<feeds::ImportNote>& notes) {
    std::vector<ImportRemark> remarks;
    remarks.reserve(notes.size());
    for (const auto& note : notes)
        remarks.push_back({std::string(feeds::word(note.issue)), note.detail, note.slot});
    return remarks;
}

void refuse(ImportCandidate& candidate, const ImportRemark& why) {
    candidate.show.reset();
    candidate.rooms.clear();
    for (auto& line : candidate.lines) line.remarks.push_back(why);
}

std::vector<ImportCandidate> draft_import(const feeds::ImportedCalendar& calendar,
                                          const store::Channel& channel, const std::string& zone,
                                          const std::string& site_url, const KnownEvents& known,
                                          Instant now) {
    return Drafter(channel, zone, site_url, known, now).draft(calendar);
}

}  // namespace stagecast::studio
