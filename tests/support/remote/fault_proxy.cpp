// SPDX-License-Identifier: MIT
#include "tests/support/remote/fault_proxy.h"

#include <arpa/inet.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <stdexcept>
#include <string>

namespace nightstack::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kTickMs = 20;                     // how soon an end of the proxy is noticed
constexpr std::size_t kMostHeld = 1024 * 1024;  // bytes of one way under way

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

// One way of a connection: what was read from one side and is due at the other.
struct Way {
    int from, to;
    struct Piece {
        Clock::time_point due;
        std::string bytes;
    };
    std::deque<Piece> held;
    std::size_t held_bytes = 0;
    std::uint64_t passed = 0;
    bool ended = false;  // nothing more comes from `from`

    bool due() const { return !held.empty() && held.front().due <= Clock::now(); }
    bool wants_more() const { return !ended && held_bytes < kMostHeld; }
    void read(std::chrono::milliseconds delay) {
        std::string bytes(65536, '\0');
        const ssize_t n = ::recv(from, bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
        ended = n <= 0;
        if (ended) return;
        bytes.resize(static_cast<std::size_t>(n));
        held_bytes += bytes.size();
        held.push_back({Clock::now() + delay, std::move(bytes)});
    }
    // At most `most` bytes of what is due; false when the other side takes nothing any more.
    bool write(std::size_t most) {
        if (!due()) return true;
        std::string& bytes = held.front().bytes;
        const ssize_t n = ::send(to, bytes.data(), std::min(bytes.size(), most), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0) return errno == EAGAIN || errno == EINTR;
        bytes.erase(0, static_cast<std::size_t>(n));
        held_bytes -= static_cast<std::size_t>(n);
        passed += static_cast<std::uint64_t>(n);
        if (bytes.empty()) held.pop_front();
        return true;
    }
};

// All that was passed on is there before the reset, which would take it back; and the client, which shares two cores
// with everything else, has had the time to read it: the kernel throws away what it did not.
constexpr int kQuietBeforeResetMs = 40;

void reset(int fd) {
    for (int tick = 0, left = 1; tick < 200 && left > 0; ++tick) {
        if (::ioctl(fd, SIOCOUTQ, &left) != 0) break;
        if (left > 0) ::poll(nullptr, 0, 1);
    }
    ::poll(nullptr, 0, kQuietBeforeResetMs);
    const linger now{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

void without_delay(int fd) {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

FaultProxy::FaultProxy(std::uint16_t server_port)
    : server_port_(server_port), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error("the proxy cannot listen");
    port_ = ntohs(address.sin_port);
    listening_ = std::jthread([this] { listen(); });
}

FaultProxy::~FaultProxy() {
    ending_ = true;
    listening_.join();
    carriers_.clear();
    ::close(listener_);
}

void FaultProxy::set(const Faults& faults) {
    const std::lock_guard lock(mutex_);
    faults_ = faults;
}

void FaultProxy::listen() {
    while (!ending_) {
        pollfd one{listener_, POLLIN, 0};
        if (::poll(&one, 1, kTickMs) != 1) continue;
        const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (client < 0) continue;
        ++connections_;
        const std::lock_guard lock(mutex_);
        carriers_.emplace_back([this, client, faults = faults_] { carry(client, faults); });
    }
}

void FaultProxy::carry(int client, Faults faults) {
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(server_port_);
    const bool connected = ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    without_delay(client);
    without_delay(server);
    Way up{client, server, {}, 0, 0, false}, down{server, client, {}, 0, 0, false};
    const std::uint64_t cut = std::min({faults.reset_after.value_or(UINT64_MAX), faults.end_after.value_or(UINT64_MAX),
                                        faults.stall_after.value_or(UINT64_MAX)});
    while (connected && !ending_) {
        if (down.passed >= cut && !faults.stall_after) break;
        if (down.passed >= cut) {  // stalled: hold the line, pass nothing
            ::poll(nullptr, 0, kTickMs);
            continue;
        }
        const bool waiting = !up.held.empty() || !down.held.empty();
        const auto events = [](const Way& in, const Way& out) {
            return static_cast<short>((in.wants_more() ? POLLIN : 0) | (out.due() ? POLLOUT : 0));
        };
        pollfd both[2] = {{client, events(up, down), 0}, {server, events(down, up), 0}};
        ::poll(both, 2, waiting ? 1 : kTickMs);
        if (up.wants_more() && (both[0].revents & ~POLLOUT) != 0) up.read(faults.delay);
        if (down.wants_more() && (both[1].revents & ~POLLOUT) != 0) down.read(faults.delay);
        const std::uint64_t before = down.passed;
        const std::size_t most = faults.slice == 0 ? SIZE_MAX : faults.slice;
        const bool taken = up.write(SIZE_MAX) &&
                           down.write(static_cast<std::size_t>(std::min<std::uint64_t>(most, cut - down.passed)));
        bytes_to_client_ += down.passed - before;
        if (!taken || (up.ended && up.held.empty()) || (down.ended && down.held.empty())) break;
    }
    if (faults.reset_after && down.passed >= *faults.reset_after) reset(client);
    ::close(client);
    ::close(server);
}

}  // namespace nightstack::test
