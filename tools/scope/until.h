// SPDX-License-Identifier: MIT
// When watching ends: --until seconds=S, pushes=N, frames=N or end. Pure; time is handed in.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "device/dwarf/protocol/message.h"

namespace nightstack::tools {

class Until {
public:
    using Time = std::chrono::steady_clock::time_point;

    // "" : never. Throws OptionError with what is allowed.
    explicit Until(const std::string& text);

    void begin(Time now) { begin_ = now; }
    void take(const device::dwarf::Message& message);
    bool over(Time now) const;
    // The moment at which time alone ends it.
    std::optional<Time> deadline() const;
    // The end of a capture is announced by nothing: the state must be asked for (10022).
    bool wants_state() const { return kind_ == Kind::end; }

private:
    enum class Kind { never, seconds, pushes, frames, end };
    Kind kind_ = Kind::never;
    double number_ = 0;
    std::int64_t pushes_ = 0, frames_ = 0;
    bool ended_ = false;
    Time begin_{};
};

}  // namespace nightstack::tools
