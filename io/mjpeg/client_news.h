// SPDX-License-Identifier: MIT
// What a client has to tell while it runs: written by its run, read by anybody.
#pragma once

#include <mutex>

#include "io/mjpeg/mjpeg_client.h"

namespace nightstack::io {

class MjpegClient::News {
public:
    // `change` gets all of it, under the lock.
    template <class Change>
    void set(Change change) {
        const std::lock_guard lock(mutex_);
        change(all_);
    }
    struct All {
        MjpegCounts counts;  // without the connection that is open
        SplitCounts open;    // that one's
        StreamState state = StreamState::stopped;
        std::string path, problem;
    };
    All all() const {
        const std::lock_guard lock(mutex_);
        return all_;
    }

private:
    mutable std::mutex mutex_;
    All all_;
};

}  // namespace nightstack::io
