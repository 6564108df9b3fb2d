#include "scheduler/mail_carrier.h"

#include <fcntl.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"

namespace stagecast::scheduler {
namespace {

constexpr std::chrono::minutes kFirstRetry{1};
constexpr std::chrono::minutes kLongestRetry{360};

std::string host_of(std::string_view url) {
    if (const auto scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
    return std::string(url.substr(0, url.find_first_of(":/")));
}

// Whole or not at all, and for the operator's eyes only.
void land(const std::filesystem::path& directory, const std::string& name, std::string_view bytes) {
    std::filesystem::create_directories(directory);
    std::filesystem::permissions(directory, std::filesystem::perms::owner_all);
    const auto finished = directory / name;
    const auto partial = directory / ("." + name + ".part");
    {
        const auto file = open_file(partial, O_WRONLY | O_CREAT | O_TRUNC);
        write_all(file, bytes, partial);
        sync(file, partial);
    }
    std::filesystem::rename(partial, finished);
    sync_directory(directory);
}

}  // namespace

void MailCarrier::send(outbound::Mail mail, const std::string& name, Instant date) {
    mail.message_id = name + "@" + host_of(config_.site_url);
    const auto bytes = outbound::render(mail, config_.mail_from, to_rfc5322(date));
    if (config_.smtp_url.empty()) return land(config_.data / "mail", name + ".eml", bytes);
    mailer_.send(config_.mail_from, mail.to, bytes);
}

Milliseconds backoff(int attempts) {
    const auto doubled = kFirstRetry * (1 << std::min(attempts - 1, 16));
    return std::min<std::chrono::minutes>(doubled, kLongestRetry);
}

}  // namespace stagecast::scheduler
