// SPDX-License-Identifier: MIT
// Every stored value, at every instruction level, whole vectors or not.
#include "io/fits/unpack_u16.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/every_level.h"

namespace nightstack::io {
namespace {

TEST(UnpackU16, GivesEveryValueAtEveryLevel) {
    std::vector<std::byte> raw;
    for (int value = 0; value < 65536; ++value) {
        raw.push_back(static_cast<std::byte>((value ^ 0x8000) >> 8));
        raw.push_back(static_cast<std::byte>(value & 0xFF));
    }
    nightstack::at_every_level([&] {
        std::vector<float> out(65536);
        unpack_u16(out.data(), raw.data(), out.size());
        for (int value = 0; value < 65536; ++value) {
            ASSERT_EQ(out[static_cast<std::size_t>(value)], static_cast<float>(value));
        }
    });
}

TEST(UnpackU16, WritesNoMoreThanAsked) {
    const std::vector<std::byte> raw(2 * 100, std::byte{0x81});
    nightstack::at_every_level([&] {
        for (std::size_t count = 0; count < 70; ++count) {
            std::vector<float> out(100, -1);
            unpack_u16(out.data(), raw.data() + 2, count);
            for (std::size_t i = 0; i < out.size(); ++i) ASSERT_EQ(out[i], i < count ? 0x0181 : -1) << count;
        }
    });
}

}  // namespace
}  // namespace nightstack::io
