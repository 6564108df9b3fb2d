#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "scheduler/recurrence.h"
#include "scheduler/rule.h"

namespace stagecast::scheduler {
namespace {

using std::chrono::days;
using std::chrono::floor;

enum class Language { kEnglish, kFrench };

// The words of one language; the order of what they make is in the functions below.
struct Words {
    std::array<std::string_view, 7> weekdays;  // from Sunday
    std::array<std::string_view, 12> months;
    std::string_view comma_and;
};

constexpr Words kEnglish{{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
                         {"January", "February", "March", "April", "May", "June", "July", "August",
                          "September", "October", "November", "December"},
                         " and "};
constexpr Words kFrench{{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
                        {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
                         "octobre", "novembre", "décembre"},
                        " et "};

constexpr std::array kWorkdays{std::chrono::Monday, std::chrono::Tuesday, std::chrono::Wednesday,
                               std::chrono::Thursday, std::chrono::Friday};

class Speech {
public:
    Speech(const Schedule& schedule, Language language)
        : schedule_(schedule), french_(language == Language::kFrench), words_(french_ ? kFrench : kEnglish) {}

    std::string once() const {
        const auto day = floor<days>(schedule_.start);
        return fmt::format("{} {} {}{}", french_ ? "Le" : "On", weekday(std::chrono::weekday(day)), date(day),
                           clock());
    }

    // Empty where there are no words for the rule.
    std::string recurring(const Recurrence& rule) const {
        if (!rule.by_position.empty() || !rule.by_week_number.empty() || !rule.by_year_day.empty()) return {};
        const auto every = cadence(rule);
        return every.empty() ? every : every + clock() + end(rule);
    }

private:
    template <class... Args>
    std::string say(std::string_view english, std::string_view french, const Args&... args) const {
        return fmt::vformat(french_ ? french : english, fmt::make_format_args(args...));
    }

    std::string weekday(std::chrono::weekday day) const {
        return std::string(words_.weekdays[day.c_encoding()]);
    }

    std::string day_and_month(LocalDays day) const {
        const std::chrono::year_month_day ymd(day);
        const unsigned number = unsigned{ymd.day()};
        const auto month = words_.months[unsigned{ymd.month()} - 1];
        return fmt::format("{}{} {}", number, french_ && number == 1 ? "er" : "", month);
    }

    std::string date(LocalDays day) const {
        return fmt::format("{} {}", day_and_month(day), int{std::chrono::year_month_day(day).year()});
    }

    // " at 20:00, Paris time".
    std::string clock() const {
        const auto minutes =
            floor<std::chrono::minutes>(schedule_.start - floor<days>(schedule_.start)).count();
        const auto time = say("{:02}:{:02}", "{} h {:02}", minutes / 60, minutes % 60);
        return say(" at {}, {}", " à {}, {}", time, zone());
    }

    std::string zone() const {
        const auto& name = schedule_.zone;
        if (name == "UTC") return french_ ? "heure UTC" : "UTC";
        const auto slash = name.rfind('/');
        auto city = slash == std::string::npos || name.starts_with("Etc/") ? name : name.substr(slash + 1);
        std::replace(city.begin(), city.end(), '_', ' ');
        return french_ ? "heure " + of_city(city) : city + " time";
    }

    // "de Paris", "du Caire", "d’Athènes": with the name the city has in French.
    static std::string of_city(std::string city) {
        static const std::map<std::string_view, std::string_view> kNames{
            {"Algiers", "Alger"},         {"Athens", "Athènes"},      {"Brussels", "Bruxelles"},
            {"Bucharest", "Bucarest"},    {"Beirut", "Beyrouth"},     {"Cairo", "du Caire"},
            {"Copenhagen", "Copenhague"}, {"Damascus", "Damas"},      {"Lisbon", "Lisbonne"},
            {"London", "Londres"},        {"Mexico City", "Mexico"},  {"Montreal", "Montréal"},
            {"Moscow", "Moscou"},         {"Singapore", "Singapour"}, {"Vienna", "Vienne"},
            {"Warsaw", "Varsovie"},       {"Reunion", "La Réunion"}};
        if (const auto found = kNames.find(city); found != kNames.end()) city = found->second;
        if (city.starts_with("du ")) return city;
        const bool elides =
            !city.empty() && std::string_view("AEIOUaeiou").find(city.front()) != std::string_view::npos;
        return (elides ? "d’" : "de ") + city;
    }

    std::string cadence(const Recurrence& rule) const {
        switch (rule.frequency) {
            case Frequency::kDaily:
                return daily(rule);
            case Frequency::kWeekly:
                return weekly(rule);
            case Frequency::kMonthly:
                return monthly(rule);
            case Frequency::kYearly:
                return yearly(rule);
        }
        return {};
    }

    std::string daily(const Recurrence& rule) const {
        if (!rule.by_day.empty() || !rule.by_month_day.empty() || !rule.by_month.empty()) return {};
        if (rule.interval == 1) return french_ ? "Tous les jours" : "Every day";
        return say("Every {} days", "Tous les {} jours", rule.interval);
    }

    std::string weekly(const Recurrence& rule) const {
        if (!rule.by_month.empty()) return {};
        auto on = weekdays_of(rule);
        if (on.empty()) on.push_back(std::chrono::weekday(floor<days>(schedule_.start)));
        if (rule.interval > 1) {
            return say("Every {} weeks on {}", "Toutes les {} semaines, le {}", rule.interval, names(on, ""));
        }
        if (on.size() == 7) return french_ ? "Tous les jours" : "Every day";
        if (std::equal(on.begin(), on.end(), kWorkdays.begin(), kWorkdays.end()))
            return french_ ? "Du lundi au vendredi" : "Every weekday";
        return (french_ ? "Tous les " : "Every ") + names(on, french_ ? "s" : "");
    }

    std::string monthly(const Recurrence& rule) const {
        if (!rule.by_month.empty()) return {};
        const auto on = day_of_month(rule);
        if (on.empty()) return {};
        if (rule.interval == 1) return say("Every month on {}", "Chaque mois, {}", on);
        return say("Every {} months on {}", "Tous les {} mois, {}", rule.interval, on);
    }

    std::string yearly(const Recurrence& rule) const {
        const auto start = floor<days>(schedule_.start);
        const std::chrono::year_month_day ymd(start);
        const bool own_month =
            rule.by_month.empty() || rule.by_month == std::vector{static_cast<int>(unsigned{ymd.month()})};
        const bool own_day = rule.by_month_day.empty() ||
                             rule.by_month_day == std::vector{static_cast<int>(unsigned{ymd.day()})};
        // Days without a month are days of every month.
        const bool every_month = !rule.by_month_day.empty() && rule.by_month.empty();
        if (!own_month || !own_day || every_month || !rule.by_day.empty()) return {};
        const auto on = (french_ ? "le " : "on ") + day_and_month(start);
        if (rule.interval == 1) return (french_ ? "Chaque année, " : "Every year ") + on;
        return say("Every {} years {}", "Tous les {} ans, {}", rule.interval, on);
    }

    // From the week's first day, each once; empty where a day is numbered.
    std::vector<std::chrono::weekday> weekdays_of(const Recurrence& rule) const {
        std::vector<std::chrono::weekday> on;
        for (const auto& part : rule.by_day)
            if (std::find(on.begin(), on.end(), part.day) == on.end()) on.push_back(part.day);
        std::sort(on.begin(), on.end(), [](auto a, auto b) { return a.iso_encoding() < b.iso_encoding(); });
        return on;
    }

    std::string names(const std::vector<std::chrono::weekday>& on, std::string_view plural) const {
        std::string text;
        for (std::size_t i = 0; i < on.size(); ++i) {
            if (i > 0) text += i + 1 == on.size() ? words_.comma_and : std::string_view(", ");
            text += weekday(on[i]);
            text += plural;
        }
        return text;
    }

    // "the first Tuesday", "the last day", "the 15th"; empty for anything else.
    std::string day_of_month(const Recurrence& rule) const {
        if (rule.by_day.size() == 1 && rule.by_month_day.empty() && rule.by_day[0].ordinal) {
            const auto which = ordinal(*rule.by_day[0].ordinal);
            if (which.empty()) return {};
            return fmt::format("{} {} {}", french_ ? "le" : "the", which, weekday(rule.by_day[0].day));
        }
        if (!rule.by_day.empty() || rule.by_month_day.size() > 1) return {};
        const auto start = std::chrono::year_month_day(floor<days>(schedule_.start));
        const int day =
            rule.by_month_day.empty() ? static_cast<int>(unsigned{start.day()}) : rule.by_month_day[0];
        if (day == -1) return french_ ? "le dernier jour" : "the last day";
        if (day < 0) return {};
        return french_ ? fmt::format("le {}{}", day, day == 1 ? "er" : "")
                       : fmt::format("the {}", numbered(day));
    }

    std::string ordinal(int which) const {
        static constexpr std::array<std::string_view, 5> kEn{"first", "second", "third", "fourth", "fifth"};
        static constexpr std::array<std::string_view, 5> kFr{"premier", "deuxième", "troisième", "quatrième",
                                                             "cinquième"};
        if (which == -1) return french_ ? "dernier" : "last";
        if (which < 1 || which > 5) return {};
        return std::string((french_ ? kFr : kEn)[static_cast<std::size_t>(which - 1)]);
    }

    static std::string numbered(int day) {
        const bool teen = day >= 11 && day <= 13;
        const auto* ending = teen            ? "th"
                             : day % 10 == 1 ? "st"
                             : day % 10 == 2 ? "nd"
                             : day % 10 == 3 ? "rd"
                                             : "th";
        return fmt::format("{}{}", day, ending);
    }

    std::string end(const Recurrence& rule) const {
        if (rule.count) return say(", {} times", ", {} fois", *rule.count);
        if (!rule.until) return {};
        auto last = rule.until->time;
        if (rule.until->form == Until::Form::kUtc)
            last = Zone::find(schedule_.zone, "zone")->to_local(Instant(last.time_since_epoch()));
        return say(", until {}", ", jusqu’au {}", date(floor<days>(last)));
    }

    const Schedule& schedule_;
    const bool french_;
    const Words& words_;
};

}  // namespace

std::string sentence(const Schedule& schedule, std::string_view language) {
    const Speech speech(schedule, language == "fr" ? Language::kFrench : Language::kEnglish);
    if (schedule.rrule.empty()) return speech.once();
    const auto text = speech.recurring(parse_recurrence(schedule.rrule));
    return text.empty() ? schedule.rrule : text;
}

}  // namespace stagecast::scheduler
