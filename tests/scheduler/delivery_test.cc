#include "scheduler/delivery.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/error.h"
#include "tests/scheduler/house.h"

using namespace stagecast;
using namespace stagecast::scheduler;
using stagecast::store::Message;
using stagecast::store::MessageState;

namespace {

struct PostOffice : House {
    MessageId put(const std::string& to) {
        Message message;
        message.id = MessageId::make(random);
        message.key = message.id.text();
        message.to = to;
        message.subject = "Thé à huit heures";
        message.text = "Bonjour,\n\nà ce soir.\n";
        message.due_at = message.created_at = clock.now();
        database->write([&](store::Tx& tx) { REQUIRE(store::outbox::insert(tx, message)); });
        return message.id;
    }
    Message stored(const MessageId& id) {
        return *database->read([&](store::Snapshot& snapshot) { return store::outbox::find(snapshot, id); });
    }
    std::filesystem::path landed(const MessageId& id) {
        return directory.path / "mail" / (id.text() + ".eml");
    }

    Metrics metrics;
};

std::string contents(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

// Ends with its scope.
class SmtpServer {
public:
    explicit SmtpServer(const std::filesystem::path& mailboxes) {
        int in[2], out[2];
        REQUIRE(pipe2(in, O_CLOEXEC) == 0);
        REQUIRE(pipe2(out, O_CLOEXEC) == 0);
        const auto script = std::string(STAGECAST_TEST_DATA) + "/../scheduler/smtp_server.py";
        child_ = fork();
        if (child_ == 0) {
            dup2(in[0], 0);
            dup2(out[1], 1);
            execl("/usr/bin/python3", "python3", script.c_str(), mailboxes.c_str(), nullptr);
            _exit(127);
        }
        close(in[0]);
        close(out[1]);
        to_child_ = in[1];
        FILE* from_child = fdopen(out[0], "r");
        REQUIRE(fscanf(from_child, "%d", &port_) == 1);
        fclose(from_child);
    }
    ~SmtpServer() {
        close(to_child_);
        waitpid(child_, nullptr, 0);
    }
    std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }

private:
    pid_t child_ = -1;
    int to_child_ = -1;
    int port_ = 0;
};

}  // namespace

TEST_CASE("without a mail server a message lands whole in the data directory, for the operator only",
          "[delivery]") {
    PostOffice office;
    Delivery delivery(*office.database, office.clock, office.config, office.metrics);
    const auto id = office.put("ana@example.org");
    CHECK(delivery.run_once() == 1);
    CHECK(delivery.run_once() == 0);
    const auto message = office.stored(id);
    CHECK(message.state == MessageState::kDelivered);
    CHECK(message.delivered_at == office.clock.now());
    CHECK(message.attempts == 1);
    const auto text = contents(office.landed(id));
    CHECK(text.find("To: ana@example.org\r\n") != std::string::npos);
    CHECK(text.find("Message-ID: <" + id.text() + "@example.org>") != std::string::npos);
    CHECK(text.find("Date: Tue, 24 Nov 2026 12:00:00 +0000\r\n") != std::string::npos);
    struct stat status {};
    REQUIRE(stat((office.directory.path / "mail").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0700);
    CHECK(office.metrics.text().find("outcome=\"delivered\"} 1") != std::string::npos);
}

TEST_CASE("a message that is not due waits", "[delivery]") {
    PostOffice office;
    Delivery delivery(*office.database, office.clock, office.config, office.metrics);
    office.put("ana@example.org");
    office.clock.advance(-std::chrono::seconds(1));
    CHECK(delivery.run_once() == 0);
    office.clock.advance(std::chrono::seconds(1));
    CHECK(delivery.run_once() == 1);
}

TEST_CASE("a failing way of delivery is tried again ever later, and given up after twelve attempts",
          "[delivery]") {
    PostOffice office;
    std::ofstream(office.directory.path / "mail") << "in the way";
    Delivery delivery(*office.database, office.clock, office.config, office.metrics);
    const auto id = office.put("ana@example.org");
    std::vector<long> waits_minutes;
    for (int attempt = 1; attempt <= 11; ++attempt) {
        REQUIRE(delivery.run_once() == 1);
        const auto message = office.stored(id);
        REQUIRE(message.state == MessageState::kPlanned);
        REQUIRE_FALSE(message.why.empty());
        REQUIRE(delivery.run_once() == 0);
        waits_minutes.push_back(
            std::chrono::duration_cast<std::chrono::minutes>(message.due_at - office.clock.now()).count());
        office.clock.set(message.due_at);
    }
    CHECK(waits_minutes == std::vector<long>{1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360});
    CHECK(delivery.run_once() == 1);
    CHECK(office.stored(id).state == MessageState::kFailed);
    office.clock.advance(std::chrono::days(2));
    CHECK(delivery.run_once() == 0);
}

TEST_CASE("what was claimed and never settled is carried again when its lease runs out", "[delivery]") {
    PostOffice office;
    const auto id = office.put("ana@example.org");
    office.database->write([&](store::Tx& tx) {
        const auto now = office.clock.now();
        REQUIRE(store::outbox::lease(tx, now, now + std::chrono::minutes(2), 1).size() == 1);
    });
    Delivery delivery(*office.database, office.clock, office.config, office.metrics);
    CHECK(delivery.run_once() == 0);
    office.clock.advance(std::chrono::minutes(2));
    CHECK(delivery.run_once() == 1);
    CHECK(office.stored(id).state == MessageState::kDelivered);
}

TEST_CASE("a real mail server gets each mail once, who is refused for good is not tried again",
          "[delivery]") {
    PostOffice office;
    const auto mailboxes = office.directory.path / "mailboxes";
    std::filesystem::create_directory(mailboxes);
    const SmtpServer server(mailboxes);
    office.config.smtp_url = server.url();
    Delivery delivery(*office.database, office.clock, office.config, office.metrics);
    const auto good = office.put("ana@example.org");
    const auto refused = office.put("nobody@example.org");
    const auto later = office.put("later@example.org");
    CHECK(delivery.run_once() == 3);
    CHECK(office.stored(good).state == MessageState::kDelivered);
    CHECK(office.stored(refused).state == MessageState::kFailed);
    CHECK(office.stored(refused).why.find("to: ") == 0);
    CHECK(office.stored(later).state == MessageState::kPlanned);
    CHECK(delivery.run_once() == 0);
    const auto mail = contents(mailboxes / "ana@example.org");
    const auto message_id = "Message-ID: <" + good.text() + "@example.org>";
    CHECK(mail.find(message_id) != std::string::npos);
    CHECK(mail.find(message_id) == mail.rfind(message_id));
    CHECK_FALSE(std::filesystem::exists(office.directory.path / "mail"));
}

TEST_CASE("the worker carries what it is woken for, and stops when told", "[delivery]") {
    PostOffice office;
    Delivery delivery(*office.database, office.clock, office.config, office.metrics);
    delivery.start();
    const auto id = office.put("ana@example.org");
    delivery.wake();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (office.stored(id).state != MessageState::kDelivered && std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();
    CHECK(office.stored(id).state == MessageState::kDelivered);
    delivery.stop();
    const auto after = office.put("ana@example.org");
    delivery.wake();
    CHECK(office.stored(after).state == MessageState::kPlanned);
}
