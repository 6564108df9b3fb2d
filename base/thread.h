#pragma once
#include <functional>
#include <string>
#include <thread>

namespace stagecast {

// A thread with a name of at most 15 characters (`web-3`, `render-0`), seen in top and gdb. All signals
// blocked in it.
std::jthread named_thread(std::string name, std::function<void(std::stop_token)> run);

}  // namespace stagecast
