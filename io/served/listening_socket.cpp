// SPDX-License-Identifier: MIT
#include "io/served/listening_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {
namespace {

constexpr int kBacklog = 64;

socklen_t parse(const std::string& address, std::uint16_t port, sockaddr_storage& out) {
    out = {};
    auto* v4 = reinterpret_cast<sockaddr_in*>(&out);
    if (::inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        return sizeof(sockaddr_in);
    }
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&out);
    if (::inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        return sizeof(sockaddr_in6);
    }
    throw OptionError("'" + printable(address) + "' is no address to listen on; 127.0.0.1 for this machine only");
}

std::string text_of(const sockaddr_storage& address) {
    char text[INET6_ADDRSTRLEN] = "";
    const void* bytes = address.ss_family == AF_INET6
                            ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(&address)->sin6_addr)
                            : static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(&address)->sin_addr);
    ::inet_ntop(address.ss_family, bytes, text, sizeof text);
    return text;
}

sockaddr_storage local(int fd) {
    sockaddr_storage out{};
    socklen_t size = sizeof out;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&out), &size);
    return out;
}

}  // namespace

int listen_on(const std::string& address, std::uint16_t port) {
    sockaddr_storage where{};
    const socklen_t size = parse(address, port, where);
    const int fd = ::socket(where.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const int on = 1;
    if (fd >= 0) ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (fd >= 0 && ::bind(fd, reinterpret_cast<const sockaddr*>(&where), size) == 0 && ::listen(fd, kBacklog) == 0)
        return fd;
    const int error = errno;
    if (fd >= 0) ::close(fd);
    throw IoError(
        "cannot listen on " + address + " port " + std::to_string(port) + ": " + std::system_category().message(error),
        error);
}

std::uint16_t local_port(int fd) {
    const sockaddr_storage where = local(fd);
    return ntohs(where.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6*>(&where)->sin6_port
                                             : reinterpret_cast<const sockaddr_in*>(&where)->sin_port);
}

std::string local_address(int fd) { return text_of(local(fd)); }

std::string peer_address(int fd) {
    sockaddr_storage out{};
    socklen_t size = sizeof out;
    return ::getpeername(fd, reinterpret_cast<sockaddr*>(&out), &size) == 0 ? text_of(out) : std::string();
}

int accept_within(int fd, std::chrono::milliseconds time) {
    pollfd waiting{fd, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(time.count())) <= 0) return -1;
    const int client = ::accept4(fd, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return -1;
    const int on = 1;
    ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(client, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    return client;
}

}  // namespace nightstack::io
