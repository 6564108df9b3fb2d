#include "client.h"
#include "site.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <utility>

namespace stagecast::web::test {
namespace {

constexpr timeval kPatience{10, 0};

std::string lower(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

}  // namespace

std::string Answer::header(const std::string& lower_name) const {
    const auto found = headers.find(lower_name);
    return found == headers.end() ? std::string() : found->second;
}

Client::Client(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        throw std::runtime_error("cannot connect");
}

Client::~Client() {
    ::close(descriptor_);
}

void Client::send(const std::string& bytes) {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        const auto count = ::send(descriptor_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (count <= 0) throw std::runtime_error("the server took no more");
        sent += static_cast<std::size_t>(count);
    }
}

bool Client::receive_more() {
    std::array<char, 65'536> buffer;
    const auto count = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        throw std::runtime_error("no answer within 10 s");
    if (count <= 0) return false;
    pending_.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
}

std::string Client::receive_until(const std::string& part) {
    std::size_t end;
    while ((end = pending_.find(part)) == pending_.npos)
        if (!receive_more()) throw std::runtime_error("closed before \"" + part + "\"");
    end += part.size();
    auto seen = pending_.substr(0, end);
    pending_.erase(0, end);
    return seen;
}

std::string Client::receive_rest() {
    while (receive_more()) {
    }
    return std::exchange(pending_, {});
}

Answer Client::receive(Expect expect) {
    const auto head = receive_until("\r\n\r\n");
    Answer answer;
    answer.status = std::stoi(head.substr(head.find(' ') + 1, 3));
    for (auto at = head.find("\r\n") + 2; at + 2 < head.size();) {
        const auto end = head.find("\r\n", at), colon = head.find(':', at);
        auto& value = answer.headers[lower(head.substr(at, colon - at))];
        value += (value.empty() ? "" : "\n") + head.substr(colon + 2, end - colon - 2);
        at = end + 2;
    }
    if (expect == Expect::kHeadOnly || answer.status == 204 || answer.status == 304) return answer;
    if (answer.header("content-length").empty()) {
        answer.body = receive_rest();
        return answer;
    }
    const auto length = std::stoul(answer.header("content-length"));
    while (pending_.size() < length)
        if (!receive_more()) throw std::runtime_error("closed within a body");
    answer.body = pending_.substr(0, length);
    pending_.erase(0, length);
    return answer;
}

Answer ask(std::uint16_t port, const std::string& method, const std::string& target, const std::string& head,
           const std::string& body) {
    Client client(port);
    auto request = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + head;
    if (!body.empty()) request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    client.send(request + "\r\n" + body);
    return client.receive(method == "HEAD" ? Client::Expect::kHeadOnly : Client::Expect::kBody);
}

namespace {

std::filesystem::path new_directory() {
    auto text = (std::filesystem::temp_directory_path() / "stagecast-web-XXXXXX").string();
    if (!::mkdtemp(text.data())) throw std::runtime_error("no temporary directory");
    return text;
}

Config config_in(const std::filesystem::path& data) {
    Config config;
    config.data = data;
    config.listen_port = 0;
    config.site_url = "http://radio.test";
    config.http_threads = 4;
    return config;
}

std::unique_ptr<store::Database> database_in(const std::filesystem::path& data) {
    auto database = store::Database::open("sqlite:" + (data / "site.db").string());
    database->migrate();
    return database;
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() : path(new_directory()) {}
TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
}

const Clock& Site::system_clock() {
    static const SystemClock clock;
    return clock;
}

Site::Site(const Clock& time)
    : config(config_in(directory.path)),
      clock(time),
      database(database_in(directory.path)),
      blobs(directory.path / "blobs"),
      engine(mixer::SoundEngine::start({"127.0.0.1", 0, {}}, metrics)),
      accounts(*database, clock, random, config),
      planner(*database, clock, random, config.site_url),
      guide(*database, clock),
      delivery(*database, clock, config, metrics),
      writer(*database, blobs, clock, random, metrics),
      renderer(*database, blobs, clock, random, metrics, [](const EpisodeId&) {}),
      eraser(*database, blobs, clock, random, writer, renderer),
      studio(
          {*database, clock, random, config, metrics, accounts, planner, *engine, writer, renderer, eraser}),
      documents(*database, clock, config),
      importer(*database, clock, random, config),
      personal(*database, clock, random, config),
      links(*database, random),
      notice_writer(config, links),
      teller(*database, clock, random,
             [this](const store::Notice& notice, std::span<const FollowerId> followers) {
                 bells.ring(notice, followers);
             }),
      dispatcher({*database, clock, random, config, metrics, notice_writer, teller}),
      telling(*database, clock, random, config, notice_writer, [] {}),
      mail_followers(*database, clock, random, config, links, delivery),
      services{*database, clock,  random,    config,   metrics,  blobs,   accounts,       planner, guide,
               delivery,  studio, documents, importer, personal, telling, mail_followers, bells},
      server(services) {
    server.start();
}

Site::~Site() {
    server.stop();
}

std::string Site::session(const std::string& handle) {
    const auto account = database->write([&](store::Tx& tx) {
        if (const auto there = store::accounts::find_by_handle(tx, handle)) return *there;
        store::Account made;
        made.id = AccountId::make(random);
        made.handle = made.name = handle;
        made.email = handle + "@example.org";
        made.state = store::AccountState::kActive;
        made.is_operator = handle == "operator";
        made.created_at = clock.now();
        store::accounts::insert(tx, made);
        return made;
    });
    return accounts.sign_in_by_link(accounts.sign_in_link(account.id).text).text;
}

Answer Site::api(const std::string& method, const std::string& path, const std::string& bearer,
                 const std::string& json) {
    const auto head = (bearer.empty() ? "" : "Authorization: Bearer " + bearer + "\r\n") +
                      (json.empty() ? "" : "Content-Type: application/json\r\n");
    return ask(server.port(), method, "/api/v1" + path, head, json);
}

}  // namespace stagecast::web::test
