#include "access/passwords.h"

#include <fmt/format.h>
#include <sodium.h>

#include "base/error.h"
#include "base/utf8.h"

namespace stagecast::access {
namespace {

class Turn {
public:
    explicit Turn(std::counting_semaphore<2>& turns) : turns_(turns) { turns_.acquire(); }
    ~Turn() { turns_.release(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

private:
    std::counting_semaphore<2>& turns_;
};

std::string hashed(const std::string& password) {
    char text[crypto_pwhash_STRBYTES];
    if (sodium_init() < 0 ||
        crypto_pwhash_str(text, password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
        throw Unavailable("no memory to check a password", std::chrono::seconds(5));
    return text;
}

}  // namespace

void check_password(const std::string& password, const std::string& field) {
    int characters = 0;
    for (std::string_view rest = password; !rest.empty() && characters <= kMaxPasswordCharacters;
         ++characters)
        if (!take_utf8(rest)) throw Invalid(field, "is not UTF-8 text");
    if (characters < kMinPasswordCharacters || characters > kMaxPasswordCharacters)
        throw Invalid(field, fmt::format("must have {} to {} characters", kMinPasswordCharacters,
                                         kMaxPasswordCharacters));
}

Passwords::Passwords() : nobodys_hash_(hashed("nobody")) {}

std::string Passwords::hash(const std::string& password) {
    const Turn turn(turns_);
    return hashed(password);
}

bool Passwords::matches(const std::string& hash, const std::string& password) {
    const Turn turn(turns_);
    const auto& against = hash.empty() ? nobodys_hash_ : hash;
    const bool right = crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0;
    return right && !hash.empty();
}

}  // namespace stagecast::access
