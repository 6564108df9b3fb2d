#include "studio/import.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/error.h"
#include "base/outbound.h"
#include "base/text.h"
#include "base/zone.h"
#include "feeds/calendar_import.h"
#include "scheduler/adopt.h"
#include "scheduler/clashes.h"
#include "store/channels.h"
#include "store/imports.h"
#include "studio/import_draft.h"

namespace stagecast::studio {
namespace {

using store::Snapshot;
using store::Tx;

constexpr int kMaxFetches = 2;  // at once: each may hold a thread of the server for kMaxFeedFetch
constexpr std::chrono::seconds kFetchRetry{5};

// What came to the channel before: titles by UID, and by title the shows that further events may join.
struct Known {
    KnownEvents titles;
    std::map<std::string, store::Show> shows;
};

class KnownReader {
public:
    KnownReader(Snapshot& snapshot, const access::Actor& actor, const ChannelId& channel)
        : snapshot_(snapshot), actor_(actor), channel_(channel) {}

    void look(const feeds::ImportedText& event) {
        const auto import = store::imports::find(snapshot_, channel_, event.uid);
        if (!import) return;
        if (import->room) {
            known_.titles[event.uid] = store::rooms::find(snapshot_, *import->room).value().title;
            return;
        }
        const auto show = store::shows::find(snapshot_, import->show.value()).value();
        known_.titles[event.uid] = show.title;
        if (access::allow(snapshot_, actor_, access::Action::kEditShow, show.id))
            known_.shows.emplace(event.title, show);
    }
    Known take() { return std::move(known_); }

private:
    Snapshot& snapshot_;
    const access::Actor& actor_;
    const ChannelId& channel_;
    Known known_;
};

Known known_of(Snapshot& snapshot, const access::Actor& actor, const ChannelId& channel,
               const feeds::ImportedCalendar& calendar) {
    KnownReader reader(snapshot, actor, channel);
    for (const auto& series : calendar.series) reader.look(series.text);
    for (const auto& single : calendar.singles) reader.look(single.text);
    return reader.take();
}

// Writes what was drafted, and says what became of it.
class Taker {
public:
    Taker(Tx& tx, Known known, const scheduler::Adopter& adopter, scheduler::Clashing clashing)
        : tx_(tx), known_(std::move(known)), adopter_(adopter), clashing_(clashing) {}

    void take(std::vector<ImportCandidate>& candidates) {
        for (auto& candidate : candidates) {
            if (!candidate.is_taken()) continue;
            const auto joined = known_.shows.find(candidate.lines.front().title);
            if (candidate.rooms.empty() ||
                (candidate.show && joined == known_.shows.end() && none_is_known(candidate)))
                take_show(candidate);
            else
                take_rooms(candidate, joined == known_.shows.end() ? nullptr : &joined->second);
        }
    }

private:
    bool none_is_known(const ImportCandidate& candidate) const {
        return std::ranges::none_of(candidate.uids,
                                    [&](const auto& uid) { return known_.titles.contains(uid); });
    }

    void take_show(ImportCandidate& candidate) {
        if (!none_is_known(candidate))
            return refuse(candidate,
                          remark(ImportReason::kAlready, known_.titles.at(candidate.uids.front())));
        const auto slots = scheduler::taken_slots(*candidate.show);
        if (!has_place(1, candidate.show->airings.size()))
            return refuse(candidate, remark(ImportReason::kTooMany));
        if (const auto why = clash_of(slots, {adopter_.host}); !why.empty())
            return refuse(candidate, remark(ImportReason::kClash, why));
        const auto show = scheduler::adopt(tx_, *candidate.show, adopter_);
        known_.shows.emplace(candidate.lines.front().title, show);
        for (std::size_t i = 0; i < candidate.lines.size(); ++i) {
            auto& line = candidate.lines[i];
            line.fate = ImportFate::kShow;
            line.slug = show.slug;
            line.schedule = candidate.show->plan.schedule;
            if (!slots.empty()) line.starts_at = slots.front().starts_at;
            if (candidate.lines.size() > 1)
                line.remarks.push_back(
                    remark(ImportReason::kTogether, std::to_string(candidate.lines.size())));
            store::imports::put(tx_, {adopter_.channel, candidate.uids[i], show.id, {}, adopter_.now});
        }
    }

    // Each on its own, as an airing of `show` where there is one.
    void take_rooms(ImportCandidate& candidate, const store::Show* show) {
        for (std::size_t i = 0; i < candidate.lines.size(); ++i) {
            auto& line = candidate.lines[i];
            auto& room = candidate.rooms[i];
            if (show) join(room, *show);
            if (const auto why = why_no_room(candidate.uids[i], room)) {
                line.remarks.push_back(*why);
                continue;
            }
            const auto taken = scheduler::adopt_room(tx_, room, adopter_);
            line.fate = ImportFate::kRoom;
            line.room = taken.id.text();
            line.starts_at = taken.starts_at;
            if (show) {
                line.slug = show->slug;
                line.remarks.push_back(remark(ImportReason::kJoined, show->title));
            }
            store::imports::put(tx_, {adopter_.channel, candidate.uids[i], {}, taken.id, adopter_.now});
        }
    }

    // What the airing does not say otherwise is the show's.
    static void join(store::Room& room, const store::Show& show) {
        room.show = show.id;
        if (room.title == show.title) room.title.clear();
        if (room.notes == show.notes) room.notes.clear();
    }

    std::optional<ImportRemark> why_no_room(const std::string& uid, const store::Room& room) {
        if (const auto known = known_.titles.find(uid); known != known_.titles.end())
            return remark(ImportReason::kAlready, known->second);
        if (!has_place(0, 1)) return remark(ImportReason::kTooMany);
        const std::vector<AccountId> hosts =
            room.show ? std::vector{adopter_.host} : std::vector<AccountId>{};
        const auto clash = clash_of({{{}, room.starts_at, room.ends_at}}, hosts);
        if (!clash.empty()) return remark(ImportReason::kClash, clash);
        return std::nullopt;
    }

    bool has_place(std::size_t shows, std::size_t airings) {
        if (shows_taken_ + shows > kMaxImportShows || airings_taken_ + airings > kMaxImportAirings)
            return false;
        shows_taken_ += shows;
        airings_taken_ += airings;
        return true;
    }

    // With what it names the taker is familiar: it is their channel's, or their own.
    std::string clash_of(const std::vector<scheduler::Slot>& slots, const std::vector<AccountId>& hosts) {
        if (clashing_ == scheduler::Clashing::kAccept) return {};
        auto clashes =
            scheduler::clashes_of(tx_, {adopter_.channel, hosts, std::nullopt, std::nullopt}, slots);
        return clashes.empty() ? std::string() : scheduler::Clashes(std::move(clashes), std::nullopt).what();
    }

    Tx& tx_;
    Known known_;
    const scheduler::Adopter& adopter_;
    const scheduler::Clashing clashing_;
    std::size_t shows_taken_ = 0, airings_taken_ = 0;
};

ImportReport report_of(const feeds::ImportedCalendar& calendar, std::vector<ImportCandidate> candidates) {
    ImportReport report;
    report.name = calendar.name;
    report.notes = remarks_of(calendar.notes);
    for (auto& candidate : candidates) {
        if (candidate.lines.front().fate == ImportFate::kShow) ++report.shows;
        for (auto& line : candidate.lines) {
            report.rooms += line.fate == ImportFate::kRoom ? 1 : 0;
            report.not_taken += line.fate == ImportFate::kNotTaken ? 1 : 0;
            report.lines.push_back(std::move(line));
        }
    }
    std::ranges::stable_sort(report.lines, {}, &ImportLine::line);
    return report;
}

store::Channel channel_for(Snapshot& snapshot, const access::Actor& actor, const std::string& slug) {
    auto channel = store::channels::find_by_slug(snapshot, slug);
    if (!channel) throw NotFound("channel not found");
    access::require(snapshot, actor, access::Action::kMakeShow, channel->id);
    return *std::move(channel);
}

// What a preview ends its transaction with.
class Undone : public Error {
public:
    Undone() : Error("undone") {}
};

// One more of what is counted, for as long as it lives.
class Place {
public:
    explicit Place(std::atomic<int>& count) : count_(count) {
        if (++count_ <= kMaxFetches) return;
        --count_;
        throw Unavailable("other feeds are being fetched: try again in a moment", kFetchRetry);
    }
    ~Place() { --count_; }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

private:
    std::atomic<int>& count_;
};

}  // namespace

std::string_view word(ImportReason reason) noexcept {
    static constexpr std::array<std::string_view, kImportReasons> kWords{
        "already", "past",     "over",        "too_far",  "refused",
        "clash",   "too_many", "lost_airing", "together", "joined"};
    return kWords[static_cast<std::size_t>(reason)];
}

std::string_view word(ImportFate fate) noexcept {
    return fate == ImportFate::kShow ? "show" : fate == ImportFate::kRoom ? "room" : "not_taken";
}

ImportReport Importer::preview(const access::Actor& actor, const std::string& channel_slug,
                               std::string_view ics, const Wish& wish) {
    return run(actor, channel_slug, ics, wish, Mode::kPreview);
}

ImportReport Importer::take(const access::Actor& actor, const std::string& channel_slug, std::string_view ics,
                            const Wish& wish) {
    return run(actor, channel_slug, ics, wish, Mode::kTake);
}

ImportReport Importer::run(const access::Actor& actor, const std::string& channel_slug, std::string_view ics,
                           const Wish& wish, Mode mode) {
    const auto channel =
        database_.read([&](Snapshot& snapshot) { return channel_for(snapshot, actor, channel_slug); });
    Zone::find(wish.zone, "zone");
    const auto now = clock_.now();
    const auto calendar = feeds::read_calendar(ics, {wish.zone, now});
    const auto known = database_.read(
        [&](Snapshot& snapshot) { return known_of(snapshot, actor, channel.id, calendar).titles; });
    auto candidates = draft_import(calendar, channel, wish.zone, config_.site_url, known, now);
    try {
        database_.write([&](Tx& tx) {
            channel_for(tx, actor, channel_slug);
            const scheduler::Adopter adopter{channel.id, actor.account.value(), config_.site_url, random_,
                                             now};
            Taker(tx, known_of(tx, actor, channel.id, calendar), adopter, wish.clashing).take(candidates);
            if (mode == Mode::kPreview) throw Undone();
        });
    } catch (const Undone&) {
        // As it was before.
    }
    return report_of(calendar, std::move(candidates));
}

std::string Importer::fetch(const access::Actor& actor, const std::string& channel_slug,
                            const std::string& url) {
    database_.read([&](Snapshot& snapshot) { channel_for(snapshot, actor, channel_slug); });
    const Place place(fetching_);
    auto address = trim(url);
    // What calendar programs write for "subscribe to this": nobody speaks it.
    if (lower_ascii(address).starts_with("webcal://")) address = "https" + address.substr(6);
    outbound::FetchLimits limits;
    limits.max_bytes = feeds::kMaxImportBytes;
    limits.total = kMaxFeedFetch;
    limits.addresses = config_.outbound_addresses;
    return outbound::fetch(address, limits).bytes;
}

}  // namespace stagecast::studio
