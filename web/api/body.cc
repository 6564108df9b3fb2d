#include "web/api/body.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "base/text.h"

namespace stagecast::web {
namespace {

using Json = nlohmann::json;
constexpr std::size_t kMaxTexts = 1'000, kMaxObjects = 100;
constexpr int kMaxDepth = 16;

Json parse(const Request& request) {
    if (request.body.empty()) return Json::object();
    if (!lower_ascii(request.header("content-type")).starts_with("application/json"))
        throw Invalid("body", "send JSON, with Content-Type: application/json");
    int depth = 0;
    const auto too_deep = [&](int, Json::parse_event_t event, Json&) {
        if (event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start) ++depth;
        if (event == Json::parse_event_t::object_end || event == Json::parse_event_t::array_end) --depth;
        if (depth > kMaxDepth) throw Invalid("body", "it is nested too deeply");
        return true;
    };
    try {
        auto json = Json::parse(request.body, too_deep);
        if (!json.is_object()) throw Invalid("body", "it must be a JSON object");
        return json;
    } catch (const Json::exception&) {
        throw Invalid("body", "this is no JSON");
    }
}

}  // namespace

struct Body::Impl {
    Json json;
    std::string prefix;  // "schedule.": of the fields of an inner object
    std::set<std::string> taken;

    // Null for a field that is not there, or is null.
    const Json* find(const std::string& field) {
        taken.insert(field);
        const auto found = json.find(field);
        return found == json.end() || found->is_null() ? nullptr : &*found;
    }
    [[noreturn]] void refuse(const std::string& field, const char* why) const {
        throw Invalid(prefix + field, why);
    }
    int number(const std::string& field, const Json& value) const {
        if (!value.is_number_integer()) refuse(field, "it must be a whole number");
        const auto number = value.get<std::int64_t>();
        if (number < std::numeric_limits<int>::min() || number > std::numeric_limits<int>::max() ||
            (value.is_number_unsigned() && value.get<std::uint64_t>() > std::numeric_limits<int>::max()))
            refuse(field, "the number is too large");
        return static_cast<int>(number);
    }
};

Body::Body(const Request& request) : impl_(std::make_unique<Impl>(Impl{parse(request), "", {}})) {}
Body::Body(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Body::Body(Body&&) noexcept = default;
Body::~Body() = default;

std::optional<std::string> Body::optional_text(const std::string& field) {
    const auto* const value = impl_->find(field);
    if (!value) return std::nullopt;
    if (!value->is_string()) impl_->refuse(field, "it must be a text");
    return value->get<std::string>();
}

std::string Body::text(const std::string& field) {
    auto value = optional_text(field);
    if (!value) impl_->refuse(field, "it is missing");
    return std::move(*value);
}

std::string Body::text_or(const std::string& field, const std::string& otherwise) {
    return optional_text(field).value_or(otherwise);
}

std::optional<int> Body::optional_number(const std::string& field) {
    const auto* const value = impl_->find(field);
    return value ? std::optional(impl_->number(field, *value)) : std::nullopt;
}

int Body::number(const std::string& field) {
    const auto value = optional_number(field);
    if (!value) impl_->refuse(field, "it is missing");
    return *value;
}

void Body::ignore(const std::string& field) {
    impl_->find(field);
}

std::optional<bool> Body::optional_flag(const std::string& field) {
    const auto* const value = impl_->find(field);
    if (!value) return std::nullopt;
    if (!value->is_boolean()) impl_->refuse(field, "it must be true or false");
    return value->get<bool>();
}

std::optional<std::vector<std::string>> Body::optional_texts(const std::string& field) {
    const auto* const value = impl_->find(field);
    if (!value) return std::nullopt;
    if (!value->is_array() || value->size() > kMaxTexts)
        impl_->refuse(field, "it must be a list of at most 1,000 texts");
    std::vector<std::string> texts;
    for (const auto& item : *value) {
        if (!item.is_string()) impl_->refuse(field, "it must be a list of texts");
        texts.push_back(item.get<std::string>());
    }
    return texts;
}

std::optional<std::vector<int>> Body::optional_numbers(const std::string& field) {
    const auto* const value = impl_->find(field);
    if (!value) return std::nullopt;
    if (!value->is_array() || value->size() > kMaxTexts)
        impl_->refuse(field, "it must be a list of at most 1,000 numbers");
    std::vector<int> numbers;
    for (const auto& item : *value) numbers.push_back(impl_->number(field, item));
    return numbers;
}

std::optional<Body> Body::optional_object(const std::string& field) {
    const auto* const value = impl_->find(field);
    if (!value) return std::nullopt;
    if (!value->is_object()) impl_->refuse(field, "it must be an object");
    return Body(std::make_unique<Impl>(Impl{*value, impl_->prefix + field + ".", {}}));
}

std::optional<std::vector<Body>> Body::optional_objects(const std::string& field) {
    const auto* const value = impl_->find(field);
    if (!value) return std::nullopt;
    if (!value->is_array() || value->size() > kMaxObjects)
        impl_->refuse(field, "it must be a list of at most 100 objects");
    std::vector<Body> bodies;
    for (std::size_t i = 0; i < value->size(); ++i) {
        if (!(*value)[i].is_object()) impl_->refuse(field, "it must be a list of objects");
        const auto prefix = impl_->prefix + field + "[" + std::to_string(i) + "].";
        bodies.push_back(Body(std::make_unique<Impl>(Impl{(*value)[i], prefix, {}})));
    }
    return bodies;
}

void Body::done() const {
    for (const auto& [field, value] : impl_->json.items())
        if (!impl_->taken.contains(field))
            impl_->refuse(checked_text(field, "body", 0, 100), "there is no such field here");
}

}  // namespace stagecast::web
