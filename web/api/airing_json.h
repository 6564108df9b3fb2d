#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "scheduler/listing.h"

namespace stagecast::web {

// Appends one airing as the schema Airing of web/api/openapi.json: text after text, since a day has
// thousands.
void append_airing(std::string& out, const scheduler::Listing& listing);
void append_json_string(std::string& out, std::string_view text);  // quoted; requires UTF-8

// What the shows of a roster say, as members of an Airing: made once, for most airings say nothing else.
// Immutable; any thread.
class ShowMembers {
public:
    explicit ShowMembers(const scheduler::Roster& roster);
    std::int64_t revision() const noexcept { return revision_; }  // of the roster
    std::string_view of(std::size_t place) const {
        return std::string_view(text_).substr(begins_[place], begins_[place + 1] - begins_[place]);
    }

private:
    const std::int64_t revision_;
    std::string text_;                 // of all shows, one after the other: a day reads half of it
    std::vector<std::size_t> begins_;  // of each show, and the end
};

// Appends the airings of one list, by what is known of the last roster's shows. One thread; the last ones are
// anyone's.
class AiringWriter {
public:
    using Last = Guarded<std::shared_ptr<const ShowMembers>>;
    AiringWriter(std::string& out, Last& last) : out_(out), last_(last) {}
    void append(const scheduler::Listing& listing);

private:
    const ShowMembers& members_of(const scheduler::Roster& roster);

    std::string& out_;
    Last& last_;
    std::shared_ptr<const ShowMembers> members_;  // null: none was needed
};

}  // namespace stagecast::web
