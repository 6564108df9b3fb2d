#include "web/pages/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/error.h"
#include "base/text.h"
#include "web/pages/form.h"

namespace stagecast::web {
namespace {

constexpr std::array<const char*, 7> kWeekdays{"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
constexpr std::array<const char*, 7> kRepeats{
    "once", "daily", "weekly", "monthly_date", "monthly_weekday", "monthly_last", "rule"};
// Apple's top-level categories that suit talk; the feed takes the English names.
constexpr std::array<const char*, 12> kCategories{"Arts",    "Business",          "Comedy",  "Education",
                                                  "History", "Health & Fitness",  "Leisure", "Music",
                                                  "News",    "Society & Culture", "Sports",  "Technology"};

int number(const std::string& text, const std::string& field) {
    int value = 0;
    const auto trimmed = trim(text);
    const auto [end, error] = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), value);
    if (error != std::errc() || end != trimmed.data() + trimmed.size() || trimmed.empty())
        throw Invalid(field, "must be a whole number");
    return value;
}

std::string weekday_of(std::chrono::local_days date) {
    return kWeekdays[std::chrono::weekday(date).iso_encoding() - 1];
}

std::string join(const std::vector<std::string>& parts, char separator) {
    std::string joined;
    for (const auto& part : parts) joined += (joined.empty() ? "" : std::string(1, separator)) + part;
    return joined;
}

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

std::string lines(const std::vector<LocalTime>& dates) {
    std::string text;
    for (const auto date : dates) text += to_iso8601(date).substr(0, 16) + "\n";
    std::replace(text.begin(), text.end(), 'T', ' ');
    return text;
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
    form.date = request.form_value("date");
    form.time = request.form_value("time");
    form.zone = request.form_value("zone");
    form.length_minutes = request.form_value("length_minutes");
    form.repeat = request.form_value("repeat");
    form.every = request.form_value("every");
    const auto [first, last] = request.form.equal_range("weekday");
    for (auto it = first; it != last; ++it) form.weekdays.push_back(it->second);
    form.rrule = request.form_value("rrule");
    form.exdates = request.form_value("exdates");
    form.rdates = request.form_value("rdates");
    form.category = request.form_value("category");
    form.podcast_email = request.form_value("podcast_email");
    form.is_explicit = request.form_value("explicit");
    form.version = request.form_value("version");
    return form;
}

PlanForm plan_of(const store::Show& show) {
    PlanForm form;
    form.title = show.title;
    form.notes = show.notes;
    form.language = show.language;
    form.slug = show.slug;
    const auto start = to_iso8601(show.start);
    form.date = start.substr(0, 10);
    form.time = start.substr(11, 5);
    form.zone = show.zone;
    form.length_minutes = std::to_string(show.length_minutes);
    form.repeat = show.rrule.empty() ? "once" : "rule";
    form.rrule = show.rrule;
    form.exdates = lines(show.exdates);
    form.rdates = lines(show.rdates);
    form.category = show.category;
    form.podcast_email = show.podcast_email;
    form.is_explicit = show.is_explicit ? "yes" : "";
    form.version = std::to_string(show.version);
    return form;
}

std::string rule_of(const PlanForm& form) {
    if (form.repeat == "once") return "";
    if (form.repeat == "rule") return trim(form.rrule);
    const auto date = parse_date(form.date, "date");
    const auto every = number(form.every.empty() ? "1" : form.every, "every");
    const auto interval = every == 1 ? std::string() : fmt::format(";INTERVAL={}", every);
    if (form.repeat == "daily") return "FREQ=DAILY" + interval;
    if (form.repeat == "weekly") {
        auto days = form.weekdays;
        if (days.empty()) days = {weekday_of(date)};
        return "FREQ=WEEKLY" + interval + ";BYDAY=" + join(days, ',');
    }
    const auto day = unsigned(std::chrono::year_month_day(date).day());
    if (form.repeat == "monthly_date") return fmt::format("FREQ=MONTHLY{};BYMONTHDAY={}", interval, day);
    if (form.repeat == "monthly_weekday")
        return fmt::format("FREQ=MONTHLY{};BYDAY={}{}", interval, (day - 1) / 7 + 1, weekday_of(date));
    if (form.repeat == "monthly_last")
        return fmt::format("FREQ=MONTHLY{};BYDAY=-1{}", interval, weekday_of(date));
    throw Invalid("repeat", "is not one of the choices");
}

scheduler::ShowPlan checked_plan(const PlanForm& form) {
    scheduler::ShowPlan plan;
    plan.title = form.title;
    plan.notes = form.notes;
    plan.language = form.language;
    plan.slug = trim(form.slug);
    parse_date(form.date, "date");
    plan.schedule.start = parse_local(form.date + "T" + form.time, "time");
    plan.schedule.zone = form.zone;
    plan.schedule.rrule = rule_of(form);
    plan.schedule.length_minutes = number(form.length_minutes, "length_minutes");
    plan.schedule.exdates = dates(form.exdates, form.time, "exdates");
    plan.schedule.rdates = dates(form.rdates, form.time, "rdates");
    plan.category = form.category;
    plan.podcast_email = trim(form.podcast_email);
    plan.is_explicit = !form.is_explicit.empty();
    return plan;
}

Data plan_data(const PlanForm& form, const Words& words) {
    Data data;
    data["title"] = form.title;
    data["notes"] = form.notes;
    data["slug"] = form.slug;
    data["date"] = form.date;
    data["time"] = form.time;
    data["length_minutes"] = form.length_minutes;
    data["every"] = form.every;
    data["rrule"] = form.rrule;
    data["exdates"] = form.exdates;
    data["rdates"] = form.rdates;
    data["podcast_email"] = form.podcast_email;
    data["explicit"] = !form.is_explicit.empty();
    data["version"] = form.version;
    data["languages"] = options(language_choices(), form.language);
    data["zone_groups"] = zone_groups(form.zone);
    std::vector<Choice> repeats, categories;
    for (const auto* repeat : kRepeats)
        repeats.push_back({repeat, words.text("repeat." + std::string(repeat))});
    for (const auto* category : kCategories) categories.push_back({category, category});
    data["repeats"] = options(repeats, form.repeat);
    data["categories"] = options(categories, form.category);
    for (std::size_t i = 0; i < kWeekdays.size(); ++i) {
        Data day;
        day["value"] = kWeekdays[i];
        day["label"] = words.text(fmt::format("weekday.short.{}", (i + 1) % 7));
        day["chosen"] =
            std::find(form.weekdays.begin(), form.weekdays.end(), kWeekdays[i]) != form.weekdays.end();
        data["weekdays"].add(std::move(day));
    }
    return data;
}

}  // namespace stagecast::web
