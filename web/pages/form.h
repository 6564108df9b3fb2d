#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "web/pages/page.h"

namespace stagecast::web {

struct Choice {
    std::string value, label;
};

// One field of a form as templates/_fields.mustache shows it.
struct Field {
    std::string name = {};
    std::string label = {};
    std::string kind = "text";  // an input's type, or "textarea", "select", "checkbox"
    std::string value = {};
    std::string hint = {};
    std::string autocomplete = {};
    std::vector<Choice> choices = {};  // of a select
    std::string needed = "yes";        // "no": may stay empty
};

// A form that works without a script: its fields, what was typed, and what was wrong with it, at the field.
class FormView {
public:
    FormView(std::string action, std::string submit)
        : action_(std::move(action)), submit_(std::move(submit)) {}

    FormView& add(Field field);
    // Takes what was typed over what was there; passwords are not shown again.
    void take(const Request& request);
    // What was wrong: at its field, or above the form if it has no such field.
    void refuse(const std::string& field, const std::string& why);
    void refuse(const Invalid& error) { refuse(error.field(), error.why()); }

    Data data() const;

private:
    struct Shown {
        Field field;
        std::string error;
    };
    Data field_data(const Shown& shown) const;

    std::string action_, submit_;
    std::vector<Shown> fields_;
    std::string error_;
};

// Throws Invalid(field) for anything but a whole number, white space around it aside.
int whole_number(const std::string& text, const std::string& field);

// Every zone of the database, as "Europe / Paris".
std::vector<Choice> zone_choices();
std::vector<Choice> language_choices();
// Data of <optgroup>s by continent: {groups: [{label, zones: [{value, label, chosen}]}]}.
Data zone_groups(const std::string& chosen);

}  // namespace stagecast::web
