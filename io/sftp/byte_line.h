// SPDX-License-Identifier: MIT
// The bytes between us and an SFTP server, both ways; tests put a server of their own behind it.
#pragma once

#include <cstddef>
#include <span>
#include <stop_token>
#include <string>

namespace nightstack::io::sftp {

// One thread. Both throw RemoteError (lost) and Interrupted; after Interrupted the line is as good as before.
class ByteLine {
public:
    virtual ~ByteLine() = default;
    // Takes what it has sent off the front of `bytes`, until nothing is left.
    virtual void send(std::string& bytes, const std::stop_token& stop) = 0;
    // At least one byte; how many.
    virtual std::size_t receive(std::span<std::byte> out, const std::stop_token& stop) = 0;
};

}  // namespace nightstack::io::sftp
