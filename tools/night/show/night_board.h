// SPDX-License-Identifier: MIT
// Where a live night writes what it shows, and others read it: the terminal, the server, the report. Any thread; nobody
// waits for a reader.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "tools/night/show/night_state.h"

namespace nightstack::tools {

class NightBoard {
public:
    // `change` must be short; it is called once, under the lock. Asserts that the counts add up.
    void update(const std::function<void(NightState&)>& change);
    // A frame has its verdict, the next of the list, or another one than before; and what that changes, for whoever
    // reads both. `change` as for update.
    void put(NightFrame frame, const std::function<void(NightState&)>& change = {});
    void notice(std::string text);
    void show(std::shared_ptr<const NightPicture> picture);

    NightState state() const;
    // Those with seq > since, at most `most`.
    std::vector<NightFrame> frames(std::uint64_t since = 0, std::size_t most = ~std::size_t{0}) const;
    std::size_t frame_count() const;
    // At most `most` (at least 1) of all, evenly spread, the newest among them.
    std::vector<NightFrame> spread_frames(std::size_t most) const;
    // What was said after the first `since` notices; when more than kNightNotices came since, the newest of them.
    struct Notices {
        std::uint64_t said = 0;  // so far
        std::vector<std::string> texts;
    };
    Notices notices(std::uint64_t since) const;
    std::shared_ptr<const NightPicture> picture() const;  // null before the first

    // One more with every change. `wait` returns when it is not `seen` any more, or after `most`, or on a stop.
    std::uint64_t version() const;
    std::uint64_t wait(std::uint64_t seen, std::chrono::milliseconds most, const std::stop_token& stop) const;

private:
    void changed();
    mutable std::mutex mutex_;
    mutable std::condition_variable_any news_;
    NightState state_;
    std::vector<NightFrame> frames_;  // by seq, without gaps
    std::uint64_t notices_said_ = 0;
    std::shared_ptr<const NightPicture> picture_;
    std::uint64_t version_ = 0;
};

}  // namespace nightstack::tools
