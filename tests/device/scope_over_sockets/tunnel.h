// SPDX-License-Identifier: MIT
// Connections to another port of this machine that can fall silent as Wi-Fi does: nothing is closed, nothing passes in
// either direction, pongs included, and who connects is accepted (by the kernel) and never answered; what was under way
// arrives when it speaks again. Or it cuts: what is connected ends, and who connects is sent away at once. Owns a
// thread; any thread may call.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

namespace nightstack::device::test {

class Tunnel {
public:
    explicit Tunnel(std::uint16_t to);  // throws runtime_error without a socket
    ~Tunnel();
    Tunnel(const Tunnel&) = delete;
    Tunnel& operator=(const Tunnel&) = delete;

    std::uint16_t port() const;
    // These return when it is so, with the moment since which it is so.
    std::chrono::steady_clock::time_point fall_silent();
    std::chrono::steady_clock::time_point cut();
    std::chrono::steady_clock::time_point speak_again();

private:
    class Loop;
    std::unique_ptr<Loop> loop_;
};

}  // namespace nightstack::device::test
