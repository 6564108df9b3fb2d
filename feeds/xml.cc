#include "feeds/xml.h"

#include "base/text.h"
#include "feeds/text.h"

namespace stagecast::feeds {

Xml::Xml() : bytes_("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") {}

void Xml::doctype(std::string_view root, std::string_view system_id) {
    bytes_.append("<!DOCTYPE ").append(root).append(" SYSTEM \"").append(system_id).append("\">\n");
}

void Xml::start(std::string_view name, const Attributes& attributes) {
    bytes_.append(2 * open_.size(), ' ');
    bytes_ += '<';
    bytes_ += name;
    for (const auto& [key, value] : attributes) {
        bytes_ += ' ';
        bytes_ += key;
        bytes_ += "=\"" + xml_escape(clean(value)) + '"';
    }
}

void Xml::open(std::string_view name, const Attributes& attributes) {
    start(name, attributes);
    bytes_ += ">\n";
    open_.emplace_back(name);
}

void Xml::close() {
    const auto name = std::move(open_.back());
    open_.pop_back();
    bytes_.append(2 * open_.size(), ' ');
    bytes_ += "</" + name + ">\n";
}

void Xml::element(std::string_view name, std::string_view text, const Attributes& attributes) {
    start(name, attributes);
    bytes_ += '>' + xml_escape(clean(text)) + "</";
    bytes_ += name;
    bytes_ += ">\n";
}

void Xml::empty(std::string_view name, const Attributes& attributes) {
    start(name, attributes);
    bytes_ += "/>\n";
}

std::string Xml::take() {
    while (!open_.empty()) close();
    return std::move(bytes_);
}

}  // namespace stagecast::feeds
