#pragma once
#include <semaphore>
#include <string>

namespace stagecast::access {

inline constexpr int kMinPasswordCharacters = 10;
inline constexpr int kMaxPasswordCharacters = 200;

// Throws Invalid(field) unless the password is UTF-8 of 10 to 200 characters. Never trimmed or changed.
void check_password(const std::string& password, const std::string& field);

// argon2id in libsodium's text form at its interactive limits: 64 MiB and two passes a hash.
// Thread: any; at most two hash at once (128 MiB), the others wait.
class Passwords {
public:
    Passwords();
    std::string hash(const std::string& password);
    // False for a wrong password and, at the same cost, for an empty hash: an account that is not there.
    bool matches(const std::string& hash, const std::string& password);

private:
    std::counting_semaphore<2> turns_{2};
    const std::string nobodys_hash_;
};

}  // namespace stagecast::access
