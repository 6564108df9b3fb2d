#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace stagecast::web::test {

struct Answer {
    int status = 0;
    std::map<std::string, std::string> headers;  // names in lower case; repeated ones joined by a line feed
    std::string body;
    std::string header(const std::string& lower_name) const;
};

// One blocking connection to a server on the loopback; every wait ends after 10 s with an exception.
class Client {
public:
    explicit Client(std::uint16_t port);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void send(const std::string& bytes);
    // One whole answer. `head_only`: what was asked was HEAD.
    enum class Expect { kBody, kHeadOnly };
    Answer receive(Expect expect = Expect::kBody);
    // Bytes until `part` was seen; returns what was read.
    std::string receive_until(const std::string& part);
    // Waits for the server to close; returns what came before. Empty as well when the server reset the
    // connection.
    std::string receive_rest();

private:
    bool receive_more();  // false: closed
    int descriptor_ = -1;
    std::string pending_;
};

// One request on a connection of its own. `head` are further lines, each with its CR LF.
Answer ask(std::uint16_t port, const std::string& method, const std::string& target,
           const std::string& head = {}, const std::string& body = {});

}  // namespace stagecast::web::test
