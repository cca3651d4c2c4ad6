// SPDX-License-Identifier: MIT
#include "tools/scope/stop_notice.h"

#include <condition_variable>
#include <mutex>
#include <utility>

#include "device/dwarf/jobs/driver.h"

namespace nightstack::tools {

namespace jobs = device::dwarf::jobs;

namespace {

std::string words(const std::string& doing) {
    const auto longest = std::chrono::duration_cast<std::chrono::seconds>(jobs::kStopTime).count();
    return doing + ", at most " + std::to_string(longest) +
           " s; press Ctrl-C again to leave at once, then the scope may go on";
}

// False when `over` came first.
bool wait_for(const std::stop_token& stop, const std::stop_token& over) {
    std::mutex mutex;
    std::condition_variable_any asked;
    const std::stop_callback wake(stop, [&] {
        const std::lock_guard lock(mutex);
        asked.notify_all();
    });
    std::unique_lock lock(mutex);
    return asked.wait(lock, over, [&] { return stop.stop_requested(); });
}

}  // namespace

StopNotice::StopNotice(std::stop_token stop, jobs::ProgressTo tell, const std::string& doing)
    : teller_([stop = std::move(stop), tell = std::move(tell), text = words(doing)](const std::stop_token& over) {
          if (wait_for(stop, over)) tell({jobs::Progress::Kind::notice, text, {}, {}});
      }) {}

}  // namespace nightstack::tools
