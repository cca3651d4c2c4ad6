// SPDX-License-Identifier: MIT
// zlib is the judge: what we deflate it must give back.
#include "io/image_files/deflate.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace nightstack::io {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes inflated(const Bytes& deflated, std::size_t size) {
    Bytes out(size + 1);
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, -15), Z_OK);
    stream.next_in = const_cast<Bytef*>(deflated.data());
    stream.avail_in = static_cast<uInt>(deflated.size());
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END) << (stream.msg != nullptr ? stream.msg : "");
    EXPECT_EQ(stream.avail_in, 0U);
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return out;
}

void expect_round_trip(const Bytes& bytes, std::size_t piece) {
    Bytes deflated;
    for (std::size_t at = 0; at == 0 || at < bytes.size(); at += piece) {
        const std::size_t n = std::min(piece, bytes.size() - at);
        deflate_piece(deflated, std::span(bytes).subspan(at, n), at + piece >= bytes.size());
    }
    ASSERT_EQ(inflated(deflated, bytes.size()), bytes);
}

TEST(Deflate, ZlibGivesBackWhatWentIn) {
    std::mt19937 rng(4);
    std::normal_distribution<double> noise(0, 12);
    std::geometric_distribution<int> skewed(0.5);
    for (const std::size_t size : {0U, 1U, 2U, 15U, 16U, 17U, 300U, 5000U, 100'000U}) {
        Bytes even(size), bell(size), steep(size);
        for (auto& b : even) b = static_cast<std::uint8_t>(rng());
        for (auto& b : bell) b = static_cast<std::uint8_t>(static_cast<int>(noise(rng)));
        for (auto& b : steep) b = static_cast<std::uint8_t>(skewed(rng));
        for (const Bytes& bytes : {even, bell, steep, Bytes(size, 0), Bytes(size, 200)}) {
            expect_round_trip(bytes, size + 1);
            if (size > 10) expect_round_trip(bytes, size / 3);
        }
    }
}

TEST(Deflate, RunsOfZerosOfEveryLength) {
    Bytes bytes{9};
    for (std::size_t run = 1; run < 600; ++run) {
        bytes.insert(bytes.end(), run, 0);
        bytes.push_back(static_cast<std::uint8_t>(run | 1U));
    }
    expect_round_trip(bytes, bytes.size());
    expect_round_trip(bytes, 777);
    Bytes blank;
    deflate_piece(blank, Bytes(1'000'000), true);
    EXPECT_LT(blank.size(), 2000U);
}

// As near to the entropy as whole bits allow.
TEST(Deflate, NoiseCostsLittleMoreThanItsEntropy) {
    std::mt19937 rng(5);
    std::normal_distribution<double> noise(0, 14);
    Bytes bytes(256 << 10);
    std::vector<double> counts(256);
    for (auto& b : bytes) ++counts[b = static_cast<std::uint8_t>(static_cast<int>(std::lround(noise(rng))))];
    double bits = 0;
    for (const double n : counts) bits -= n > 0 ? n * std::log2(n / double(bytes.size())) : 0;
    Bytes deflated;
    deflate_piece(deflated, bytes, true);
    EXPECT_LT(static_cast<double>(deflated.size()), 1.02 * bits / 8 + 300);
}

}  // namespace
}  // namespace nightstack::io
