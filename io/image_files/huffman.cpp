// SPDX-License-Identifier: MIT
#include "io/image_files/huffman.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <numeric>
#include <vector>

namespace nightstack::io {
namespace {

constexpr int kLongest = 15;

// Depth of each of `weights` (ascending, at least two) in Huffman's tree. Inner nodes come into being in the order of
// their weights, so that two queues do what needs a heap otherwise.
std::vector<int> depths_of(const std::vector<std::uint64_t>& weights) {
    const std::size_t n = weights.size();
    std::vector<std::uint64_t> weight = weights;  // leaves, then inner nodes
    std::vector<std::size_t> parent(2 * n - 1, 0);
    std::size_t leaf = 0;
    std::size_t inner = n;
    const auto lightest = [&] {
        const bool takes_leaf = leaf < n && (inner >= weight.size() || weight[leaf] <= weight[inner]);
        return takes_leaf ? leaf++ : inner++;
    };
    while (weight.size() < 2 * n - 1) {
        const std::size_t a = lightest();
        const std::size_t b = lightest();
        parent[a] = parent[b] = weight.size();
        weight.push_back(weight[a] + weight[b]);
    }
    std::vector<int> depth(2 * n - 1, 0);
    for (std::size_t i = 2 * n - 2; i-- > 0;) depth[i] = depth[parent[i]] + 1;
    depth.resize(n);
    return depth;
}

std::uint16_t reversed(std::uint32_t bits, int length) {
    std::uint32_t out = 0;
    for (int i = 0; i < length; ++i) out |= (bits >> i & 1U) << (length - 1 - i);
    return static_cast<std::uint16_t>(out);
}

// Codes of one length follow each other, shorter ones come first.
void number_codes(std::span<HuffmanCode> codes) {
    std::array<std::uint32_t, kLongest + 2> next{};
    for (const HuffmanCode& c : codes) ++next[c.length + 1U];
    next[1] = 0;  // symbols without a code
    for (std::size_t length = 1; length <= kLongest; ++length)
        next[length + 1] = (next[length] + next[length + 1]) << 1U;
    for (HuffmanCode& c : codes) {
        if (c.length > 0) c.bits = reversed(next[c.length]++, c.length);
    }
}

}  // namespace

void make_huffman_codes(std::span<std::uint32_t> counts, int longest, std::span<HuffmanCode> codes) {
    assert(counts.size() == codes.size() && longest <= kLongest);
    std::fill(codes.begin(), codes.end(), HuffmanCode{});
    std::vector<std::size_t> seen;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] > 0) seen.push_back(i);
    }
    if (seen.size() == 1) codes[seen[0]].length = 1;
    while (seen.size() > 1) {
        std::stable_sort(seen.begin(), seen.end(), [&](std::size_t a, std::size_t b) { return counts[a] < counts[b]; });
        std::vector<std::uint64_t> weights;
        for (const std::size_t i : seen) weights.push_back(counts[i]);
        const std::vector<int> depths = depths_of(weights);
        for (std::size_t k = 0; k < seen.size(); ++k) codes[seen[k]].length = static_cast<std::uint8_t>(depths[k]);
        if (*std::max_element(depths.begin(), depths.end()) <= longest) break;
        for (const std::size_t i : seen) counts[i] = counts[i] / 2 + 1;  // evens them out
    }
    number_codes(codes);
}

}  // namespace nightstack::io
