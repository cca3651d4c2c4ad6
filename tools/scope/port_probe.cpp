// SPDX-License-Identifier: MIT
#include "tools/scope/port_probe.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

namespace nightstack::tools {
namespace {

using Clock = std::chrono::steady_clock;

struct Socket {
    int fd = -1;
    explicit Socket(int f) : fd(f) {}
    ~Socket() {
        if (fd >= 0) ::close(fd);
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
};

PortState state_of(int error) {
    if (error == 0) return PortState::open;
    return error == ECONNREFUSED || error == ECONNRESET ? PortState::closed : PortState::silent;
}

PortState try_address(const addrinfo& address, Clock::time_point end) {
    const Socket socket(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol));
    if (socket.fd < 0) return PortState::silent;
    if (::connect(socket.fd, address.ai_addr, address.ai_addrlen) == 0) return PortState::open;
    if (errno != EINPROGRESS) return state_of(errno);
    pollfd wait{socket.fd, POLLOUT, 0};
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
        if (left.count() <= 0) return PortState::silent;
        const int ready = ::poll(&wait, 1, static_cast<int>(left.count()));
        if (ready > 0) break;
        if (ready < 0 && errno != EINTR) return PortState::silent;
    }
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket.fd, SOL_SOCKET, SO_ERROR, &error, &size);
    return state_of(error);
}

}  // namespace

PortState probe_port(const std::string& host, int port, std::chrono::milliseconds timeout) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) return PortState::no_name;
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
    const auto end = Clock::now() + timeout;
    PortState best = PortState::silent;
    for (const addrinfo* a = found; a != nullptr; a = a->ai_next) {
        const PortState state = try_address(*a, end);
        if (state == PortState::open) return state;
        if (state == PortState::closed) best = state;
    }
    return best;
}

}  // namespace nightstack::tools
