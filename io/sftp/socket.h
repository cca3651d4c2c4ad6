// SPDX-License-Identifier: MIT
// A TCP connection of our own making, so that names, connecting and sending can be given up at any time.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>

namespace nightstack::io::sftp {

// Owns the descriptor. One thread.
class Socket {
public:
    // Sends without waiting for more, asks a silent peer for a sign of life (5 s, then every 2 s, three times), never
    // blocks in a send for longer than 200 ms. Throws RemoteError (lost) with host and port, Interrupted.
    Socket(const std::string& host, int port, std::chrono::milliseconds limit, const std::stop_token& stop);
    ~Socket();
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    int fd() const { return fd_; }
    // Another descriptor of it for a library that closes what it gets.
    int duplicate() const;
    // Until there is something to read (or room to write, if asked), or the time is over.
    void wait(std::chrono::milliseconds time, bool for_writing) const;

private:
    int fd_ = -1;
};

}  // namespace nightstack::io::sftp
