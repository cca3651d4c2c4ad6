// SPDX-License-Identifier: MIT
#include "io/ftp_server/line_socket.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace nightstack::io {
namespace {

bool wait(int fd, short events, std::chrono::milliseconds time) {
    pollfd waiting{fd, events, 0};
    int n = -1;
    do n = ::poll(&waiting, 1, static_cast<int>(time.count()));
    while (n < 0 && errno == EINTR);
    return n > 0;
}

}  // namespace

std::optional<std::string> LineSocket::read_line(std::chrono::milliseconds time) {
    for (;;) {
        const std::size_t end = rest_.find('\n');
        if (end != std::string::npos) {
            std::string line = rest_.substr(0, end);
            rest_.erase(0, end + 1);
            if (line.ends_with('\r')) line.pop_back();
            return line;
        }
        std::array<char, 1024> bytes{};
        if (rest_.size() > kLongest || !wait(fd_, POLLIN, time)) return std::nullopt;
        const ssize_t n = ::recv(fd_, bytes.data(), bytes.size(), 0);
        if (n <= 0) return std::nullopt;
        rest_.append(bytes.data(), static_cast<std::size_t>(n));
    }
}

bool send_all(int fd, std::string_view bytes, std::chrono::milliseconds time) {
    while (!bytes.empty()) {
        const ssize_t n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(n));
        } else if ((errno != EAGAIN && errno != EINTR) || !wait(fd, POLLOUT, time)) {
            return false;
        }
    }
    return true;
}

}  // namespace nightstack::io
