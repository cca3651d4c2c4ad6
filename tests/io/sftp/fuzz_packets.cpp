// SPDX-License-Identifier: MIT
// Fuzz entry for what an SFTP server answers: the cutter and every reader of packets, listings among them. Replayed by
// fuzz_replay_test; for real fuzzing, with clang (configure as tests/io/fits/fuzz_fits.cpp says):
//
//   cmake --build build/fuzz --target fuzz_packets
//   build/fuzz/tests/io/sftp/fuzz_packets -max_total_time=60 -max_len=4000
#include "tests/io/sftp/fuzz_packets.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>

#include "io/remote/remote_name.h"
#include "io/sftp/packets.h"

namespace nightstack::io::sftp {
namespace {

constexpr std::size_t kEntries = 50;

void demand(bool promise, const char* what) {
    if (promise) return;
    std::cerr << "broken promise: " << what << "\n";
    std::abort();
}

// What one packet was taken for; "" refused.
std::string read_one(std::span<const std::byte> packet) {
    const Answer answer = read_answer(packet);
    std::string seen = std::to_string(answer.id) + ":";
    if (answer.kind == Packet::status) seen += read_status(answer).text;
    if (answer.kind == Packet::handle) seen += read_handle(answer);
    if (answer.kind == Packet::data) seen += std::to_string(read_data(answer).size());
    if (answer.kind == Packet::attributes) seen += std::to_string(read_attributes(answer).bytes.value_or(0));
    if (answer.kind != Packet::name) return seen;
    std::vector<RemoteEntry> entries;
    read_names(answer, kEntries, entries);
    demand(entries.size() <= kEntries, "no more than the limit");
    LocalNames names;
    for (const RemoteEntry& entry : entries) {
        demand(!entry.name.empty() && entry.name.size() <= kLongestRemoteName, "a name of a length that may be");
        const LocalName name = names.add(entry.name);
        demand(name.taken() == !name.text.empty(), "taken or refused");
        demand(name.text.find('/') == std::string::npos && !name.text.starts_with("."), "a name and no path");
        seen += name.text + ",";
    }
    return seen;
}

std::string read_all(std::span<const std::byte> bytes, std::size_t piece) {
    PacketCutter cutter;
    std::string seen;
    try {
        while (!bytes.empty()) {
            const std::span<std::byte> room = cutter.room();
            const std::size_t count = std::min({piece, bytes.size(), room.size()});
            std::memcpy(room.data(), bytes.data(), count);
            cutter.filled(count);
            bytes = bytes.subspan(count);
            while (const auto packet = cutter.next()) seen += read_one(*packet) + ";";
        }
    } catch (const RemoteError& e) {
        demand(e.kind() == RemoteError::Kind::broken, "what cannot be read is `broken`");
        seen += e.what();
    }
    return seen;
}

}  // namespace
}  // namespace nightstack::io::sftp

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nightstack::io::sftp;
    const auto bytes = std::as_bytes(std::span(data, size));
    const std::string whole = read_all(bytes, size + 1);
    demand(read_all(bytes, 1) == whole, "the same however it comes");
    demand(read_all(bytes, 7) == whole, "the same however it comes");
    return 0;
}
