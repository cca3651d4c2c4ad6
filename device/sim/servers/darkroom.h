// SPDX-License-Identifier: MIT
// Where the twin's exposures become pictures: one thread works on them in order, so that the loop's thread never
// draws. add() and behind() from the loop's thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "device/sim/twin/developer.h"

namespace nightstack::device::sim {

class Darkroom {
public:
    // Both are called on the darkroom's thread: `failed` with words when an exposure was lost, `done` after each, with
    // whether it is on the card.
    struct Words {
        std::function<void(const Exposed&, bool whole)> done;
        std::function<void(const std::string&)> failed;
    };
    Darkroom(std::shared_ptr<Developer> developer, Words words);
    ~Darkroom();  // what is being developed is finished, what waits is not
    Darkroom(const Darkroom&) = delete;
    Darkroom& operator=(const Darkroom&) = delete;

    void add(std::vector<Exposed> exposed);
    // More than one waits beside the one in work: the twin has to wait.
    bool behind() const;
    // Waits until all is developed, or so long. How many still wait.
    int finish(std::chrono::milliseconds at_most);

private:
    void work(const std::stop_token& stop);
    void develop(const Exposed& exposed, bool more_waiting);

    const std::shared_ptr<Developer> developer_;
    const Words words_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<Exposed> waiting_;  // guarded by mutex_, as the next
    bool working_ = false;
    std::jthread worker_;  // last: it uses the rest
};

}  // namespace nightstack::device::sim
