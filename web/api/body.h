#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "web/http.h"

namespace stagecast::web {

// The JSON object of a request, taken field by field. Every taker throws Invalid(field) for a value of the
// wrong type; done() throws for a field that nobody took: a misspelt option must not be ignored silently.
class Body {
public:
    // No body reads as {}. Throws Invalid("body") for another media type, broken JSON, anything but an
    // object.
    explicit Body(const Request& request);
    ~Body();
    Body(Body&&) noexcept;

    std::string text(const std::string& field);  // must be there
    std::string text_or(const std::string& field, const std::string& otherwise);
    std::optional<std::string> optional_text(const std::string& field);
    int number(const std::string& field);
    std::optional<int> optional_number(const std::string& field);
    std::optional<bool> optional_flag(const std::string& field);
    // At most 1,000 texts; no such field: none.
    std::optional<std::vector<std::string>> optional_texts(const std::string& field);
    // The same of whole numbers.
    std::optional<std::vector<int>> optional_numbers(const std::string& field);
    std::optional<Body> optional_object(const std::string& field);
    // At most 100 objects; no such field: nothing. Their fields are named "texts[0].title".
    std::optional<std::vector<Body>> optional_objects(const std::string& field);
    // May be there, whatever it holds.
    void ignore(const std::string& field);
    void done() const;

private:
    struct Impl;
    explicit Body(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace stagecast::web
