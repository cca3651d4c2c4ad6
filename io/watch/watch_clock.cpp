// SPDX-License-Identifier: MIT
#include "io/watch/watch_clock.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

#include "io/files/local_file.h"

namespace nightstack::io {
namespace {

using std::chrono::milliseconds;

// At most so long at once where a stop cannot wake us (no descriptor left for that).
constexpr milliseconds kUnwoken{100};

void wait_until(WatchClock::Time end, int descriptor, const std::stop_token& stop) {
    const Descriptor woken(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    const std::stop_callback wake(stop, [&] {
        const std::uint64_t one = 1;
        if (woken) [[maybe_unused]]
            const ssize_t n = ::write(woken.get(), &one, sizeof one);
    });
    while (!stop.stop_requested()) {
        const auto left = std::chrono::ceil<milliseconds>(end - std::chrono::steady_clock::now());
        if (left <= milliseconds(0)) return;
        const milliseconds once = std::min(left, woken ? milliseconds(3'600'000) : kUnwoken);
        pollfd both[] = {{descriptor, POLLIN, 0}, {woken.get(), POLLIN, 0}};  // negative ones are passed over
        if (::poll(both, 2, static_cast<int>(once.count())) > 0 && both[0].revents != 0) return;
    }
}

}  // namespace

WatchClock real_watch_clock() {
    return {[] { return std::chrono::steady_clock::now(); },
            [](WatchClock::Duration time, int descriptor, const std::stop_token& stop) {
                wait_until(std::chrono::steady_clock::now() + time, descriptor, stop);
            }};
}

}  // namespace nightstack::io
