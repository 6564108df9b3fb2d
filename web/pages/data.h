#pragma once
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace stagecast::web {

// What a template is filled with: a text, a yes or no, a list, or named parts. Nothing is the same as no.
// An empty text is no as well, so that {{#part}} shows only what there is.
class Data {
public:
    using List = std::vector<Data>;
    using Object = std::map<std::string, Data>;

    Data() = default;
    Data(bool yes) : value_(yes) {}
    Data(const char* text) : value_(std::string(text)) {}
    Data(std::string_view text) : value_(std::string(text)) {}
    Data(std::string text) : value_(std::move(text)) {}
    Data(List list) : value_(std::move(list)) {}
    Data(Object parts) : value_(std::move(parts)) {}
    template <class Integer>
    requires(std::is_integral_v<Integer> && !std::is_same_v<Integer, bool>) Data(Integer number)
        : value_(std::to_string(number)) {}

    // The named part, made if it is missing; whatever this was before becomes an object.
    Data& operator[](const std::string& part) {
        if (!std::holds_alternative<Object>(value_)) value_ = Object{};
        return std::get<Object>(value_)[part];
    }
    // Appends; whatever this was before becomes a list.
    Data& add(Data item) {
        if (!std::holds_alternative<List>(value_)) value_ = List{};
        return std::get<List>(value_).emplace_back(std::move(item));
    }

    const std::variant<bool, std::string, List, Object>& value() const noexcept { return value_; }

private:
    std::variant<bool, std::string, List, Object> value_ = false;
};

}  // namespace stagecast::web
