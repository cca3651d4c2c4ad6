// SPDX-License-Identifier: MIT
#include "io/sftp/socket.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "io/remote/remote_files.h"
#include "pipeline/core/printable.h"

namespace nightstack::io::sftp {
namespace {

using Clock = std::chrono::steady_clock;
using Addresses = std::shared_ptr<addrinfo>;

constexpr auto kTick = std::chrono::milliseconds(50);

std::string place(const std::string& host, int port) { return printable(host) + ":" + std::to_string(port); }

[[noreturn]] void lost(const std::string& text) { throw RemoteError(RemoteError::Kind::lost, text); }

struct Lookup {
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
    int error = 0;
    Addresses addresses;
};

int look_up(const std::string& host, int port, int flags, Addresses& addresses) {
    addrinfo wish{};
    wish.ai_socktype = SOCK_STREAM;
    wish.ai_flags = flags | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wish, &found);
    if (error == 0) addresses = Addresses(found, ::freeaddrinfo);
    return error;
}

// The resolver cannot be interrupted: it gets a thread, which is left behind when it takes too long.
Addresses resolve(const std::string& host, int port, Clock::time_point end, const std::stop_token& stop) {
    Addresses numeric;
    if (look_up(host, port, AI_NUMERICHOST, numeric) == 0) return numeric;
    const auto lookup = std::make_shared<Lookup>();
    std::thread([lookup, host, port] {
        Addresses found;
        const int error = look_up(host, port, 0, found);
        const std::lock_guard lock(lookup->mutex);
        lookup->error = error;
        lookup->addresses = std::move(found);
        lookup->done = true;
        lookup->changed.notify_one();
    }).detach();
    std::unique_lock lock(lookup->mutex);
    while (!lookup->changed.wait_for(lock, kTick, [&] { return lookup->done; })) {
        if (stop.stop_requested()) throw Interrupted();
        if (Clock::now() > end) lost("no address for " + place(host, port) + " in time");
    }
    if (lookup->error != 0) lost("no address for " + place(host, port) + ": " + ::gai_strerror(lookup->error));
    return lookup->addresses;
}

// 0, or the errno why not.
int finish_connecting(int fd, Clock::time_point end, const std::stop_token& stop) {
    for (;;) {
        pollfd one{fd, POLLOUT, 0};
        const int ready = ::poll(&one, 1, static_cast<int>(kTick.count()));
        if (stop.stop_requested()) throw Interrupted();
        if (ready == 1) break;
        if (Clock::now() > end) return ETIMEDOUT;
    }
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

void set_options(int fd) {
    const auto set = [fd](int level, int name, int value) { ::setsockopt(fd, level, name, &value, sizeof value); };
    set(IPPROTO_TCP, TCP_NODELAY, 1);
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, 5);
    set(IPPROTO_TCP, TCP_KEEPINTVL, 2);
    set(IPPROTO_TCP, TCP_KEEPCNT, 3);
    // We send little; what does not go then meets a peer that does not read.
    const timeval send_limit{0, 200'000};
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &send_limit, sizeof send_limit);
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK);
}

struct Descriptor {  // closes what nobody took
    int fd;
    ~Descriptor() {
        if (fd >= 0) ::close(fd);
    }
};

}  // namespace

Socket::Socket(const std::string& host, int port, std::chrono::milliseconds limit, const std::stop_token& stop) {
    const Clock::time_point end = Clock::now() + limit;
    const Addresses addresses = resolve(host, port, end, stop);
    int left = 0, error = 0;
    for (const addrinfo* a = addresses.get(); a != nullptr; a = a->ai_next) ++left;
    for (const addrinfo* a = addresses.get(); a != nullptr; a = a->ai_next, --left) {
        Descriptor made{::socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, a->ai_protocol)};
        error = errno;
        if (made.fd < 0) continue;
        error = ::connect(made.fd, a->ai_addr, a->ai_addrlen) == 0 ? 0 : errno;
        if (error == EINPROGRESS) error = finish_connecting(made.fd, Clock::now() + (end - Clock::now()) / left, stop);
        if (error != 0) continue;
        set_options(made.fd);
        fd_ = std::exchange(made.fd, -1);
        return;
    }
    lost("cannot reach " + place(host, port) + ": " + std::strerror(error));
}

Socket::~Socket() {
    if (fd_ < 0) return;
    ::shutdown(fd_, SHUT_RDWR);
    ::close(fd_);
}

int Socket::duplicate() const {
    const int copy = ::fcntl(fd_, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) lost(std::string("no second descriptor for a connection: ") + std::strerror(errno));
    return copy;
}

void Socket::wait(std::chrono::milliseconds time, bool for_writing) const {
    pollfd one{fd_, static_cast<short>(for_writing ? POLLIN | POLLOUT : POLLIN), 0};
    ::poll(&one, 1, static_cast<int>(time.count()));
}

}  // namespace nightstack::io::sftp
