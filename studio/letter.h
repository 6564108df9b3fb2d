#pragma once
#include <string>
#include <utility>
#include <vector>

namespace stagecast::studio {

// One mail's content, said once as text and once as HTML. All of it is plain: what is HTML in it is shown,
// not done.
struct Letter {
    struct Item {
        std::string text, url;  // the url may be empty
    };
    struct Group {
        std::string heading;
        std::vector<Item> items;
    };
    std::string language, title, lead;
    std::string note;                                        // several paragraphs
    std::vector<std::pair<std::string, std::string>> facts;  // label, value
    std::vector<Group> groups;
    std::string button, url;
    std::string colon = ": ";  // behind a label
};

std::string as_text(const Letter& letter);
// An HTML document up to where its body may go on: the end tags of body and html, which may be left out, are.
// Light and dark by the reader's wish; nothing is loaded.
std::string as_html(const Letter& letter);

// The foot that follows either: lines of words with a link.
std::string foot_text(const std::string& why, const std::vector<Letter::Item>& links);
std::string foot_html(const std::string& why, const std::vector<Letter::Item>& links);

}  // namespace stagecast::studio
