// SPDX-License-Identifier: MIT
#include "io/sftp/conversation.h"

#include <cassert>

namespace nightstack::io::sftp {
namespace {

// Asked and forgotten again and again, without ever an answer read: the next question fails then.
constexpr std::size_t kMostForgotten = 4096;

[[noreturn]] void broken(const std::string& what) {
    throw RemoteError(RemoteError::Kind::broken, "the SFTP server's answer is broken: " + what);
}

}  // namespace

void Conversation::greet(const std::stop_token& stop) {
    unsent_ += init_packet();
    const Answer answer = read_answer(next_packet(stop));
    if (answer.kind != Packet::version) broken("its first packet is no greeting");
    if (answer.id < kProtocolVersion)
        throw RemoteError(RemoteError::Kind::refused,
                          "the SFTP server speaks version " + std::to_string(answer.id) + "; version 3 is needed");
}

std::uint32_t Conversation::ask(const std::function<std::string(std::uint32_t)>& packet) {
    const std::uint32_t id = ++last_id_;
    unsent_ += packet(id);
    open_.insert(id);
    return id;
}

std::uint32_t Conversation::ask_path(Packet kind, std::string_view path) {
    return ask([&](std::uint32_t id) { return path_packet(kind, id, path); });
}

std::uint32_t Conversation::ask_handle(Packet kind, std::string_view handle) {
    return ask([&](std::uint32_t id) { return handle_packet(kind, id, handle); });
}

std::uint32_t Conversation::ask_read(std::string_view handle, std::uint64_t offset, std::uint32_t bytes) {
    return ask([&](std::uint32_t id) { return read_packet(id, handle, offset, bytes); });
}

std::span<const std::byte> Conversation::next_packet(const std::stop_token& stop) {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point end = Clock::now() + packet_limit_;
    for (;;) {
        if (const auto packet = cutter_.next()) return *packet;
        if (Clock::now() > end)
            throw RemoteError(RemoteError::Kind::lost, "no whole answer of the SFTP server within " +
                                                           std::to_string(packet_limit_.count() / 1000) + " s");
        if (!unsent_.empty()) line_.send(unsent_, stop);
        const std::span<std::byte> room = cutter_.room();
        cutter_.filled(line_.receive(room, stop));
    }
}

Answer Conversation::next(const std::stop_token& stop) {
    assert(!open_.empty());
    if (forgotten_.size() >= kMostForgotten)
        throw RemoteError(RemoteError::Kind::lost, "the SFTP server answers nothing any more");
    if (!unsent_.empty()) line_.send(unsent_, stop);  // also when answers are at hand: the way should never run dry
    for (;;) {
        const Answer answer = read_answer(next_packet(stop));
        if (forgotten_.erase(answer.id) != 0) continue;
        if (open_.erase(answer.id) == 0) broken("number " + std::to_string(answer.id) + ", which was not asked");
        return answer;
    }
}

Answer Conversation::answer_to(std::uint32_t id, const std::stop_token& stop) {
    try {
        const Answer answer = next(stop);
        assert(answer.id == id && open_.empty());
        return answer;
    } catch (...) {
        forget(id);
        throw;
    }
}

void Conversation::forget(std::uint32_t id) {
    if (open_.erase(id) != 0) forgotten_.insert(id);
}

}  // namespace nightstack::io::sftp
