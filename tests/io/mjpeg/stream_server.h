// SPDX-License-Identifier: MIT
// A server that does as told, right or wrong: reads a request, then a script sends bytes. One connection after the
// other on 127.0.0.1, on a thread of its own.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace nightstack::io::test {

class StreamPeer {
public:
    StreamPeer(int fd, int connection) : fd_(fd), connection_(connection) {}
    bool read_request();  // false when the client went away
    const std::string& path() const { return path_; }
    int connection() const { return connection_; }  // from 1 on
    bool send(std::string_view bytes) const;        // false when the client is gone
    // The usual answer.
    bool answer(std::string_view type = "multipart/x-mixed-replace; boundary=dwarf",
                std::string_view headers = "") const;
    bool chunk(std::string_view bytes) const;
    // False: the client closed within that time.
    bool stays(std::chrono::milliseconds time) const;
    void reset() const;  // the end will be a TCP reset

private:
    int fd_, connection_;
    std::string path_;
};

class StreamServer {
public:
    using Script = std::function<void(StreamPeer&)>;
    // The script runs for every connection that sent a request; when it returns the connection is closed.
    explicit StreamServer(Script script);
    ~StreamServer();  // after the script that runs
    StreamServer(const StreamServer&) = delete;
    StreamServer& operator=(const StreamServer&) = delete;
    std::uint16_t port() const { return port_; }

private:
    void serve();
    const Script script_;
    int fd_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

}  // namespace nightstack::io::test
