#include "studio/bells.h"

#include <fmt/format.h>

#include <vector>

#include "store/words.h"

namespace stagecast::studio {

std::unique_ptr<Bells::Watch> Bells::watch(const FollowerId& follower, std::shared_ptr<ByteSink> sink) {
    // So that the stream begins, and a page knows that it hears.
    sink->headers(std::make_shared<const std::string>("retry: 5000\n\n"));
    const auto number = open_.with([&](Open& open) {
        const auto given = open.next++;
        open.sinks[follower].emplace(given, std::move(sink));
        return given;
    });
    return std::make_unique<Watch>(*this, follower, number);
}

void Bells::ring(const store::Notice& notice, std::span<const FollowerId> followers) {
    std::vector<std::shared_ptr<ByteSink>> hearing;
    open_.with([&](Open& open) {
        if (open.sinks.empty()) return;
        for (const auto& follower : followers)
            if (const auto found = open.sinks.find(follower); found != open.sinks.end())
                for (const auto& [number, sink] : found->second) hearing.push_back(sink);
    });
    if (hearing.empty()) return;
    const auto bytes = std::make_shared<const std::string>(
        fmt::format("id: {0}\nevent: bell\ndata: {{\"notice\":\"{0}\",\"kind\":\"{1}\"}}\n\n",
                    notice.id.text(), store::word(notice.kind)));
    for (const auto& sink : hearing) sink->page(bytes, ByteSink::Join::kAllowed);
}

void Bells::forget(const FollowerId& follower, std::uint64_t number) {
    open_.with([&](Open& open) {
        const auto found = open.sinks.find(follower);
        if (found == open.sinks.end()) return;
        found->second.erase(number);
        if (found->second.empty()) open.sinks.erase(found);
    });
}

}  // namespace stagecast::studio
