// SPDX-License-Identifier: MIT
#include "io/remote/rate_floor.h"

namespace nightstack::io {

void RateFloor::heard(std::uint64_t bytes, Time now) {
    heard_ += bytes;
    if (heard_ < bytes_) return;
    heard_ = 0;
    begin_ = now;
}

void RateFloor::check(Time now) const {
    if (now - begin_ <= window_) return;
    throw RemoteError(RemoteError::Kind::lost, "only " + std::to_string(heard_) + " bytes within " +
                                                   std::to_string(window_.count()) + " ms; " + std::to_string(bytes_) +
                                                   " are the least");
}

}  // namespace nightstack::io
