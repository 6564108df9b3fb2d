#include "web/pages/grid_html.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace stagecast::web {
namespace {

constexpr std::size_t kMaxTallChannels = 16;  // more have low rows

const char* class_of(ItemState state) {
    switch (state) {
        case ItemState::kPlanned:
            return "";
        case ItemState::kDelayed:
            return " is-delayed";
        case ItemState::kLive:
            return " is-live";
        case ItemState::kPast:
            return " is-past";
        case ItemState::kNotHeld:
            return " is-past is-off";
        case ItemState::kCancelled:
            return " is-off";
        case ItemState::kAway:
            return " is-off is-away";
    }
    return "";
}

std::string whole_address(const GridItem& item) {
    return item.episode.empty() ? "/rooms/" + item.room : "/episodes/" + item.episode;
}

class Writer {
public:
    Writer(const Grid& grid, const std::vector<GridItem>& items, const Words& words)
        : grid_(grid), items_(items), words_(words), is_rich_(placed_items() <= kMaxRichItems) {}

    std::string write(std::vector<GridMark> marks) {
        marks_ = std::move(marks);
        std::ranges::sort(marks_, std::ranges::greater{}, &GridMark::at);  // the next at the back
        const bool is_week = grid_.hours == 0;
        add("<div class=\"grid{}{}\"", is_week ? std::string(" is-week") : fmt::format(" h{}", grid_.hours),
            grid_.channels.size() > kMaxTallChannels ? " is-dense" : "");
        add(" data-starts=\"{}\" data-hours={}>\n", to_iso8601(grid_.starts_at), grid_.hours);
        write_channels();
        for (std::size_t i = 0; i < grid_.sections.size(); ++i) write_section(i);
        out_ += "</div>\n";
        return std::move(out_);
    }

private:
    template <class... T>
    void add(fmt::format_string<T...> format, T&&... values) {
        fmt::format_to(std::back_inserter(out_), format, std::forward<T>(values)...);
    }

    std::size_t placed_items() const {
        return static_cast<std::size_t>(
            std::ranges::count_if(grid_.places, [](const GridPlace& place) { return place.row > 0; }));
    }

    void write_stripe(const std::string& colour) {
        add("<svg class=stripe viewBox=\"0 0 1 1\" preserveAspectRatio=none aria-hidden=true>"
            "<rect width=1 height=1 fill=\"{}\" /></svg>",
            xml_escape(colour));
    }

    void write_channels() {
        add("<ul class=channels aria-label=\"{}\">\n", xml_escape(words_.text("guide.channels")));
        for (const auto& channel : grid_.channels) {
            add("<li class=\"channel r{}", channel.row);
            if (channel.lanes > 1) add(" l{}", channel.lanes);
            out_ += "\">";
            write_stripe(channel.colour);
            add("<a href=/channels/{}>{}</a>\n", channel.slug, xml_escape(channel.title));
        }
        out_ += "</ul>\n";
    }

    void write_section(std::size_t index) {
        const auto& section = grid_.sections[index];
        add("<section><h3 class=\"hour a{}\" id=s{}><time datetime=\"{}\">{}</time></h3>\n<ol>\n", section.at,
            index, to_iso8601(section.starts_at), xml_escape(section.label));
        for (const auto item : section.items) {
            write_marks_before(items_[item].starts_at);
            write_item(items_[item], grid_.places[item]);
        }
        if (index + 1 < grid_.sections.size())
            write_marks_before(grid_.sections[index + 1].starts_at);
        else
            write_marks_before(Instant::max());
        out_ += "</ol></section>\n";
    }

    void write_marks_before(Instant at) {
        for (; !marks_.empty() && marks_.back().at < at; marks_.pop_back()) {
            const auto& mark = marks_.back();
            const auto minutes = std::chrono::floor<std::chrono::minutes>(mark.at - grid_.starts_at).count();
            add("<li class=\"mark a{}\" id={}><span>{}</span>\n", minutes / kGridStepMinutes, mark.id,
                xml_escape(mark.label));
        }
    }

    void write_item(const GridItem& item, const GridPlace& place) {
        add("<li class=\"r{} a{}", place.row, place.at);
        if (place.span > 1) add(" f{}", place.span);
        add("{}\">", class_of(item.state));
        if (is_rich_) write_stripe(item.channel_colour);
        add("<a href={}><b>{}</b> ", is_rich_ ? whole_address(item) : short_address(item.room),
            xml_escape(item.clock));
        if (item.language.empty())
            out_ += xml_escape(item.title);
        else
            add("<span lang={}>{}</span>", item.language, xml_escape(item.title));
        if (!item.remark.empty()) add(" <em>{}</em>", xml_escape(item.remark));
        add(" <i>{}", xml_escape(item.channel_title));
        if (!item.hosts.empty()) add(" · {}", xml_escape(item.hosts));
        out_ += "</i></a>\n";
    }

    const Grid& grid_;
    const std::vector<GridItem>& items_;
    const Words& words_;
    const bool is_rich_;
    std::vector<GridMark> marks_;
    std::string out_;
};

}  // namespace

std::string short_address(std::string_view room) {
    return "/r/" + std::string(room.substr(0, kShortCharacters));
}

std::string grid_html(const Grid& grid, const std::vector<GridItem>& items,
                      const std::vector<GridMark>& marks, const Words& words) {
    return Writer(grid, items, words).write(marks);
}

}  // namespace stagecast::web
