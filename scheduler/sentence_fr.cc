#include <fmt/format.h>

#include <array>

#include "scheduler/city_fr.h"
#include "scheduler/sentence_parts.h"

namespace stagecast::scheduler {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::weekday;
using Texts = std::vector<std::string>;

constexpr std::array kWeekdays{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"};
constexpr std::array kMonths{"janvier", "février", "mars",      "avril",   "mai",      "juin",
                             "juillet", "août",    "septembre", "octobre", "novembre", "décembre"};
constexpr std::array kOrdinals{"", "premier", "deuxième", "troisième", "quatrième", "cinquième"};
// No line ends at these spaces: narrow between number and unit, wide before a colon.
constexpr const char* kNarrow = "\u202f";
constexpr const char* kColon = "\u00a0: ";

std::string name(weekday day) {
    return kWeekdays[day.c_encoding()];
}

std::string month_name(int month) {
    return kMonths[static_cast<std::size_t>(month) - 1];
}

std::string and_list(const Texts& texts) {
    return joined(texts, " et ");
}

std::string or_list(const Texts& texts) {
    return joined(texts, " ou ");
}

// "de mai", "d’avril".
std::string of(const std::string& noun) {
    const bool elides = std::string_view("aeiou").find(noun.front()) != std::string_view::npos;
    return (elides ? "d’" : "de ") + noun;
}

// The first of a month is the only one that is counted: "1er", "2".
std::string numbered(int day) {
    return day == 1 ? "1er" : std::to_string(day);
}

// "premier", "21e".
std::string ordinal(int place) {
    if (static_cast<std::size_t>(place) < kOrdinals.size()) return kOrdinals[static_cast<std::size_t>(place)];
    return fmt::format("{}e", place);
}

enum class Gender { kMasculine, kFeminine };

// "le dernier lundi", "l’avant-dernière semaine", "le troisième lundi en partant de la fin".
std::string from_end(int place, const std::string& what, Gender gender) {
    const bool feminine = gender == Gender::kFeminine;
    if (place == kLast) return (feminine ? "la dernière " : "le dernier ") + what;
    if (place == kLastButOne) return (feminine ? "l’avant-dernière " : "l’avant-dernier ") + what;
    return fmt::format("{} {} {} en partant de la fin", feminine ? "la" : "le", ordinal(-place), what);
}

// "le premier et le dernier lundi".
std::string the_places(const std::vector<int>& places, const std::string& what) {
    Texts texts;
    for (const int place : places) {
        const bool is_last = place == places.back();
        if (place > 0)
            texts.push_back("le " + ordinal(place) + (is_last ? " " + what : ""));
        else if (is_last || place < kLastButOne)
            texts.push_back(from_end(place, what, Gender::kMasculine));
        else
            texts.push_back(place == kLast ? "le dernier" : "l’avant-dernier");
    }
    return and_list(texts);
}

// "le 1er, le 15 et le dernier jour", "du 7 au 13".
Texts month_days(const std::vector<int>& list) {
    if (const auto run = run_of(list))
        return {fmt::format("du {} au {}", numbered(run->first), numbered(run->second))};
    Texts texts;
    for (const int day : list)
        texts.push_back(day > 0 ? "le " + numbered(day) : from_end(day, "jour", Gender::kMasculine));
    return texts;
}

Texts month_names(const std::vector<int>& months) {
    Texts names;
    for (const int month : months) names.push_back(month_name(month));
    return names;
}

// " en mai et juin", " d’avril à août"; nothing for all.
std::string in_months(const std::vector<int>& months) {
    if (months.empty()) return {};
    if (const auto run = run_of(months))
        return fmt::format(" {} à {}", of(month_name(run->first)), month_name(run->second));
    return " en " + and_list(month_names(months));
}

// " de mai et de juin".
std::string of_months(const std::vector<int>& months) {
    if (run_of(months)) return " de chaque mois," + in_months(months);
    Texts texts;
    for (const int month : months) texts.push_back(of(month_name(month)));
    return " " + and_list(texts);
}

// "de la semaine 20", "des semaines 1 et 20 et de la dernière semaine de l’année".
std::string of_weeks(const std::vector<int>& weeks) {
    if (const auto run = run_of(weeks)) return fmt::format("des semaines {} à {}", run->first, run->second);
    Texts numbers, texts;
    for (const int week : weeks)
        if (week > 0) numbers.push_back(std::to_string(week));
    if (!numbers.empty())
        texts.push_back((numbers.size() == 1 ? "de la semaine " : "des semaines ") + and_list(numbers));
    for (const int week : weeks)
        if (week < 0) texts.push_back("de " + from_end(week, "semaine", Gender::kFeminine) + " de l’année");
    return and_list(texts);
}

// "dans la semaine 20 ou la dernière semaine de l’année".
std::string in_weeks(const std::vector<int>& weeks) {
    if (const auto run = run_of(weeks))
        return fmt::format("dans les semaines {} à {}", run->first, run->second);
    Texts texts;
    for (const int week : weeks)
        texts.push_back(week > 0 ? fmt::format("la semaine {}", week)
                                 : from_end(week, "semaine", Gender::kFeminine) + " de l’année");
    return "dans " + or_list(texts);
}

Texts day_names(const std::vector<weekday>& list, const std::string& before, const std::string& after) {
    Texts names;
    for (const auto day : list) names.push_back(before + name(day) + after);
    return names;
}

// "le mardi et le jeudi", "du lundi au vendredi", "tous les jours".
std::string weekdays_of_week(const std::vector<weekday>& list) {
    if (list.empty()) return "tous les jours";
    if (const auto run = run_of(list)) return fmt::format("du {} au {}", name(run->first), name(run->second));
    return and_list(day_names(list, "le ", ""));
}

// "tous les mardis et jeudis", "du lundi au vendredi", "tous les jours".
std::string every_weekday(const std::vector<weekday>& list) {
    if (list.empty() || run_of(list)) return weekdays_of_week(list);
    return "tous les " + and_list(day_names(list, "", "s"));
}

// The days that one unit of a rule chooses.
class Chosen {
public:
    explicit Chosen(const Meaning& rule) : rule_(rule) {}

    std::string of_week() const { return weekdays_of_week(rule_.weekdays) + in_months(rule_.months); }

    // "le 15", "le premier et le troisième lundi", "tous les mardis"; without the months.
    std::string of_month() const {
        if (!rule_.month_days.empty()) return and_list(month_days(rule_.month_days)) + if_weekday("du mois");
        return by_weekday();
    }

    // "le 24 décembre", "le quatrième jeudi de novembre", "le lundi de la semaine 20".
    std::string of_year() const {
        if (!rule_.year_days.empty()) {
            Texts conditions;
            if (!rule_.months.empty())
                conditions.push_back("si c’est en " + or_list(month_names(rule_.months)));
            if (!rule_.month_days.empty()) conditions.push_back(if_month_day());
            return the_places(rule_.year_days, "jour de l’année") + all(conditions);
        }
        if (!rule_.month_days.empty()) return dates() + all({});
        if (!rule_.weeks.empty())
            return weekdays_of_week(rule_.weekdays) + " " + of_weeks(rule_.weeks) + in_months(rule_.months);
        if (rule_.numbered.empty() || !rule_.weekdays.empty())
            return by_weekday() + within_year() + in_months(rule_.months);
        return by_weekday() + (rule_.months.empty() ? within_year() : of_months(rule_.months));
    }

    // "le dernier jour ouvré", "le premier mardi ou jeudi"; empty where that cannot be said.
    std::string of_positions() const {
        const bool by_weekday_alone = rule_.numbered.empty() && rule_.month_days.empty() &&
                                      rule_.year_days.empty() && rule_.weeks.empty() &&
                                      !rule_.weekdays.empty();
        if (!by_weekday_alone || rule_.unit == Frequency::kWeekly) return {};
        if (rule_.unit == Frequency::kYearly && rule_.months.size() > 1) return {};
        const auto what = are_workdays(rule_.weekdays) ? std::string("jour ouvré")
                                                       : or_list(day_names(rule_.weekdays, "", ""));
        const auto which = the_places(rule_.positions, what);
        if (rule_.unit == Frequency::kMonthly) return which;
        return which + (rule_.months.empty() ? " de l’année" : of_months(rule_.months));
    }

    // " si c’est un mardi ou le premier lundi du mois".
    std::string if_weekday(const std::string& of_period) const {
        auto texts =
            are_workdays(rule_.weekdays) ? Texts{"un jour ouvré"} : day_names(rule_.weekdays, "un ", "");
        for (const auto& numbered : rule_.numbered)
            texts.push_back(the_places(numbered.places, name(numbered.day)) + " " + of_period);
        return texts.empty() ? std::string() : " si c’est " + or_list(texts);
    }
    std::string if_month_day() const {
        return "si c’est " + or_list(month_days(rule_.month_days)) + " du mois";
    }

private:
    std::string of_period_of_numbers() const {
        return rule_.numbered_within == Meaning::Within::kYear ? "de l’année" : "du mois";
    }
    std::string within_year() const {
        const bool in_year = !rule_.numbered.empty() && rule_.numbered_within == Meaning::Within::kYear;
        return in_year ? " de l’année" : "";
    }

    std::string by_weekday() const {
        Texts texts;
        if (!rule_.weekdays.empty() || rule_.numbered.empty()) texts.push_back(every_weekday(rule_.weekdays));
        for (const auto& numbered : rule_.numbered)
            texts.push_back(the_places(numbered.places, name(numbered.day)));
        return and_list(texts);
    }

    // The conditions and those of weekday and week.
    std::string all(Texts conditions) const {
        if (const auto weekday = if_weekday(of_period_of_numbers()); !weekday.empty())
            conditions.push_back(weekday.substr(1));
        if (!rule_.weeks.empty()) conditions.push_back("si c’est " + in_weeks(rule_.weeks));
        return conditions.empty() ? std::string() : " " + joined(conditions, " et ");
    }

    // "le 1er et le 15 mai", "le 1er mai et le 1er juin"; "le dernier jour de février", "le 15 de chaque
    // mois".
    std::string dates() const {
        const auto& chosen = rule_.month_days;
        if (rule_.months.empty()) return and_list(month_days(chosen)) + " de chaque mois";
        if (chosen.back() < 0 || (rule_.months.size() > 1 && (chosen.size() > 1 || rule_.months.size() > 4)))
            return and_list(month_days(chosen)) + of_months(rule_.months);
        Texts texts;
        for (const int month : rule_.months)
            texts.push_back(and_list(month_days(chosen)) + " " + month_name(month));
        return and_list(texts);
    }

    const Meaning& rule_;
};

// "Chaque mois", "Tous les 3 mois".
std::string cadence(const Meaning& rule) {
    constexpr std::array kOne{"Chaque jour", "Chaque semaine", "Chaque mois", "Chaque année"};
    constexpr std::array kMany{"Tous les {}{}jours", "Toutes les {}{}semaines", "Tous les {}{}mois",
                               "Tous les {}{}ans"};
    const auto unit = static_cast<std::size_t>(rule.unit);
    return rule.interval == 1 ? kOne[unit] : fmt::format(fmt::runtime(kMany[unit]), rule.interval, kNarrow);
}

std::string capital(std::string text) {
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text;
}

std::string daily(const Meaning& rule) {
    const auto every = rule.interval == 1   ? std::string("Tous les jours")
                       : rule.interval == 2 ? std::string("Un jour sur deux")
                                            : cadence(rule);
    const Chosen chosen(rule);
    const auto weekday = chosen.if_weekday("du mois");
    if (rule.month_days.empty()) return every + in_months(rule.months) + weekday;
    return every + in_months(rule.months) + weekday + (weekday.empty() ? " " : " et ") +
           chosen.if_month_day();
}

std::string weekly(const Meaning& rule) {
    if (rule.interval == 1) return capital(every_weekday(rule.weekdays)) + in_months(rule.months);
    if (rule.interval == 2 && rule.weekdays.size() == 1)
        return "Un " + name(rule.weekdays.front()) + " sur deux" + in_months(rule.months);
    return cadence(rule) + ", " + Chosen(rule).of_week();
}

std::string monthly(const Meaning& rule) {
    const auto text = cadence(rule) + ", " + Chosen(rule).of_month();
    return rule.months.empty() ? text : text + ", seulement" + in_months(rule.months);
}

std::string by_position(const Meaning& rule) {
    const Chosen chosen(rule);
    if (const auto which = chosen.of_positions(); !which.empty()) {
        if (rule.unit == Frequency::kYearly || rule.months.empty()) return cadence(rule) + ", " + which;
        if (rule.interval == 1) return "Chaque année, " + which + of_months(rule.months);
        return cadence(rule) + ", " + which + ", seulement" + in_months(rule.months);
    }
    const auto chosen_days = [&] {
        if (rule.unit == Frequency::kWeekly) return chosen.of_week();
        if (rule.unit == Frequency::kMonthly) return chosen.of_month() + in_months(rule.months);
        return chosen.of_year();
    }();
    return cadence(rule) + ", " + the_places(rule.positions, "de ces jours") + kColon + chosen_days;
}

std::string recurring(const Meaning& rule) {
    auto text = [&] {
        if (!rule.positions.empty()) return by_position(rule);
        switch (rule.unit) {
            case Frequency::kDaily:
                return daily(rule);
            case Frequency::kWeekly:
                return weekly(rule);
            case Frequency::kMonthly:
                return monthly(rule);
            case Frequency::kYearly:
                break;
        }
        return cadence(rule) + ", " + Chosen(rule).of_year();
    }();
    if (rule.week_start) text += fmt::format(" (semaines commençant le {})", name(*rule.week_start));
    return text;
}

std::string day_and_month(const std::chrono::year_month_day& date) {
    return fmt::format("{} {}", numbered(static_cast<int>(unsigned{date.day()})),
                       month_name(static_cast<int>(unsigned{date.month()})));
}

// "1er avril 2027".
std::string date(LocalDays day) {
    const std::chrono::year_month_day ymd(day);
    return fmt::format("{} {}", day_and_month(ymd), int{ymd.year()});
}

std::string time(LocalTime local) {
    const std::chrono::hh_mm_ss clock(local - floor<days>(local));
    auto text = fmt::format("{}{}h{}{:02}", clock.hours().count(), kNarrow, kNarrow, clock.minutes().count());
    if (clock.seconds().count() != 0)
        text += fmt::format("{}min{}{:02}{}s", kNarrow, kNarrow, clock.seconds().count(), kNarrow);
    return text;
}

std::string dates(const std::vector<LocalTime>& list, LocalTime start) {
    const auto said = said_dates(list, start);
    Texts texts;
    for (const auto& group : said.usual) {
        Texts numbers;
        for (const auto day : group.days) numbers.push_back(numbered(static_cast<int>(day)));
        texts.push_back(fmt::format("{} {} {} {}", numbers.size() == 1 ? "le" : "les", and_list(numbers),
                                    month_name(static_cast<int>(unsigned{group.month.month()})),
                                    int{group.month.year()}));
    }
    for (const auto local : said.unusual)
        texts.push_back(fmt::format("le {} ({})", date(floor<days>(local)), time(local)));
    return and_list(texts);
}

// "du 1er juillet au 31 août 2027".
std::string span(const Pause& pause) {
    const std::chrono::year_month_day first(pause.first), last(pause.last);
    const auto from =
        day_and_month(first) + (first.year() == last.year() ? "" : fmt::format(" {}", int{first.year()}));
    return fmt::format("du {} au {}", from, date(pause.last));
}

// ", jusqu’au 30 juin 2027, sauf le 24 décembre 2026, avec une pause du 1er juillet au 31 août 2027".
std::string tail(const SentenceParts& parts) {
    std::string text;
    if (parts.count)
        text += *parts.count == 1 ? ", une seule fois" : fmt::format(", {}{}fois", *parts.count, kNarrow);
    if (parts.last_day) text += ", jusqu’au " + date(*parts.last_day);
    if (parts.off.size() > kMaxDatesNamed)
        text += fmt::format(", sauf {}{}dates", parts.off.size(), kNarrow);
    else if (!parts.off.empty())
        text += ", sauf " + dates(parts.off, parts.start);
    if (parts.further.size() > kMaxDatesNamed)
        text += fmt::format(", et {}{}dates en plus", parts.further.size(), kNarrow);
    else if (!parts.further.empty())
        text += ", et aussi " + dates(parts.further, parts.start);
    if (parts.pauses.size() > kMaxDatesNamed)
        return text + fmt::format(", avec {}{}pauses", parts.pauses.size(), kNarrow);
    Texts breaks;
    for (const auto& pause : parts.pauses) breaks.push_back(span(pause));
    if (breaks.empty()) return text;
    return text + (breaks.size() == 1 ? ", avec une pause " : ", avec des pauses ") + and_list(breaks);
}

}  // namespace

std::string in_french(const SentenceParts& parts) {
    const auto day = floor<days>(parts.start);
    const auto when =
        parts.rule ? recurring(*parts.rule) : fmt::format("Le {} {}", name(weekday(day)), date(day));
    // A clause of its own ends before the time.
    const bool has_clause = when.find(" si c’est ") != std::string::npos ||
                            when.find(", seulement") != std::string::npos ||
                            when.find(kColon) != std::string::npos;
    return fmt::format("{}{} à {}, {}{}", when, has_clause ? "," : "", time(parts.start),
                       time_in_french(parts.zone), tail(parts));
}

}  // namespace stagecast::scheduler
