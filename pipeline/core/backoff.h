// SPDX-License-Identifier: MIT
// How long to wait before the next try to connect: doubling from the first pause to the last, each shortened at random
// by up to a fifth, so that several clients do not come back in step and no pause is longer than the last. Plain value,
// one thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <random>

namespace nightstack {

class Backoff {
public:
    using Milliseconds = std::chrono::milliseconds;

    Backoff(Milliseconds first, Milliseconds last, unsigned seed) : first_(first), last_(last), random_(seed) {}

    Milliseconds next() {
        const Milliseconds pause = next_ == Milliseconds(0) ? std::min(first_, last_) : next_;
        next_ = std::min(pause * 2, last_);
        const double share = std::uniform_real_distribution<double>(0.8, 1.0)(random_);
        return Milliseconds(static_cast<Milliseconds::rep>(static_cast<double>(pause.count()) * share));
    }
    void reset() { next_ = Milliseconds(0); }

private:
    Milliseconds first_, last_, next_{0};
    std::minstd_rand random_;
};

}  // namespace nightstack
