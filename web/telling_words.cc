#include "web/telling_words.h"

#include "base/error.h"
#include "store/words.h"

namespace stagecast::web {
namespace {

template <class E>
E named(const std::string& text, const char* field) {
    for (const auto& [value, known] : store::words_of(E{}))
        if (known == text) return value;
    throw Invalid(field, "is not one of the choices");
}

}  // namespace

store::Digest digest_named(const std::string& word) {
    return named<store::Digest>(word, "digest");
}

store::WebhookFormat webhook_format_named(const std::string& word) {
    return named<store::WebhookFormat>(word, "format");
}

}  // namespace stagecast::web
