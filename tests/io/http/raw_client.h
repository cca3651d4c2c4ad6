// SPDX-License-Identifier: MIT
// A client that does as told, right or wrong: bytes over a loopback socket, and frames as a client
// masks them. What waits in vain for bytes or the end throws runtime_error after 20 seconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "io/http/frames.h"

namespace nightstack::io::test {

class RawClient {
public:
    // From 127.0.0.`host`, so that one test can be several addresses.
    explicit RawClient(std::uint16_t port, int host = 1);
    ~RawClient();
    RawClient(RawClient&& other) noexcept;
    RawClient& operator=(RawClient&&) = delete;

    bool send(std::string_view bytes);             // false when the other side is gone
    void end_sending();                            // half a close
    std::string read_until(std::string_view end);  // all bytes so far, as soon as they end so
    std::string read_all();                        // to the end of the connection
    // Whether the other side ends within that time; what comes before is read away.
    bool ends_within(std::chrono::milliseconds time);
    bool was_reset() const { return reset_; }

    // Upgrades with the key of RFC 6455 section 1.3; gives the whole answer.
    std::string upgrade(std::string_view more_headers = {});
    // The next frame of the server; text "eof" when there is none.
    Received read_frame();

private:
    bool wait(std::chrono::milliseconds time, short events);
    std::string read_some(std::chrono::milliseconds time);
    std::string take(std::size_t size);
    int fd_ = -1;
    bool reset_ = false;
    std::string rest_;
};

// A client's frame; `mask` false makes it a wrong one.
std::string client_frame(FrameKind kind, std::string_view payload, bool final = true, bool mask = true);
// Only the header, with this length in the form that takes `length_bytes` (0, 2, 8) more.
std::string client_header(int first_byte, std::uint64_t length, int length_bytes);

}  // namespace nightstack::io::test
