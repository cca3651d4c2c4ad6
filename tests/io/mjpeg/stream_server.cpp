// SPDX-License-Identifier: MIT
#include "tests/io/mjpeg/stream_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <stdexcept>

namespace nightstack::io::test {
namespace {

constexpr int kLong = 20'000;

bool ready(int fd, short events, int time) {
    pollfd one{fd, events, 0};
    return ::poll(&one, 1, time) == 1;
}

}  // namespace

bool StreamPeer::read_request() {
    std::string request;
    char piece[2048];
    while (request.find("\r\n\r\n") == std::string::npos) {
        if (!ready(fd_, POLLIN, kLong)) return false;
        const ssize_t n = ::recv(fd_, piece, sizeof piece, 0);
        if (n <= 0) return false;
        request.append(piece, static_cast<std::size_t>(n));
    }
    const std::size_t from = request.find(' ') + 1;
    path_ = request.substr(from, request.find(' ', from) - from);
    return true;
}

bool StreamPeer::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        if (!ready(fd_, POLLOUT, kLong)) return false;
        const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

bool StreamPeer::answer(std::string_view type, std::string_view headers) const {
    return send("HTTP/1.1 200 OK\r\nContent-Type: " + std::string(type) + "\r\n" + std::string(headers) + "\r\n");
}

bool StreamPeer::chunk(std::string_view bytes) const {
    char head[32];
    std::snprintf(head, sizeof head, "%zx\r\n", bytes.size());
    return send(head + std::string(bytes) + "\r\n");
}

bool StreamPeer::stays(std::chrono::milliseconds time) const {
    return !ready(fd_, POLLIN, static_cast<int>(time.count()));
}

void StreamPeer::reset() const {
    const linger hard{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
}

StreamServer::StreamServer(Script script)
    : script_(std::move(script)), fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(fd_, reinterpret_cast<const sockaddr*>(&address), size) != 0 || ::listen(fd_, 16) != 0 ||
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error("cannot listen");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
}

StreamServer::~StreamServer() {
    stopping_ = true;
    ::shutdown(fd_, SHUT_RDWR);  // wakes accept()
    thread_.join();
    ::close(fd_);
}

void StreamServer::serve() {
    for (int connection = 1; !stopping_;) {
        const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) return;
        StreamPeer peer(fd, connection);
        if (peer.read_request()) {
            script_(peer);
            ++connection;
        }
        ::close(fd);
    }
}

}  // namespace nightstack::io::test
