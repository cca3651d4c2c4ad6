// SPDX-License-Identifier: MIT
#include "tests/io/http/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <utility>

namespace nightstack::io::test {
namespace {

constexpr auto kLong = std::chrono::milliseconds(20'000);  // under sanitizers on a busy machine

sockaddr_in loopback(int host, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(0x7F000000U + static_cast<std::uint32_t>(host));
    return address;
}

}  // namespace

RawClient::RawClient(std::uint16_t port, int host) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const sockaddr_in from = loopback(host, 0), to = loopback(1, port);
    if (::bind(fd_, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0 ||
        ::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
        throw std::runtime_error("cannot connect");
}

RawClient::~RawClient() {
    if (fd_ >= 0) ::close(fd_);
}

RawClient::RawClient(RawClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), reset_(other.reset_), rest_(std::move(other.rest_)) {}

bool RawClient::wait(std::chrono::milliseconds time, short events) {
    pollfd one{fd_, events, 0};
    return ::poll(&one, 1, static_cast<int>(time.count())) == 1;
}

bool RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        if (!wait(kLong, POLLOUT)) return false;
        const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

void RawClient::end_sending() { ::shutdown(fd_, SHUT_WR); }

// "" at the end of the connection; a silence is no end.
std::string RawClient::read_some(std::chrono::milliseconds time) {
    std::string bytes(65536, '\0');
    if (!wait(time, POLLIN)) throw std::runtime_error("nothing came, and the connection is still there");
    const ssize_t n = ::recv(fd_, bytes.data(), bytes.size(), 0);
    reset_ = n < 0 && errno == ECONNRESET;
    bytes.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return bytes;
}

std::string RawClient::read_until(std::string_view end) {
    while (!rest_.ends_with(end)) {
        const std::string more = read_some(kLong);
        if (more.empty()) break;
        rest_ += more;
    }
    return std::exchange(rest_, {});
}

std::string RawClient::read_all() {
    for (std::string more = read_some(kLong); !more.empty(); more = read_some(kLong)) rest_ += more;
    return std::exchange(rest_, {});
}

bool RawClient::ends_within(std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        if (left.count() <= 0 || !wait(left, POLLIN)) return false;
        if (read_some(left).empty()) return true;
    }
}

std::string RawClient::upgrade(std::string_view more_headers) {
    send(
        "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
        std::string(more_headers) + "\r\n");
    while (rest_.find("\r\n\r\n") == std::string::npos) {
        const std::string more = read_some(kLong);
        if (more.empty()) break;
        rest_ += more;
    }
    return take(std::min(rest_.size(), rest_.find("\r\n\r\n") + 4));
}

std::string RawClient::take(std::size_t size) {
    while (rest_.size() < size) {
        const std::string more = read_some(kLong);
        if (more.empty()) return {};
        rest_ += more;
    }
    std::string bytes = rest_.substr(0, size);
    rest_.erase(0, size);
    return bytes;
}

Received RawClient::read_frame() {
    const std::string head = take(2);
    if (head.size() < 2) return {FrameKind::text, "eof", 0};
    std::size_t length = static_cast<unsigned char>(head[1]);
    if (length >= 126) {
        const std::string more = take(length == 126 ? 2 : 8);
        length = 0;
        for (const char c : more) length = length << 8 | static_cast<unsigned char>(c);
    }
    Received frame{static_cast<FrameKind>(head[0] & 0x0F), length > 0 ? take(length) : "", 0};
    if (frame.kind == FrameKind::close && frame.bytes.size() >= 2) {
        frame.close_code = static_cast<std::uint16_t>(static_cast<unsigned char>(frame.bytes[0]) << 8 |
                                                      static_cast<unsigned char>(frame.bytes[1]));
        frame.bytes.erase(0, 2);
    }
    return frame;
}

std::string client_header(int first_byte, std::uint64_t length, int length_bytes) {
    std::string out(1, static_cast<char>(first_byte));
    out += static_cast<char>(0x80 | (length_bytes == 0 ? length : length_bytes == 2 ? 126U : 127U));
    for (int i = length_bytes - 1; i >= 0; --i) out += static_cast<char>(length >> (8 * i) & 0xFF);
    return out + "mask";
}

std::string client_frame(FrameKind kind, std::string_view payload, bool final, bool mask) {
    const int length_bytes = payload.size() < 126 ? 0 : payload.size() < 65536 ? 2 : 8;
    std::string out = client_header((final ? 0x80 : 0) | static_cast<int>(kind), payload.size(), length_bytes);
    constexpr std::string_view kMask = "mask";
    if (!mask) {
        out.resize(out.size() - kMask.size());
        out[1] = static_cast<char>(out[1] & 0x7F);
    }
    for (std::size_t i = 0; i < payload.size(); ++i)
        out += mask ? static_cast<char>(payload[i] ^ kMask[i % kMask.size()]) : payload[i];
    return out;
}

}  // namespace nightstack::io::test
