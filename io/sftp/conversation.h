// SPDX-License-Identifier: MIT
// Questions and answers of SFTP over a line: numbers the requests, sends them in bunches, takes only answers to
// questions that were asked. One thread. Throws RemoteError; Interrupted, after which it can go on.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>

#include "io/sftp/byte_line.h"
#include "io/sftp/packets.h"

namespace nightstack::io::sftp {

class Conversation {
public:
    // `packet_limit`: how long one answer may take to come in whole, however it trickles. The line outlives this.
    Conversation(ByteLine& line, std::chrono::milliseconds packet_limit) : line_(line), packet_limit_(packet_limit) {}

    // Agrees on the version; once, before all else.
    void greet(const std::stop_token& stop);

    // Queued until an answer is waited for; the number it has.
    std::uint32_t ask_path(Packet kind, std::string_view path);
    std::uint32_t ask_handle(Packet kind, std::string_view handle);
    std::uint32_t ask_read(std::string_view handle, std::uint64_t offset, std::uint32_t bytes);

    // The next answer to any question that is open and not forgotten; valid until the next call.
    Answer next(const std::stop_token& stop);
    // Of exactly that question, the only one that is open.
    Answer answer_to(std::uint32_t id, const std::stop_token& stop);
    // Its answer will be of no interest. Throws nothing, so that it may be the last word of an object.
    void forget(std::uint32_t id);

private:
    std::uint32_t ask(const std::function<std::string(std::uint32_t)>& packet);
    std::span<const std::byte> next_packet(const std::stop_token& stop);

    ByteLine& line_;
    std::chrono::milliseconds packet_limit_;
    PacketCutter cutter_;
    std::string unsent_;
    std::uint32_t last_id_ = 0;
    std::set<std::uint32_t> open_, forgotten_;
};

}  // namespace nightstack::io::sftp
