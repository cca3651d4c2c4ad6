// SPDX-License-Identifier: MIT
#include "device/targets/star_pack.h"

#include <array>
#include <cstring>
#include <string>

#include "device/targets/embedded_atlas.h"
#include "pipeline/core/error.h"

namespace nightstack::device {
namespace {

constexpr std::size_t kHead = 32;
constexpr std::size_t kCellBytes = 8;
constexpr std::size_t kStarBytes = 6;
constexpr char kMagic[8] = {'N', 'S', 'S', 'T', 'A', 'R', 'S', 1};

unsigned byte_at(const std::byte* at, int i) { return std::to_integer<unsigned>(at[i]); }
std::uint32_t u16(const std::byte* at) { return byte_at(at, 0) | byte_at(at, 1) << 8; }
std::uint32_t u32(const std::byte* at) { return u16(at) | u16(at + 2) << 16; }

constexpr auto kCrcSteps = [] {
    std::array<std::uint32_t, 256> steps{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) value = value & 1 ? 0xEDB88320U ^ value >> 1 : value >> 1;
        steps[i] = value;
    }
    return steps;
}();

std::uint32_t crc32(std::span<const std::byte> bytes) {
    std::uint32_t crc = ~0U;
    for (const std::byte byte : bytes) crc = kCrcSteps[(crc ^ std::to_integer<unsigned>(byte)) & 0xFF] ^ crc >> 8;
    return ~crc;
}

[[noreturn]] void damaged(const std::string& what) { throw DamagedError("star atlas: " + what); }

// The number of bands, once the head makes sense; the cells are laid out from it.
int checked_bands(std::span<const std::byte> bytes) {
    if (bytes.size() < kHead) damaged("ends after " + std::to_string(bytes.size()) + " bytes, within its head");
    if (std::memcmp(bytes.data(), kMagic, 7) != 0) throw FormatError("star atlas: does not begin with NSSTARS");
    if (byte_at(bytes.data(), 7) != 1)
        throw FormatError("star atlas: is of form " + std::to_string(byte_at(bytes.data(), 7)) +
                          ", this program reads form 1");
    if (u32(bytes.data() + 12) != 0) damaged("bytes 12 to 15 should be zero");
    if (crc32(bytes.subspan(16)) != u32(bytes.data() + 8)) damaged("the checksum does not fit the contents");
    const std::uint32_t bands = u32(bytes.data() + 16);
    if (bands < 1 || bands > 1000) damaged("has " + std::to_string(bands) + " bands");
    return static_cast<int>(bands);
}

}  // namespace

StarPack::StarPack(std::span<const std::byte> bytes)
    : bytes_(bytes), cells_(checked_bands(bytes)), stars_(u32(bytes.data() + 24)) {
    const std::size_t cells = u32(bytes.data() + 20);
    if (cells != static_cast<std::size_t>(cells_.size()))
        damaged("has " + std::to_string(cells) + " cells where its bands have " + std::to_string(cells_.size()));
    if (u32(bytes.data() + 28) != kStarBytes)
        damaged("has stars of " + std::to_string(u32(bytes.data() + 28)) + " bytes");
    const std::size_t wanted = kHead + (cells + 1) * kCellBytes + stars_ * kStarBytes;
    if (bytes.size() != wanted)
        damaged("has " + std::to_string(bytes.size()) + " bytes where its head says " + std::to_string(wanted));
    check_table();
}

void StarPack::check_table() const {
    std::size_t before = 0;
    for (int cell = 0; cell <= cells_.size(); ++cell) {
        const std::size_t first = word(cell, 0);
        if (first < before || first > stars_)
            damaged("the stars of cell " + std::to_string(cell) + " are out of order");
        before = first;
    }
    if (word(0, 0) != 0 || before != stars_) damaged("some stars belong to no cell");
}

const StarPack& StarPack::instance() {
    static const StarPack pack(star_atlas_bytes());
    return pack;
}

std::uint32_t StarPack::word(int cell, std::size_t offset) const {
    return u32(bytes_.data() + kHead + static_cast<std::size_t>(cell) * kCellBytes + offset);
}

const std::byte* StarPack::record(std::size_t star) const {
    return bytes_.data() + kHead + (static_cast<std::size_t>(cells_.size()) + 1) * kCellBytes + star * kStarBytes;
}

float StarPack::magnitude(std::size_t star) const {
    return static_cast<float>(u16(record(star) + 4) >> 5) / 100.0F - 2.0F;
}

AtlasStar StarPack::star(int cell, std::size_t star) const {
    const SkyCell& frame = cells_[cell];
    const std::byte* at = record(star);
    const auto within = [](std::uint32_t step) { return (step + 0.5) / 65536; };
    return {{frame.corner.ra_deg + within(u16(at)) * frame.width_deg,
             frame.corner.dec_deg + within(u16(at + 2)) * frame.height_deg},
            magnitude(star),
            static_cast<float>(u16(at + 4) & 31) * 0.08F - 0.4F,
            true};
}

}  // namespace nightstack::device
