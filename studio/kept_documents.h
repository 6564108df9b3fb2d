#pragma once
#include <cstdint>
#include <functional>
#include <future>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/bytes.h"
#include "base/time.h"

namespace stagecast::studio {

// A published document: bytes that many share, and what HTTP says of them. Constant after construction.
class Document {
public:
    Document(std::string bytes, std::string type, std::string file_name, Instant last_modified);

    const SharedBytes& bytes() const noexcept { return bytes_; }
    // The same by gzip, made at the first call. Thread: any.
    const SharedBytes& packed() const;
    const std::string& type() const noexcept { return type_; }            // "text/calendar; charset=utf-8"
    const std::string& etag() const noexcept { return etag_; }            // strong, of the bytes, quoted
    const std::string& file_name() const noexcept { return file_name_; }  // "tea.ics"
    Instant last_modified() const noexcept { return last_modified_; }

private:
    const SharedBytes bytes_;
    const std::string type_, file_name_, etag_;
    const Instant last_modified_;
    mutable std::once_flag once_;
    mutable SharedBytes packed_;  // written once, under once_
};

using SharedDocument = std::shared_ptr<const Document>;

// The ETag of bytes: strong, quoted.
std::string etag_of(const std::string& bytes);

// Documents by name, each with the revision of the programme that it was made from; those not asked for the
// longest go when the bytes are too many. One is made once, however many ask for it at the same time. Thread:
// any.
class KeptDocuments {
public:
    struct Made {
        std::int64_t revision = 0;
        SharedDocument document;
    };
    explicit KeptDocuments(std::size_t max_bytes) : max_bytes_(max_bytes) {}

    // One of that revision or a later one. make() is called by one of those who ask, outside the lock; the
    // others get what it made, or what it threw. It must make a document of at least that revision.
    SharedDocument get(const std::string& name, std::int64_t revision, const std::function<Made()>& make);

    // What is kept, with the gzip bytes that may be made.
    std::size_t bytes() const;

private:
    struct Kept {
        Made made;
        std::size_t bytes = 0;
        std::list<std::string>::iterator use;
    };
    struct Making {
        std::int64_t revision = 0;
        std::shared_future<Made> result;
    };
    void keep(const std::string& name, const Made& made);

    const std::size_t max_bytes_;
    mutable std::mutex mutex_;
    std::map<std::string, Kept> kept_;      // guarded by mutex_
    std::map<std::string, Making> making_;  // guarded by mutex_
    std::list<std::string> uses_;           // guarded by mutex_: names, the last asked for first
    std::size_t bytes_ = 0;                 // guarded by mutex_
};

}  // namespace stagecast::studio
