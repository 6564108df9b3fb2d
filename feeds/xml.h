#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stagecast::feeds {

// Writes indented XML 1.0. Text and attribute values are cleaned and escaped; names are ours.
class Xml {
public:
    using Attributes = std::vector<std::pair<std::string_view, std::string>>;

    Xml();
    void doctype(std::string_view root, std::string_view system_id);  // first of all
    void open(std::string_view name, const Attributes& attributes = {});
    void close();
    void element(std::string_view name, std::string_view text, const Attributes& attributes = {});
    void empty(std::string_view name, const Attributes& attributes);
    std::string take();  // closes what is open

private:
    void start(std::string_view name, const Attributes& attributes);

    std::string bytes_;
    std::vector<std::string> open_;
};

}  // namespace stagecast::feeds
