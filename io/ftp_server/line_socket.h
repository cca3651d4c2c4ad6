// SPDX-License-Identifier: MIT
// Lines from a client, and bytes to it, with an end to every wait. One thread. The descriptor is the caller's.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace nightstack::io {

class LineSocket {
public:
    static constexpr std::size_t kLongest = 8 * 1024;  // of a line

    explicit LineSocket(int fd) : fd_(fd) {}
    // Without its end. Nothing: the client is gone, silent for so long, or sends a line without end.
    std::optional<std::string> read_line(std::chrono::milliseconds time);

private:
    int fd_;
    std::string rest_;
};

// False: the client is gone or took nothing for so long.
bool send_all(int fd, std::string_view bytes, std::chrono::milliseconds time);

}  // namespace nightstack::io
