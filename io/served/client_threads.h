// SPDX-License-Identifier: MIT
// A listening socket whose clients each have a thread of their own, at most so many. Ends cleanly: sockets are shut
// down, threads awaited.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace nightstack::io {

class ClientThreads {
public:
    // Serves one client on its thread until its end; throws nothing. `fd` is closed behind it. `logged_in` is to be set
    // before the time for that is over, or the socket is shut down.
    using Serve = std::function<void(int fd, std::atomic<bool>& logged_in)>;

    // Throws as listen_on().
    ClientThreads(const std::string& address, std::uint16_t port, std::size_t most,
                  std::chrono::milliseconds login_time, Serve serve);
    ~ClientThreads();
    ClientThreads(const ClientThreads&) = delete;
    ClientThreads& operator=(const ClientThreads&) = delete;

    std::uint16_t port() const { return port_; }
    // False: every client's socket is shut down, and new ones are closed at once, as if nobody were there. Any thread.
    void admit(bool on);
    bool stopping() const { return stopping_; }

private:
    struct Client {
        int fd = -1;
        std::chrono::steady_clock::time_point since;
        std::atomic<bool> logged_in{false}, over{false};
        std::thread thread;
    };
    void drop_all();
    void listen();
    void take(int fd);
    void tidy();

    const std::size_t most_;
    const std::chrono::milliseconds login_time_;
    const Serve serve_;
    const int fd_;
    const std::uint16_t port_;
    std::atomic<bool> stopping_{false};
    std::mutex mutex_;
    std::list<Client> clients_;  // guarded by mutex_
    bool admitting_ = true;      // likewise
    std::thread listener_;
};

}  // namespace nightstack::io
