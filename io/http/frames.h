// SPDX-License-Identifier: MIT
// WebSocket frames of a server, as bytes (RFC 6455). Our own, because Beast answers every ping by
// itself and with its payload, which a DWARF does not do. Pure: no sockets, no clock; one thread at
// a time. What a client sends is hostile: a frame's header is judged before its payload is kept, so
// memory stays below `max_message` and a little.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nightstack::io {

enum class FrameKind : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

// A whole message, its fragments joined, or a control frame.
struct Received {
    FrameKind kind = FrameKind::text;  // never continuation
    std::string bytes;                 // of a close: the reason
    std::uint16_t close_code = 0;      // of a close; 1005 where the client gave none
};

// Why the connection has to end: the close code of RFC 6455 section 7.4 and words for a log.
struct Violation {
    std::uint16_t code = 1002;
    std::string text;
};

class FrameReader {
public:
    explicit FrameReader(std::size_t max_message) : max_message_(max_message) {}

    // Takes what came from the socket and appends what it completes to `out`. False after a violation; what follows
    // one is not read any more.
    bool feed(std::string_view bytes, std::vector<Received>& out);
    const std::optional<Violation>& violation() const { return violation_; }

private:
    struct Header {
        bool final = true;
        FrameKind kind = FrameKind::text;
        std::uint64_t length = 0;
        std::uint8_t mask[4] = {};
    };
    std::string_view take_header(std::string_view bytes);
    std::string_view take_payload(std::string_view bytes);
    std::size_t header_size() const;  // as far as the bytes so far tell
    void read_header();
    void judge_header();
    void end_frame(std::vector<Received>& out);
    void end_close(std::vector<Received>& out);
    void refuse(std::uint16_t code, const char* text);

    std::size_t max_message_;
    std::string head_;               // bytes of a header that is not whole yet
    std::optional<Header> header_;   // of the frame being read
    std::uint64_t at_ = 0;           // bytes of its payload so far
    std::string control_;            // payload of a control frame
    std::string message_;            // payload of the data frames so far
    std::optional<FrameKind> open_;  // kind of the message whose fragments are coming
    std::optional<Violation> violation_;
};

// One frame, final and unmasked, as a server sends it. A control frame's payload has at most 125 bytes (assert).
std::string make_frame(FrameKind kind, std::string_view payload);
// The payload of a close frame. The reason is cut to fit, between characters.
std::string close_payload(std::uint16_t code, std::string_view reason);
// A code a peer may send: 1000 to 1003, 1007 to 1014, 3000 to 4999.
bool valid_close_code(std::uint16_t code);

}  // namespace nightstack::io
