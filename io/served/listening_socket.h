// SPDX-License-Identifier: MIT
// TCP as servers with a thread per client use it. Descriptors are the caller's to close.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace nightstack::io {

// Throws OptionError for what is no address, IoError with address and port.
int listen_on(const std::string& address, std::uint16_t port);
std::uint16_t local_port(int fd);
// -1 when nobody came within that time. Without Nagle, with keep-alive.
int accept_within(int fd, std::chrono::milliseconds time);
std::string local_address(int fd);
std::string peer_address(int fd);

}  // namespace nightstack::io
