#pragma once
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

// The one family of errors. Thrown where the fact is known, caught in web/ and answered as RFC 9457 problem
// documents.
namespace stagecast {

class Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// An input that cannot be taken: which field, and why, in words a person can act on. Nothing was changed.
class Invalid : public Error {
public:
    Invalid(std::string field, std::string why)
        : Error(field + ": " + why), field_(std::move(field)), why_(std::move(why)) {}
    Invalid(std::string field, std::string why, std::string first_fitting)
        : Invalid(std::move(field), std::move(why)) {
        first_fitting_ = std::move(first_fitting);
    }
    const std::string& field() const noexcept { return field_; }
    const std::string& why() const noexcept { return why_; }
    // The first value of the field that would be taken, where one is known.
    const std::optional<std::string>& first_fitting() const noexcept { return first_fitting_; }

private:
    std::string field_;
    std::string why_;
    std::optional<std::string> first_fitting_;
};

// The thing does not exist, or the asker may not know that it does.
class NotFound : public Error {
public:
    using Error::Error;
};

// The thing existed and was taken away for good (an erased rendering): HTTP 410.
class Gone : public Error {
public:
    using Error::Error;
};

// True once, not now: a stale version, a taken name, a room in another state.
class Conflict : public Error {
public:
    using Error::Error;
};

// Known, and not allowed.
class Forbidden : public Error {
public:
    using Error::Error;
};

// Not known: sign in first.
class Unauthenticated : public Error {
public:
    using Error::Error;
};

// Could be, later: a dependency is away, or a limit was reached.
class Unavailable : public Error {
public:
    Unavailable(const std::string& why, std::chrono::seconds retry_after)
        : Error(why), retry_after_(retry_after) {}
    std::chrono::seconds retry_after() const noexcept { return retry_after_; }

private:
    std::chrono::seconds retry_after_;
};

}  // namespace stagecast
