#include "scheduler/planner.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "scheduler/airings.h"
#include "scheduler/letters.h"
#include "scheduler/notices.h"
#include "scheduler/plan_check.h"
#include "scheduler/reconcile.h"
#include "scheduler/show_rows.h"
#include "store/accounts.h"
#include "store/programme.h"

namespace stagecast::scheduler {
namespace {

using store::Room;
using store::RoomState;
using store::Show;
using store::Snapshot;
using store::Tx;

constexpr int kPreviewed = 5;
constexpr int kMostChanges = 6;  // named in one message

template <class T>
T found(std::optional<T> thing, const char* noun) {
    if (!thing) throw NotFound(std::string(noun) + " not found");
    return *std::move(thing);
}

std::vector<AccountId> ids_of(const std::vector<store::Host>& hosts) {
    std::vector<AccountId> ids;
    ids.reserve(hosts.size());
    for (const auto& host : hosts) ids.push_back(host.account);
    return ids;
}

std::string why_stale(const std::vector<store::Change>& changes) {
    if (changes.empty()) return "version: it was changed by someone else";
    std::string text = "version: changed meanwhile";
    for (std::size_t i = 0; i < changes.size() && i < kMostChanges; ++i)
        text += fmt::format("{} by {}: {}", i == 0 ? "" : ";", changes[i].actor,
                            fmt::join(changes[i].fields, ", "));
    return text;
}

void require_version(Snapshot& snapshot, const std::string& id, int stored, int given) {
    if (stored != given) throw Stale(store::changes::since(snapshot, id, given));
}

// From when on a plan holds, and what it is from there.
struct Change {
    Instant cut{};
    bool has_past = false;     // airings of the present schedule lie before the cut
    bool ends_phases = false;  // earlier schedules were to hold beyond the cut: what followed them goes
    Schedule schedule;         // without what lies before the cut
    std::vector<Slot> slots;
    Reconciled reconciled;
};

store::Room first_changed(Snapshot& snapshot, const Show& show, const RoomId& from, Instant now) {
    auto room = store::rooms::find(snapshot, from);
    if (!room || room->show != show.id || !room->slot) throw Invalid("from", "is no airing of this show");
    if (*room->slot < now) throw Invalid("from", "has begun: choose a coming airing");
    return *std::move(room);
}

// Just after the airing before this one.
Instant after_previous(Snapshot& snapshot, const Show& show, Instant slot) {
    constexpr std::chrono::days kBehind{62};  // of a rule that is rarer, no airing is near enough to matter
    const auto before = store::rooms::slots_of_show(snapshot, show.id, slot - kBehind, slot, kMaxSlots);
    return before.empty() ? slot - kBehind : *before.back().slot + Milliseconds(1);
}

// The airing that is the first to change may begin earlier than it did: on its day, or as early as the plan
// says, but not before the airing that stays.
Instant cut_of(Snapshot& snapshot, const Show& show, const std::optional<RoomId>& from, const ShowPlan& plan,
               Instant now) {
    if (!from) return now;
    const auto slot = *first_changed(snapshot, show, *from, now).slot;
    const auto earliest = std::max(now, after_previous(snapshot, show, slot));
    const auto zone = Zone::find(plan.schedule.zone);
    const auto start = zone->to_utc(plan.schedule.start);
    const auto day = zone->to_utc(std::chrono::floor<std::chrono::days>(zone->to_local(slot)));
    const auto wanted = start >= earliest && start < slot ? start : day;
    return std::clamp(wanted, std::min(earliest, slot), slot);
}

bool has_airings_between(Snapshot& snapshot, const ShowId& show, Instant from, Instant to) {
    return !store::rooms::slots_of_show(snapshot, show, from, to, 1).empty();
}

// By the earlier schedule that a slot is of; nothing for one of the present schedule.
std::optional<int> minutes_by(const std::vector<store::Phase>& phases, Instant slot) {
    const auto found = std::ranges::find_if(phases, [&](const auto& phase) { return slot < phase.ends_at; });
    return found == phases.end() ? std::nullopt : std::optional(found->length_minutes);
}

Change plan_change(Snapshot& snapshot, const Show& show, const std::optional<RoomId>& from,
                   const ShowPlan& plan, Instant now) {
    Change change;
    change.cut = cut_of(snapshot, show, from, plan, now);
    const auto phases = store::shows::phases(snapshot, show.id);
    change.ends_phases = !phases.empty() && phases.back().ends_at > change.cut;
    const auto began = phases.empty() || change.ends_phases ? Instant{} : phases.back().ends_at;
    const bool has_earlier = has_airings_between(snapshot, show.id, began, change.cut);
    change.has_past = has_earlier && !change.ends_phases;
    change.schedule = has_earlier ? cut_before(plan.schedule, change.cut) : plan.schedule;
    const auto first = std::max(change.cut, now);
    auto known = known_airings(snapshot, show.id, first);
    for (auto& airing : known) airing.usual_minutes = minutes_by(phases, *airing.room.slot);
    // The last airings go along too, although their new slots may lie beyond the horizon.
    const auto last = known.empty() ? now : *known.back().room.slot + std::chrono::days(4);
    change.slots = expand(change.schedule, first, std::max(now + kHorizon, last));
    change.reconciled = reconcile(known, change.slots, show.length_minutes);
    return change;
}

store::Phase phase_of(const Show& show, Instant ends_at, int number) {
    return {show.id,        number,       ends_at,     show.title,  show.zone,           show.start,
            show.rrule,     show.exdates, show.rdates, show.pauses, show.length_minutes, show.sequence,
            show.updated_at};
}

// Airings before the cut keep the words they were announced with.
void keep_title(Tx& tx, const Show& show, Instant from, Instant to) {
    for (auto& room : store::rooms::slots_of_show(tx, show.id, from, to, kMaxSlots)) {
        if (!room.title.empty()) continue;
        room.title = show.title;
        store::rooms::update(tx, room);
    }
}

void close_phase(Tx& tx, const Show& show, const Change& change) {
    const auto phases = store::shows::phases(tx, show.id);
    if (phases.size() >= static_cast<std::size_t>(kMaxPhases))
        throw Conflict(fmt::format("a show's schedule can be changed {} times", kMaxPhases));
    const int number = phases.empty() ? 1 : phases.back().number + 1;
    store::shows::insert_phase(tx, phase_of(show, change.cut, number));
}

void apply(Tx& tx, const Show& show, Change& change, Random& random, Instant now) {
    for (auto& room : change.reconciled.placed) room.updated_at = now;
    for (const auto& room : change.reconciled.erased) store::rooms::erase_untouched(tx, room.id);
    set_slots(tx, change.reconciled.placed, *Zone::find(show.zone));
    // Calendars must be told of an airing that stands beside its rule: that is what its sequence says.
    for (auto& room : change.reconciled.misfits) {
        ++room.sequence;
        room.updated_at = now;
        store::rooms::set_slot(tx, room);
    }
    insert_slots(tx, show, change.reconciled.added, random, now);
}

// Of a show, with those who were asked.
void require_place(Snapshot& snapshot, const ShowId& show, std::size_t hosts) {
    const auto asked = store::shows::invitations(snapshot, show);
    const auto pending = std::ranges::count(asked, store::Answer::kPending, &store::CohostInvitation::answer);
    if (hosts + static_cast<std::size_t>(pending) >= static_cast<std::size_t>(kMaxHosts))
        throw Invalid("handle",
                      fmt::format("a show has at most {} hosts, with those who are asked", kMaxHosts));
}

// Each question is a mail: nobody gets many of them.
void require_question(Snapshot& snapshot, const ShowId& show, const AccountId& cohost, Instant now) {
    for (const auto& asked : store::shows::invitations(snapshot, show))
        if (asked.account == cohost && now - asked.created_at < kAskAgainAfter)
            throw Conflict("they were asked within the last day");
    if (store::shows::invitations_to(snapshot, cohost).size() >= static_cast<std::size_t>(kMaxQuestions))
        throw Conflict("they have many such questions to answer already");
}

}  // namespace

Stale::Stale(std::vector<store::Change> changes)
    : Conflict(why_stale(changes)), changes_(std::move(changes)) {}

Schedule schedule_of(const Show& show) {
    return {show.start, show.zone, show.rrule, show.exdates, show.rdates, show.length_minutes, show.pauses};
}

Schedule schedule_of(const store::Phase& phase) {
    return {phase.start,  phase.zone,           phase.rrule, phase.exdates,
            phase.rdates, phase.length_minutes, phase.pauses};
}

Planner::Planner(store::Database& database, const Clock& clock, Random& random, std::string site_url)
    : database_(database), clock_(clock), random_(random), site_url_(std::move(site_url)) {}

Show Planner::create(const ChannelId& channel, const AccountId& host, const ShowPlan& plan,
                     Clashing clashing) {
    const auto wanted = checked(plan);
    const auto now = clock_.now();
    const auto slots = expand(wanted.schedule, now, now + kHorizon);
    return database_.write([&](Tx& tx) {
        found(store::channels::find(tx, channel), "channel");
        if (clashing == Clashing::kRefuse)
            refuse_clashes(tx, {channel, {host}, std::nullopt, std::nullopt}, slots,
                           *Zone::find(wanted.schedule.zone));
        const auto show = insert_show(tx, wanted, channel, host, random_, site_url_, now);
        insert_slots(tx, show, slots, random_, now);
        return show;
    });
}

Show Planner::update(const Editor& by, const ShowId& show, int version, const ShowPlan& plan,
                     Clashing clashing) {
    return change(by, show, version, std::nullopt, plan, clashing);
}

Show Planner::update_from(const Editor& by, const ShowId& show, int version, const RoomId& from,
                          const ShowPlan& plan, Clashing clashing) {
    return change(by, show, version, from, plan, clashing);
}

Show Planner::change(const Editor& by, const ShowId& id, int version, const std::optional<RoomId>& from,
                     const ShowPlan& plan, Clashing clashing) {
    const auto wanted = checked(plan);
    const auto now = clock_.now();
    return database_.write([&](Tx& tx) {
        auto show = found(store::shows::find(tx, id), "show");
        require_version(tx, id.text(), show.version, version);
        if (show.retired_at) throw Conflict("the show was taken off the programme");
        if (from) first_changed(tx, show, *from, now);
        const auto fields = changed_fields(show, store::shows::texts(tx, id), wanted);
        const bool is_split = from && wanted.title != show.title;
        const bool changes_times = schedule_of(show) != wanted.schedule;
        if (!changes_times && !is_split) {
            put(wanted, wanted.schedule, show);
        } else {
            auto change = plan_change(tx, show, from, wanted, now);
            if (clashing == Clashing::kRefuse)
                refuse_clashes(tx, {show.channel, ids_of(store::shows::hosts(tx, id)), id, std::nullopt},
                               change.slots, *Zone::find(wanted.schedule.zone));
            if (change.ends_phases) store::shows::end_phases(tx, id, change.cut, now);
            if (change.has_past) close_phase(tx, show, change);
            if (wanted.title != show.title) keep_title(tx, show, now, change.cut);
            put(wanted, change.schedule, show);
            ++show.sequence;
            apply(tx, show, change, random_, now);
            if (changes_times) tell_show(tx, random_, show, store::NoticeKind::kRescheduled, by.account, now);
        }
        if (!wanted.slug.empty()) show.slug = wanted.slug;
        show.updated_at = now;
        store::shows::update(tx, show);
        store::shows::set_texts(tx, id, wanted.texts);
        store::changes::append(tx, {id.text(), version + 1, by.name, now, fields});
        return found(store::shows::find(tx, id), "show");
    });
}

Review Planner::review(const ChannelId& channel, const std::vector<AccountId>& hosts, const ShowPlan& plan,
                       const std::optional<ShowId>& id, const std::optional<RoomId>& from) {
    const auto wanted = checked(plan);
    const auto now = clock_.now();
    return database_.read([&](Snapshot& snapshot) {
        Review review;
        std::vector<Slot> slots;
        if (id) {
            const auto show = found(store::shows::find(snapshot, *id), "show");
            auto change = plan_change(snapshot, show, from, wanted, now);
            slots = std::move(change.slots);
            review.misfits = std::move(change.reconciled.misfits);
            review.added = static_cast<int>(change.reconciled.added.size());
            review.removed = static_cast<int>(change.reconciled.erased.size());
            review.kept = static_cast<int>(change.reconciled.placed.size());
        } else {
            slots = expand(wanted.schedule, now, now + kHorizon);
            review.added = static_cast<int>(slots.size());
        }
        const Booking booking{channel, hosts, id, std::nullopt};
        review.clashes = clashes_of(snapshot, booking, slots);
        if (!review.clashes.empty())
            review.free_start =
                scheduler::free_start(snapshot, booking, slots, *Zone::find(wanted.schedule.zone));
        review.next.assign(slots.begin(),
                           slots.begin() + std::min<std::ptrdiff_t>(kPreviewed, std::ssize(slots)));
        return review;
    });
}

Show Planner::retire(const Editor& by, const ShowId& id, int version) {
    const auto now = clock_.now();
    return database_.write([&](Tx& tx) {
        auto show = found(store::shows::find(tx, id), "show");
        require_version(tx, id.text(), show.version, version);
        if (show.retired_at) throw Conflict("the show is off the programme already");
        for (auto& room : store::rooms::of_show(tx, id, now, now + 2 * kHorizon, 2 * kMaxSlots)) {
            if (room.state != RoomState::kScheduled) continue;
            room.state = RoomState::kCancelled;
            ++room.sequence;
            room.updated_at = now;
            store::rooms::update(tx, room);
        }
        show.retired_at = show.updated_at = now;
        ++show.sequence;
        store::shows::update(tx, show);
        tell_show(tx, random_, show, store::NoticeKind::kRetired, by.account, now);
        store::changes::append(tx, {id.text(), version + 1, by.name, now, {"retired"}});
        return found(store::shows::find(tx, id), "show");
    });
}

Room Planner::spontaneous(const ChannelId& channel, const std::optional<ShowId>& show,
                          const std::string& title, Instant starts_at, int length_minutes,
                          store::Visibility visibility, Clashing clashing) {
    Room room;
    room.title = checked_title(title);
    check_length(length_minutes);
    const auto now = clock_.now();
    check_start(starts_at, now);
    room.id = RoomId::make(random_);
    room.channel = channel;
    room.show = show;
    room.visibility = visibility;
    room.starts_at = starts_at;
    room.ends_at = starts_at + std::chrono::minutes(length_minutes);
    room.updated_at = now;
    return database_.write([&](Tx& tx) {
        found(store::channels::find(tx, channel), "channel");
        if (show && found(store::shows::find(tx, *show), "show").channel != channel)
            throw Invalid("show", "is not of this channel");
        if (starts_at > now && clashing == Clashing::kRefuse) {
            const auto hosts = show ? ids_of(store::shows::hosts(tx, *show)) : std::vector<AccountId>{};
            const auto utc = Zone::find("UTC");
            const Slot slot{utc->to_local(starts_at), starts_at, room.ends_at};
            refuse_clashes(tx, {channel, hosts, std::nullopt, room.id}, std::span(&slot, 1), *utc);
        }
        store::rooms::insert(tx, room);
        return room;
    });
}

void Planner::invite_cohost(const Editor& by, const ShowId& id, const AccountId& cohost) {
    const auto now = clock_.now();
    database_.write([&](Tx& tx) {
        const auto show = found(store::shows::find(tx, id), "show");
        const auto account = found(store::accounts::find(tx, cohost), "account");
        const auto hosts = ids_of(store::shows::hosts(tx, id));
        if (std::find(hosts.begin(), hosts.end(), cohost) != hosts.end())
            throw Conflict("they host this show already");
        require_place(tx, id, hosts.size());
        require_question(tx, id, cohost, now);
        store::shows::invite_cohost(tx, {id, cohost, by.account, store::Answer::kPending, now, std::nullopt});
        store::outbox::insert(tx, cohost_letter(random_, account, by.name, show, site_url_, now));
    });
}

void Planner::answer_invitation(const ShowId& id, const AccountId& cohost, store::Answer answer) {
    if (answer == store::Answer::kPending) throw Invalid("answer", "must be accepted or declined");
    database_.write([&](Tx& tx) {
        auto show = found(store::shows::find(tx, id), "show");
        store::shows::answer_invitation(tx, id, cohost, answer, clock_.now());
        if (answer != store::Answer::kAccepted) return;
        if (show.retired_at) throw Conflict("the show was taken off the programme");
        store::shows::add_host(tx, id, cohost);
    });
}

void Planner::remove_host(const Editor& by, const ShowId& id, const AccountId& host) {
    const auto now = clock_.now();
    database_.write([&](Tx& tx) {
        auto show = found(store::shows::find(tx, id), "show");
        const auto hosts = ids_of(store::shows::hosts(tx, id));
        if (std::find(hosts.begin(), hosts.end(), host) == hosts.end())
            throw NotFound("they do not host this show");
        if (hosts.size() == 1) throw Conflict("a show keeps at least one host");
        store::shows::remove_host(tx, id, host);
        show.updated_at = now;
        store::shows::update(tx, show);
        store::changes::append(tx, {id.text(), show.version + 1, by.name, now, {"hosts"}});
    });
}

}  // namespace stagecast::scheduler
