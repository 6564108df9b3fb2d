#include "web/pages/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "scheduler/pasted_rule.h"
#include "web/pages/form.h"
#include "web/pages/reasons.h"

namespace stagecast::web {
namespace {

constexpr std::array<const char*, 7> kWeekdays{"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
constexpr std::array<const char*, 6> kPlaces{"1", "2", "3", "4", "5", "-1"};
constexpr std::array<const char*, 10> kRepeats{"once",         "daily",
                                               "weekdays",     "weekly",
                                               "monthly_date", "monthly_weekday",
                                               "monthly_last", "monthly_last_day",
                                               "yearly",       "rule"};
constexpr std::array<const char*, 3> kEnds{"never", "on", "after"};
constexpr int kAiringsPreviewed = 5;
using scheduler::kNever;
// Apple's top-level categories that suit talk; the feed takes the English names.
constexpr std::array<const char*, 12> kCategories{"Arts",    "Business",          "Comedy",  "Education",
                                                  "History", "Health & Fitness",  "Leisure", "Music",
                                                  "News",    "Society & Culture", "Sports",  "Technology"};

// "2026-12-24" means at the show's time.
std::vector<LocalTime> dates(const std::string& lines, const std::string& time, const std::string& field) {
    std::vector<LocalTime> found;
    for (const auto& line : split(lines, '\n')) {
        auto text = trim(line);
        if (text.empty()) continue;
        if (text.size() > 10 && text[10] == ' ') text[10] = 'T';
        found.push_back(parse_local(text.size() == 10 ? text + "T" + time : text, field));
    }
    return found;
}

// "20:00"; the seconds where a start has some.
std::string short_time(const std::string& iso8601) {
    return iso8601.ends_with(":00") ? iso8601.substr(11, 5) : iso8601.substr(11);
}

// What was typed and what was pasted, each line once.
std::string with_lines(const std::string& typed, const std::string& pasted) {
    std::string text;
    std::set<std::string> seen;
    for (const auto& line : split(typed + "\n" + pasted, '\n'))
        if (const auto date = trim(line); !date.empty() && seen.insert(date).second)
            text += (text.empty() ? "" : "\n") + date;
    return text;
}

// A date a line, with its time where that is not the show's: it moves with the show's otherwise.
std::string lines(const std::vector<LocalTime>& dates, const std::string& time) {
    std::string text;
    for (const auto date : dates) {
        const auto iso8601 = to_iso8601(date);
        const auto own_time = short_time(iso8601);
        text += iso8601.substr(0, 10) + (own_time == time ? "" : " " + own_time) + "\n";
    }
    return text;
}

std::vector<scheduler::Pause> pauses_of(const PlanForm& form) {
    std::vector<scheduler::Pause> pauses;
    for (const auto& [first, last] : form.pauses)
        pauses.push_back({parse_date(trim(first), "pause_from"), parse_date(trim(last), "pause_to")});
    return pauses;
}

// The values of a field that may be there several times, in order.
std::vector<std::string> all_values(const Request& request, const std::string& name) {
    std::vector<std::string> values;
    const auto [first, last] = request.form.equal_range(name);
    for (auto it = first; it != last; ++it) values.push_back(it->second);
    return values;
}

std::string offered_date(const Request& request) {
    return request.form_value("use_date");
}

Data options(const std::vector<Choice>& choices, const std::string& chosen) {
    Data list;
    for (const auto& choice : choices) {
        Data option;
        option["value"] = choice.value;
        option["label"] = choice.label;
        option["chosen"] = choice.value == chosen;
        list.add(std::move(option));
    }
    return list;
}

}  // namespace

PlanForm typed_plan(const Request& request) {
    PlanForm form;
    form.title = request.form_value("title");
    form.notes = request.form_value("notes");
    form.language = request.form_value("language");
    form.slug = request.form_value("slug");
    form.date = offered_date(request).empty() ? request.form_value("date") : offered_date(request);
    form.time = request.form_value("time");
    form.zone = request.form_value("zone");
    form.length_minutes = request.form_value("length_minutes");
    form.rule.repeat = request.form_value("repeat");
    if (const auto every = request.form_value("every"); !every.empty()) form.rule.every = every;
    form.rule.weekdays = all_values(request, "weekday");
    form.rule.places = all_values(request, "place");
    if (const auto ends = request.form_value("ends"); !ends.empty()) form.rule.ends = ends;
    form.rule.until = request.form_value("until");
    form.rule.count = request.form_value("count");
    form.rule.rrule = request.form_value("rrule");
    form.exdates = request.form_value("exdates");
    form.rdates = request.form_value("rdates");
    const auto first = all_values(request, "pause_from"), last = all_values(request, "pause_to");
    for (std::size_t i = 0; i < std::min(first.size(), last.size()); ++i)
        if (!first[i].empty() || !last[i].empty()) form.pauses.emplace_back(first[i], last[i]);
    form.category = request.form_value("category");
    form.podcast_email = request.form_value("podcast_email");
    form.is_explicit = request.form_value("explicit");
    form.version = request.form_value("version");
    return form;
}

PlanForm plan_of(const store::Show& show) {
    const auto schedule = scheduler::schedule_of(show);
    PlanForm form;
    form.title = show.title;
    form.notes = show.notes;
    form.language = show.language;
    form.slug = show.slug;
    const auto start = to_iso8601(schedule.start);
    form.date = start.substr(0, 10);
    form.time = short_time(start);
    form.zone = schedule.zone;
    form.length_minutes = std::to_string(schedule.length_minutes);
    form.rule = choices_of(schedule.rrule, schedule.start, schedule.zone);
    form.exdates = lines(schedule.exdates, form.time);
    form.rdates = lines(schedule.rdates, form.time);
    for (const auto& pause : schedule.pauses)
        form.pauses.emplace_back(iso_date(pause.first), iso_date(pause.last));
    form.category = show.category;
    form.podcast_email = show.podcast_email;
    form.is_explicit = show.is_explicit ? "yes" : "";
    form.version = std::to_string(show.version);
    return form;
}

PlanForm settled(PlanForm form) {
    if (form.rule.repeat != "rule") return form;
    scheduler::Schedule typed;
    typed.start = parse_local(form.date + "T" + form.time, "time");
    typed.zone = form.zone;
    const auto pasted = scheduler::read_pasted(form.rule.rrule, typed);
    // Other capitals alone are no other rule.
    const auto rule = pasted.rrule.value_or("");
    form.rule.rrule = lower_ascii(trim(form.rule.rrule)) == lower_ascii(rule) ? trim(form.rule.rrule) : rule;
    if (!pasted.rrule) form.rule.repeat = "once";
    if (pasted.zone) form.zone = *pasted.zone;
    if (pasted.start) {
        const auto start = to_iso8601(*pasted.start);
        form.date = start.substr(0, 10);
        form.time = short_time(start);
    }
    form.exdates = with_lines(form.exdates, lines(pasted.exdates, form.time));
    form.rdates = with_lines(form.rdates, lines(pasted.rdates, form.time));
    return form;
}

Request with_pasted(Request request) {
    const auto form = settled(typed_plan(request));
    const auto put = [&](const char* name, const std::string& value) {
        request.form.erase(name);
        request.form.emplace(name, value);
    };
    if (request.form_value("repeat") != "rule") return request;
    put("repeat", form.rule.repeat);
    put("date", form.date);
    put("time", form.time);
    put("zone", form.zone);
    put("rrule", form.rule.rrule);
    put("exdates", form.exdates);
    put("rdates", form.rdates);
    return request;
}

scheduler::ShowPlan checked_plan(const PlanForm& typed) {
    scheduler::ShowPlan plan;
    plan.title = typed.title;
    plan.notes = typed.notes;
    plan.language = typed.language;
    plan.slug = trim(typed.slug);
    parse_date(typed.date, "date");
    const auto form = settled(typed);
    plan.schedule.start = parse_local(form.date + "T" + form.time, "time");
    plan.schedule.zone = form.zone;
    plan.schedule.rrule = rule_of(form.rule, plan.schedule.start, form.zone);
    plan.schedule.length_minutes = whole_number(form.length_minutes, "length_minutes");
    plan.schedule.exdates = dates(form.exdates, form.time, "exdates");
    plan.schedule.rdates = dates(form.rdates, form.time, "rdates");
    plan.schedule.pauses = pauses_of(form);
    plan.category = form.category;
    plan.podcast_email = trim(form.podcast_email);
    plan.is_explicit = !form.is_explicit.empty();
    return plan;
}

namespace {

Data ticks(const std::vector<Choice>& choices, const std::vector<std::string>& chosen) {
    Data list;
    for (const auto& choice : choices) {
        Data tick;
        tick["value"] = choice.value;
        tick["label"] = choice.label;
        tick["chosen"] = std::find(chosen.begin(), chosen.end(), choice.value) != chosen.end();
        list.add(std::move(tick));
    }
    return list;
}

template <class Values>
std::vector<Choice> said_choices(const Values& values, const std::string& prefix, const Words& words) {
    std::vector<Choice> choices;
    choices.reserve(values.size());
    for (const auto* value : values) choices.push_back({value, words.text(prefix + value)});
    return choices;
}

void add_rule_data(Data& data, const RuleChoices& rule, const Words& words) {
    data["every"] = rule.every;
    data["until"] = rule.until;
    data["count"] = rule.count;
    data["rrule"] = rule.rrule;
    data["repeats"] = options(said_choices(kRepeats, "repeat.", words), rule.repeat);
    data["ends"] = options(said_choices(kEnds, "ends.", words), rule.ends);
    data["places"] = ticks(said_choices(kPlaces, "place.", words), rule.places);
    std::vector<Choice> weekdays;
    for (std::size_t i = 0; i < kWeekdays.size(); ++i)
        weekdays.push_back({kWeekdays[i], words.text(fmt::format("weekday.short.{}", (i + 1) % 7))});
    data["weekdays"] = ticks(weekdays, rule.weekdays);
}

void add_pauses(Data& data, const PlanForm& form) {
    auto pauses = form.pauses;
    pauses.emplace_back();  // a row to fill in
    for (std::size_t i = 0; i < pauses.size(); ++i) {
        Data row;
        row["row"] = i == 0 ? std::string() : fmt::format("_{}", i + 1);
        row["first"] = pauses[i].first;
        row["last"] = pauses[i].second;
        data["pauses"].add(std::move(row));
    }
}

}  // namespace

Data plan_data(const PlanForm& form, const Words& words) {
    Data data;
    data["title"] = form.title;
    data["notes"] = form.notes;
    data["slug"] = form.slug;
    data["date"] = form.date;
    data["time"] = form.time;
    data["length_minutes"] = form.length_minutes;
    add_rule_data(data, form.rule, words);
    data["exdates"] = form.exdates;
    data["rdates"] = form.rdates;
    data["podcast_email"] = form.podcast_email;
    data["explicit"] = !form.is_explicit.empty();
    data["version"] = form.version;
    data["languages"] = options(language_choices(), form.language);
    data["zone_groups"] = zone_groups(form.zone);
    std::vector<Choice> categories;
    categories.reserve(kCategories.size());
    for (const auto* category : kCategories) categories.push_back({category, category});
    data["categories"] = options(categories, form.category);
    add_pauses(data, form);
    data["exceptions"] = !form.exdates.empty() || !form.rdates.empty() || !form.pauses.empty();
    return data;
}

namespace {

// The form's field for a field of the layers below.
std::string form_field(const std::string& field, const std::string& why, const RuleChoices& rule) {
    if (field == "start") return "date";
    if (field == "pauses") return "pause_from";
    if (field != "rrule" || rule.repeat == "rule") return field;
    return why.starts_with("UNTIL") ? "until" : "repeat";
}

// What a pasted event brought: the page's module puts it into the fields.
void add_taken(Data& data, const PlanForm& typed, const PlanForm& form) {
    const bool is_event = typed.date != form.date || typed.time != form.time || typed.zone != form.zone ||
                          trim(typed.exdates) != trim(form.exdates) ||
                          trim(typed.rdates) != trim(form.rdates);
    if (!is_event) return;
    data["taken"]["date"] = form.date;
    data["taken"]["time"] = form.time;
    data["taken"]["zone"] = form.zone;
    data["taken"]["repeat"] = form.rule.repeat;
    data["taken"]["rrule"] = form.rule.rrule;
    data["taken"]["exdates"] = form.exdates;
    data["taken"]["rdates"] = form.rdates;
}

Viewer viewer_in(const Viewer& viewer, const std::string& zone) {
    Request request;
    request.language = viewer.words().language();
    request.zone = zone;
    return Viewer(request);
}

// "Tue 24 Nov 2026, 20:00".
std::string said_moment(const Viewer& viewer, Instant instant) {
    const auto day = viewer.day_of(instant);
    return viewer.words().text("date.at", {{"day", viewer.weekday(day) + " " + viewer.day_with_year(day)},
                                           {"time", viewer.clock(instant)}});
}

}  // namespace

bool takes_offer(const Request& request) {
    return !offered_date(request).empty();
}

std::optional<Invalid> schedule_refusal(const PlanForm& form) {
    try {
        scheduler::check(checked_plan(form).schedule);
        return std::nullopt;
    } catch (const Invalid& refusal) {
        return refusal;
    }
}

Data refusal_data(const Invalid& refusal, const PlanForm& form, const Viewer& viewer) {
    Data data;
    data["field"] = form_field(refusal.field(), refusal.why(), form.rule);
    data["why"] = say_reason(refusal.why(), viewer);
    if (refusal.field() != "start" || !refusal.first_fitting()) return data;
    const auto date = refusal.first_fitting()->substr(0, 10);
    const auto day = parse_date(date, "start");
    data["first_fitting"] = date;
    data["use"] = viewer.words().text("plan.use_date",
                                      {{"day", viewer.weekday(day) + " " + viewer.day_with_year(day)}});
    return data;
}

void mark_refusal(Data& page, const Invalid& refusal, const PlanForm& form, const Viewer& viewer) {
    auto& wrong = page["wrong"];
    if (refusal.field().empty()) {
        wrong["any"] = say_reason(refusal.why(), viewer);
        return;
    }
    const auto data = refusal_data(refusal, form, viewer);
    wrong[form_field(refusal.field(), refusal.why(), form.rule)] = say_reason(refusal.why(), viewer);
    wrong["any"] = viewer.words().text("form.look");
    const auto& parts = std::get<Data::Object>(data.value());
    for (const auto* name : {"first_fitting", "use"})
        if (const auto found = parts.find(name); found != parts.end()) wrong[name] = found->second;
}

Data plan_preview(const PlanForm& typed, const Viewer& viewer, Instant now) {
    const auto form = settled(typed);
    const auto schedule = checked_plan(form).schedule;
    Data data;
    data["sentence"] = scheduler::sentence(schedule, viewer.words().language());
    const auto there = viewer_in(viewer, schedule.zone);
    data["zone"] = there.zone_city();
    const auto from = std::max(now, there.zone().to_utc(schedule.start));
    const auto slots = scheduler::expand(schedule, from, kNever, kAiringsPreviewed);
    for (const auto& slot : slots) {
        Data airing;
        airing["at"] = to_iso8601(slot.starts_at);
        airing["there"] = said_moment(there, slot.starts_at);
        if (there.zone().offset_at(slot.starts_at) != viewer.zone().offset_at(slot.starts_at))
            airing["here"] = said_moment(viewer, slot.starts_at);
        data["airings"].add(std::move(airing));
    }
    data["none_left"] = slots.empty();
    add_taken(data, typed, form);
    return data;
}

}  // namespace stagecast::web
