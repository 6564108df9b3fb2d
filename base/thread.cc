#include "base/thread.h"

#include <pthread.h>

#include <csignal>
#include <utility>

namespace stagecast {

std::jthread named_thread(std::string name, std::function<void(std::stop_token)> run) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    // A new thread inherits the mask: no signal can reach it even before its first line.
    pthread_sigmask(SIG_SETMASK, &all, &before);
    try {
        std::jthread thread([name = std::move(name), run = std::move(run)](const std::stop_token& stop) {
            constexpr std::size_t kNameBytes = 15;  // the kernel's limit, without the final zero
            pthread_setname_np(pthread_self(), name.substr(0, kNameBytes).c_str());
            run(stop);
        });
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
        return thread;
    } catch (...) {
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
        throw;
    }
}

}  // namespace stagecast
