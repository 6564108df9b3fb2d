#include "studio/kept_documents.h"

#include "base/gzip.h"
#include "base/text.h"

namespace stagecast::studio {
namespace {

constexpr std::size_t kEntryBytes = 512;  // names, lists, maps

// gzip never adds more than a few bytes: twice the bytes is a bound, and known before packed() is called.
std::size_t cost_of(const std::string& name, const Document& document) {
    return 2 * document.bytes()->size() + name.size() + kEntryBytes;
}

}  // namespace

std::string etag_of(const std::string& bytes) {
    return "\"" + sha256_hex(bytes).substr(0, 32) + "\"";
}

Document::Document(std::string bytes, std::string type, std::string file_name, Instant last_modified)
    : bytes_(std::make_shared<const std::string>(std::move(bytes))),
      type_(std::move(type)),
      file_name_(std::move(file_name)),
      etag_(etag_of(*bytes_)),
      last_modified_(last_modified) {}

const SharedBytes& Document::packed() const {
    std::call_once(once_, [this] { packed_ = std::make_shared<const std::string>(gzip(*bytes_)); });
    return packed_;
}

SharedDocument KeptDocuments::get(const std::string& name, std::int64_t revision,
                                  const std::function<Made()>& make) {
    std::promise<Made> promise;
    {
        std::unique_lock lock(mutex_);
        if (const auto found = kept_.find(name);
            found != kept_.end() && found->second.made.revision >= revision) {
            uses_.splice(uses_.begin(), uses_, found->second.use);
            return found->second.made.document;
        }
        // What is being made for an older revision may have been read before the change that is asked for.
        if (const auto found = making_.find(name);
            found != making_.end() && found->second.revision >= revision) {
            const auto result = found->second.result;
            lock.unlock();
            return result.get().document;
        }
        making_[name] = {revision, promise.get_future().share()};
    }
    const auto forget = [&] {
        const auto found = making_.find(name);
        if (found != making_.end() && found->second.revision == revision) making_.erase(found);
    };
    try {
        auto made = make();
        const std::lock_guard lock(mutex_);
        keep(name, made);
        forget();
        promise.set_value(made);
        return made.document;
    } catch (...) {
        const std::lock_guard lock(mutex_);
        forget();
        promise.set_exception(std::current_exception());
        throw;
    }
}

void KeptDocuments::keep(const std::string& name, const Made& made) {
    auto found = kept_.find(name);
    if (found != kept_.end() && found->second.made.revision > made.revision) return;
    if (found == kept_.end()) {
        uses_.push_front(name);
        found = kept_.emplace(name, Kept{{}, 0, uses_.begin()}).first;
    } else {
        uses_.splice(uses_.begin(), uses_, found->second.use);
        bytes_ -= found->second.bytes;
    }
    found->second.made = made;
    found->second.bytes = cost_of(name, *made.document);
    bytes_ += found->second.bytes;
    while (bytes_ > max_bytes_) {
        const auto oldest = kept_.find(uses_.back());
        bytes_ -= oldest->second.bytes;
        kept_.erase(oldest);
        uses_.pop_back();
    }
}

std::size_t KeptDocuments::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

}  // namespace stagecast::studio
