#include "web/api/airing_json.h"

#include <algorithm>
#include <array>

#include "base/time.h"
#include "store/words.h"
#include "studio/words.h"

namespace stagecast::web {
namespace {

// The bytes that stand in a JSON string as they are.
constexpr auto kPlain = [] {
    std::array<bool, 256> plain{};
    for (std::size_t byte = 0x20; byte < plain.size(); ++byte) plain[byte] = byte != '"' && byte != '\\';
    return plain;
}();
bool is_plain(char byte) {
    return kPlain[static_cast<unsigned char>(byte)];
}

// `before` is JSON up to the text: its name and what stands before that.
void append_text(std::string& out, std::string_view before, std::string_view text) {
    out += before;
    append_json_string(out, text);
}

// As to_iso8601() writes it, whose formatting for any year and fraction is half of what an airing costs.
void append_moment(std::string& out, std::string_view before, Instant instant) {
    using namespace std::chrono;
    const auto day = floor<days>(instant);
    const hh_mm_ss time(instant - day);
    const year_month_day date(day);
    const auto year = static_cast<int>(date.year());
    out += before;
    if (year < 1000 || year > 9999 || time.subseconds() != Milliseconds(0)) {
        out += '"' + to_iso8601(instant) + '"';
        return;
    }
    std::array<char, 22> text{'"', 0, 0, 0,   0, '-', 0,   0, '-', 0,   0,
                              'T', 0, 0, ':', 0, 0,   ':', 0, 0,   'Z', '"'};
    const auto put = [&](std::size_t place, long number) {
        text[place] = static_cast<char>('0' + number / 10);
        text[place + 1] = static_cast<char>('0' + number % 10);
    };
    put(1, year / 100);
    put(3, year % 100);
    put(6, static_cast<unsigned>(date.month()));
    put(9, static_cast<unsigned>(date.day()));
    put(12, time.hours().count());
    put(15, time.minutes().count());
    put(18, time.seconds().count());
    out.append(text.data(), text.size());
}

// A word of ours, which needs no escaping.
void append_word(std::string& out, std::string_view before, std::string_view word) {
    out += before;
    out += '"';
    out += word;
    out += '"';
}

void append_channel(std::string& out, const scheduler::Said& said) {
    append_text(out, R"(,"channel":{"slug":)", said.channel_slug);
    append_text(out, R"(,"title":)", said.channel_title);
    append_text(out, R"(,"colour":)", said.channel_colour);
    out += '}';
}

void append_hosts(std::string& out, const scheduler::Said& said) {
    out += R"(,"hosts":)";
    char separator = '[';
    for (const auto& host : said.hosts) {
        out += separator;
        append_text(out, R"({"handle":)", host.handle);
        append_text(out, R"(,"name":)", host.name);
        out += '}';
        separator = ',';
    }
    out += said.hosts.empty() ? "[]" : "]";
}

void append_languages(std::string& out, const scheduler::Said& said) {
    append_text(out, R"(,"language":)", said.language);
    append_text(out, R"(,"languages":[)", said.language);
    for (const auto& text : said.texts)
        if (text.language != said.language) append_text(out, ",", text.language);
    out += ']';
}

// All of an airing but what its show may say for it.
void append_time(std::string& out, const scheduler::Listing& listing) {
    append_word(out, R"({"room":)", listing.room);
    out += R"(,"url":"/rooms/)";
    out += listing.room;
    out += '"';
    append_moment(out, R"(,"starts_at":)", listing.starts_at);
    append_moment(out, R"(,"ends_at":)", listing.ends_at);
    append_word(out, R"(,"state":)", studio::word(listing.state));
    append_word(out, R"(,"lateness":)", store::word(listing.lateness));
    if (listing.moved_from) append_moment(out, R"(,"moved_from":)", *listing.moved_from);
    if (!listing.episode.empty()) append_word(out, R"(,"episode":)", listing.episode);
}

void append_words(std::string& out, const scheduler::Said& said) {
    append_text(out, R"(,"title":)", said.title);
    append_channel(out, said);
    if (!said.show_slug.empty()) append_text(out, R"(,"show":)", said.show_slug);
    if (!said.category.empty()) append_text(out, R"(,"category":)", said.category);
    append_languages(out, said);
    append_hosts(out, said);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    out += '"';
    while (!text.empty()) {
        const auto plain_bytes =
            static_cast<std::size_t>(std::ranges::find_if_not(text, is_plain) - text.begin());
        out += text.substr(0, plain_bytes);
        if (plain_bytes == text.size()) break;
        const auto byte = static_cast<unsigned char>(text[plain_bytes]);
        out += '\\';
        if (byte < 0x20)
            out.append("u00").append({kDigits[byte >> 4], kDigits[byte & 15U]});
        else
            out += text[plain_bytes];
        text.remove_prefix(plain_bytes + 1);
    }
    out += '"';
}

void append_airing(std::string& out, const scheduler::Listing& listing) {
    append_time(out, listing);
    append_words(out, *listing.said);
    out += '}';
}

ShowMembers::ShowMembers(const scheduler::Roster& roster) : revision_(roster.revision()) {
    begins_.reserve(roster.said().size() + 1);
    for (const auto& said : roster.said()) {
        begins_.push_back(text_.size());
        append_words(text_, said);
    }
    begins_.push_back(text_.size());
}

void AiringWriter::append(const scheduler::Listing& listing) {
    if (!listing.as_show) return append_airing(out_, listing);
    append_time(out_, listing);
    out_ += members_of(*listing.as_show->roster).of(listing.as_show->place);
    out_ += '}';
}

const ShowMembers& AiringWriter::members_of(const scheduler::Roster& roster) {
    if (members_ && members_->revision() == roster.revision()) return *members_;
    members_ = last_.with([](const auto& last) { return last; });
    if (members_ && members_->revision() == roster.revision()) return *members_;
    members_ = std::make_shared<const ShowMembers>(roster);
    last_.with([&](auto& last) {
        if (!last || last->revision() < members_->revision()) last = members_;
    });
    return *members_;
}

}  // namespace stagecast::web
