// SPDX-License-Identifier: MIT
// Pictures of one field of stars, each with noise of its own, and a server that sends such at any pace.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "tests/io/mjpeg/made_streams.h"
#include "tests/io/mjpeg/stream_server.h"

namespace nightstack::test {

std::vector<std::string> star_pictures(int count, int width = 320, int height = 240);

// Sends the parts given, over and over as long as `count` says, one every `pace`; then the line stays open. A client
// that comes again gets the rest.
class StarServer {
public:
    StarServer(std::vector<std::string> parts, std::uint64_t count, std::chrono::microseconds pace = {});
    std::uint16_t port() const { return server_.port(); }
    std::uint64_t sent() const { return sent_; }  // parts, whole ones

private:
    const std::vector<std::string> parts_;
    const std::uint64_t count_;
    const std::chrono::microseconds pace_;
    std::atomic<std::uint64_t> sent_{0};
    io::test::StreamServer server_;
};

// As parts of a stream.
std::vector<std::string> parts_of(const std::vector<std::string>& jpegs);

// Asks again and again, for 40 s.
template <class Condition>
bool eventually(Condition condition) {
    for (const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(40);
         std::chrono::steady_clock::now() < end;) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return false;
}

}  // namespace nightstack::test
