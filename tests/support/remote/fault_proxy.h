// SPDX-License-Identifier: MIT
// A bad way to a server: a TCP proxy on a loopback port that delays, slices, stops or cuts what passes.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace nightstack::test {

// Of one connection; counts are bytes from the server to the client.
struct Faults {
    std::optional<std::uint64_t> reset_after;  // then a reset, as when the other side vanishes
    std::optional<std::uint64_t> end_after;    // then a clean end of the server's side
    std::optional<std::uint64_t> stall_after;  // then nothing passes either way any more, and nobody says so
    std::size_t slice = 0;                     // passed on in pieces of at most this many bytes; 0: as they come
    std::chrono::milliseconds delay{0};        // each way
};

// A thread for listening and one per connection; all end with the object. The methods may be called by any thread.
class FaultProxy {
public:
    explicit FaultProxy(std::uint16_t server_port);
    ~FaultProxy();
    FaultProxy(const FaultProxy&) = delete;
    FaultProxy& operator=(const FaultProxy&) = delete;

    std::uint16_t port() const { return port_; }
    void set(const Faults& faults);  // of connections from now on
    int connections() const { return connections_; }
    std::uint64_t bytes_to_client() const { return bytes_to_client_; }

private:
    void listen();
    void carry(int client, Faults faults);

    std::uint16_t server_port_;
    std::uint16_t port_ = 0;
    int listener_ = -1;
    std::mutex mutex_;
    Faults faults_;
    std::atomic<bool> ending_{false};
    std::atomic<int> connections_{0};
    std::atomic<std::uint64_t> bytes_to_client_{0};
    std::vector<std::jthread> carriers_;  // of the listening thread
    std::jthread listening_;
};

}  // namespace nightstack::test
