// SPDX-License-Identifier: MIT
// The fuzz entry over conversations that are right, and thousands of seeded damages of them.
#include <gtest/gtest.h>

#include <random>

#include "tests/io/http/fuzz_frames.h"
#include "tests/io/http/raw_client.h"

namespace nightstack::io {
namespace {

using test::client_frame;

void feed(const std::string& bytes) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

std::vector<std::string> conversations() {
    return {client_frame(FrameKind::text, R"({"interface":10000,"camId":0,"binning":1})"),
            client_frame(FrameKind::binary, std::string(300, '\x08')),
            client_frame(FrameKind::ping, "") + client_frame(FrameKind::pong, "1234"),
            client_frame(FrameKind::text, "a", false) + client_frame(FrameKind::ping, "x") +
                client_frame(FrameKind::continuation, std::string(200, 'b'), false) +
                client_frame(FrameKind::continuation, "\xE2\x82\xAC"),
            client_frame(FrameKind::text, "x") + client_frame(FrameKind::close,
                                                              "\x03\xE8"
                                                              "bye")};
}

TEST(FuzzFrames, Conversations) {
    feed("");
    for (const std::string& one : conversations()) feed(one);
}

TEST(FuzzFrames, DamagedConversations) {
    const auto whole = conversations();
    for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
        std::mt19937_64 random(seed);
        std::string bytes = whole[random() % whole.size()] + whole[random() % whole.size()];
        for (int i = static_cast<int>(random() % 4); i >= 0; --i) {
            const std::size_t at = random() % bytes.size();
            switch (random() % 4) {
                case 0: bytes[at] = static_cast<char>(random()); break;
                case 1: bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8)); break;
                case 2: bytes.erase(at, random() % 4); break;
                default: bytes.insert(at, random() % 4, static_cast<char>(random())); break;
            }
            if (bytes.empty()) break;
        }
        feed(bytes);
    }
}

}  // namespace
}  // namespace nightstack::io
