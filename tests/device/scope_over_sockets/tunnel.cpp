// SPDX-License-Identifier: MIT
#include "tests/device/scope_over_sockets/tunnel.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <list>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace nightstack::device::test {
namespace {

using Clock = std::chrono::steady_clock;

class Socket {
public:
    explicit Socket(int fd) : fd_(fd) {}
    ~Socket() {
        if (fd_ >= 0) ::close(fd_);
    }
    Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Socket& operator=(Socket&&) = delete;
    int fd() const { return fd_; }

private:
    int fd_;
};

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

Socket tcp() {
    Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int yes = 1;
    ::setsockopt(socket.fd(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return socket;
}

Socket listening() {
    Socket socket = tcp();
    const sockaddr_in address = loopback(0);
    if (::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(socket.fd(), 16) != 0)
        throw std::runtime_error("tunnel: no port to listen on");
    return socket;
}

// False when either end is gone.
bool carry(const Socket& from, const Socket& to) {
    std::array<char, 65536> bytes;
    const ssize_t got = ::recv(from.fd(), bytes.data(), bytes.size(), 0);
    for (ssize_t sent = 0; got > 0 && sent < got;) {
        const ssize_t n = ::send(to.fd(), bytes.data() + sent, static_cast<std::size_t>(got - sent), MSG_NOSIGNAL);
        if (n <= 0) return false;
        sent += n;
    }
    return got > 0;
}

}  // namespace

class Tunnel::Loop {
public:
    explicit Loop(std::uint16_t to)
        : to_(to), door_(listening()), bell_(::eventfd(0, EFD_CLOEXEC)), thread_([this] { run(); }) {}

    ~Loop() {
        {
            const std::lock_guard lock(mutex_);
            ending_ = true;
        }
        ring();
        thread_.join();
    }

    std::uint16_t port() const {
        sockaddr_in address{};
        socklen_t size = sizeof address;
        ::getsockname(door_.fd(), reinterpret_cast<sockaddr*>(&address), &size);
        return ntohs(address.sin_port);
    }

    enum class Mode { open, silent, cut };

    Clock::time_point turn(Mode mode) {
        std::unique_lock lock(mutex_);
        wanted_ = mode;
        ring();
        turned_.wait(lock, [&] { return mode_ == wanted_; });
        return since_;
    }

private:
    struct Pair {
        Socket client, scope;
    };

    void ring() const {
        const std::uint64_t one = 1;
        (void)!::write(bell_.fd(), &one, sizeof one);
    }

    bool take_orders() {
        const std::lock_guard lock(mutex_);
        if (wanted_ == Mode::cut) pairs_.clear();
        if (mode_ != wanted_) since_ = Clock::now();
        mode_ = wanted_;
        turned_.notify_all();
        return !ending_;
    }

    void run() {
        while (take_orders()) {
            std::vector<pollfd> all = {{bell_.fd(), POLLIN, 0}};
            if (mode_ != Mode::silent) {
                all.push_back({door_.fd(), POLLIN, 0});
                for (const Pair& pair : pairs_) {
                    all.push_back({pair.client.fd(), POLLIN, 0});
                    all.push_back({pair.scope.fd(), POLLIN, 0});
                }
            }
            ::poll(all.data(), all.size(), -1);
            std::uint64_t rung = 0;
            if (all[0].revents != 0) (void)!::read(bell_.fd(), &rung, sizeof rung);
            // An order comes first: not a byte more.
            if (all[0].revents == 0) carry_all(all);
        }
    }

    void carry_all(const std::vector<pollfd>& all) {
        std::size_t i = 2;
        for (auto pair = pairs_.begin(); pair != pairs_.end(); i += 2) {
            const bool alive = (all[i].revents == 0 || carry(pair->client, pair->scope)) &&
                               (all[i + 1].revents == 0 || carry(pair->scope, pair->client));
            pair = alive ? std::next(pair) : pairs_.erase(pair);
        }
        if (all[1].revents != 0) open_door();
    }

    void open_door() {
        Socket client(::accept4(door_.fd(), nullptr, nullptr, SOCK_CLOEXEC));
        Socket scope = tcp();
        const sockaddr_in address = loopback(to_);
        if (client.fd() < 0 || mode_ == Mode::cut) return;
        if (::connect(scope.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return;
        pairs_.push_back({std::move(client), std::move(scope)});
    }

    const std::uint16_t to_;
    const Socket door_;
    const Socket bell_;
    std::list<Pair> pairs_;  // of the thread

    std::mutex mutex_;  // guards all below; mode_ is written by the thread only
    std::condition_variable turned_;
    Mode wanted_ = Mode::open;
    Mode mode_ = Mode::open;
    bool ending_ = false;
    Clock::time_point since_{};
    std::thread thread_;
};

Tunnel::Tunnel(std::uint16_t to) : loop_(std::make_unique<Loop>(to)) {}
Tunnel::~Tunnel() = default;
std::uint16_t Tunnel::port() const { return loop_->port(); }
Clock::time_point Tunnel::fall_silent() { return loop_->turn(Loop::Mode::silent); }
Clock::time_point Tunnel::speak_again() { return loop_->turn(Loop::Mode::open); }
Clock::time_point Tunnel::cut() { return loop_->turn(Loop::Mode::cut); }

}  // namespace nightstack::device::test
