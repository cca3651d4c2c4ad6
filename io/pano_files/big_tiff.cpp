// SPDX-License-Identifier: MIT
// Written by hand: libtiff takes one thread, one directory at a time, and its tiles in order of levels. BigTIFF's
// layout: libtiff's "BigTIFF Design"; a header of 16 bytes, tiles as they come, directories at the end.
#include "io/pano_files/big_tiff.h"

#include <atomic>
#include <bit>
#include <optional>

#include "io/pano_files/level_builder.h"
#include "io/pano_files/tiff_predictor.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

static_assert(std::endian::native == std::endian::little, "samples are written as they lie in memory");

constexpr int kLargestAxis = 1'000'000;

enum TagType : std::uint16_t { kByteTag = 1, kTextTag = 2, kShortTag = 3, kLongTag = 4, kLong8Tag = 16 };

int width_of(TagType type) { return type == kShortTag ? 2 : type == kLongTag ? 4 : type == kLong8Tag ? 8 : 1; }

void put_number(std::vector<std::byte>& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::byte>(value >> (8 * i) & 0xFF));
}

struct Tag {
    std::uint16_t number;
    TagType type;
    std::vector<std::uint64_t> values;
};

Tag text_tag(std::uint16_t number, TagType type, const std::string& text) {
    Tag tag{number, type, {}};
    for (const char c : text) tag.values.push_back(static_cast<unsigned char>(c));
    if (type == kTextTag) tag.values.push_back(0);
    return tag;
}

// A directory that will stand at `at`, its longer values behind it. The tags must be in order.
std::vector<std::byte> directory(const std::vector<Tag>& tags, std::uint64_t at, bool last) {
    std::vector<std::byte> head, values;
    const std::uint64_t behind = at + 8 + 20 * tags.size() + 8;
    put_number(head, tags.size(), 8);
    for (const Tag& tag : tags) {
        put_number(head, tag.number, 2);
        put_number(head, tag.type, 2);
        put_number(head, tag.values.size(), 8);
        std::vector<std::byte> bytes;
        for (const std::uint64_t v : tag.values) put_number(bytes, v, width_of(tag.type));
        if (bytes.size() <= 8) {
            bytes.resize(8);
            head.insert(head.end(), bytes.begin(), bytes.end());
            continue;
        }
        put_number(head, behind + values.size(), 8);
        bytes.resize((bytes.size() + 7) / 8 * 8);
        values.insert(values.end(), bytes.begin(), bytes.end());
    }
    put_number(head, last ? 0 : behind + values.size(), 8);
    head.insert(head.end(), values.begin(), values.end());
    return head;
}

class BigTiffWriter final : public BlockWriter {
public:
    BigTiffWriter(OutputFile& file, const BigTiffFormat& format, ScratchStore& store)
        : file_(file),
          format_(format),
          levels_(format.grid, format.pyramid ? format.grid.block : kLargestAxis, store,
                  [this](const LevelBlock& block) { put(block); }) {
        for (int i = 0; i < levels_.levels(); ++i) {
            const BlockGrid& g = levels_.grid(i);
            const std::size_t blocks = static_cast<std::size_t>(g.across()) * static_cast<std::size_t>(g.down());
            places_.push_back({std::vector<std::uint64_t>(blocks), std::vector<std::uint32_t>(blocks)});
        }
    }

    const BlockGrid& grid() const override { return format_.grid; }
    void write_block(int column, int row, std::span<const std::byte> samples) override {
        levels_.add(column, row, samples);
    }

    void finish() override {
        levels_.finish();
        for (Places& places : places_) fill_gaps(places);
        std::uint64_t at = (end_ + 7) / 8 * 8;
        std::vector<std::byte> header;
        put_number(header, 0x00'08'00'2B'49'49, 8);  // II, 43, offsets of 8 bytes
        put_number(header, at, 8);
        for (int i = 0; i < levels_.levels(); ++i) {
            const std::vector<std::byte> bytes = directory(tags(i), at, i + 1 == levels_.levels());
            file_.write_at(bytes, at);
            at += bytes.size();
        }
        file_.write_at(header, 0);
    }

private:
    struct Places {
        std::vector<std::uint64_t> offsets;
        std::vector<std::uint32_t> sizes;
    };
    struct Place {
        std::uint64_t offset;
        std::uint32_t size;
    };

    // Each block has a place of its own in the lists: no lock.
    void put(const LevelBlock& block) {
        const BlockGrid& g = levels_.grid(block.level);
        const Place place = put_tile(whole_tile(g, g.place(block.column, block.row), block.samples));
        const std::size_t index = static_cast<std::size_t>(block.row) * static_cast<std::size_t>(g.across()) +
                                  static_cast<std::size_t>(block.column);
        Places& places = places_[static_cast<std::size_t>(block.level)];
        places.offsets[index] = place.offset;
        places.sizes[index] = place.size;
    }

    Place put_tile(std::vector<std::byte> tile) {
        if (format_.deflate) {
            predict(format_.grid, tile);
            tile = deflated(tile);
        }
        const std::uint64_t at = end_.fetch_add((tile.size() + 1) / 2 * 2);  // tiles begin at even offsets
        file_.write_at(tile, at);
        return {at, static_cast<std::uint32_t>(tile.size())};
    }

    void fill_gaps(Places& places) {
        for (std::size_t i = 0; i < places.offsets.size(); ++i) {
            if (places.offsets[i] != 0) continue;
            const auto side = static_cast<std::size_t>(format_.grid.block);
            if (!nothing_) nothing_ = put_tile(std::vector<std::byte>(side * side * format_.grid.pixel_bytes()));
            places.offsets[i] = nothing_->offset;
            places.sizes[i] = nothing_->size;
        }
    }

    std::vector<Tag> tags(int level) const {
        const BlockGrid& g = levels_.grid(level);
        const auto channels = static_cast<std::size_t>(g.channels);
        const std::uint64_t bits = 8 * g.pixel_bytes() / channels;
        const bool real = g.sample == RowSample::f32;
        const std::uint64_t block = static_cast<std::uint64_t>(g.block);
        const Places& places = places_[static_cast<std::size_t>(level)];
        std::vector<Tag> out = {
            {254, kLongTag, {level > 0 ? 1U : 0U}},  // a smaller version of another
            {256, kLongTag, {static_cast<std::uint64_t>(g.width)}},
            {257, kLongTag, {static_cast<std::uint64_t>(g.height)}},
            {258, kShortTag, std::vector<std::uint64_t>(channels, bits)},
            {259, kShortTag, {format_.deflate ? 8U : 1U}},
            {262, kShortTag, {channels >= 3 ? 2U : 1U}},  // RGB or gray, black is 0
            {274, kShortTag, {1}},                        // first row on top
            {277, kShortTag, {channels}},
            {284, kShortTag, {1}},  // side by side
        };
        if (level == 0 && !format_.software.empty()) out.push_back(text_tag(305, kTextTag, format_.software));
        if (format_.deflate) out.push_back({317, kShortTag, {real ? 3U : 2U}});
        out.push_back({322, kLongTag, {block}});
        out.push_back({323, kLongTag, {block}});
        out.push_back({324, kLong8Tag, places.offsets});
        out.push_back({325, kLongTag, {places.sizes.begin(), places.sizes.end()}});
        if (g.alpha()) out.push_back({338, kShortTag, {2}});  // alpha not multiplied into the colours
        out.push_back({339, kShortTag, std::vector<std::uint64_t>(channels, real ? 3U : 1U)});
        if (level == 0 && !format_.xmp.empty()) out.push_back(text_tag(700, kByteTag, format_.xmp));
        return out;
    }

    OutputFile& file_;
    BigTiffFormat format_;
    LevelBuilder levels_;
    std::vector<Places> places_;
    std::atomic<std::uint64_t> end_{16};
    std::optional<Place> nothing_;
};

}  // namespace

void BigTiffFormat::check() const {
    const std::string size = std::to_string(grid.width) + "x" + std::to_string(grid.height);
    if (grid.width < 1 || grid.height < 1 || grid.width > kLargestAxis || grid.height > kLargestAxis)
        throw OptionError("BigTIFF: size " + size + " cannot be written; at most 1,000,000 a side");
    if (grid.channels < 1 || grid.channels > 4)
        throw OptionError("BigTIFF: " + std::to_string(grid.channels) + " channels; 1 to 4 can be written");
    if (grid.block < 16 || grid.block > 4096 || grid.block % 16 != 0)
        throw OptionError("BigTIFF: blocks of " + std::to_string(grid.block) + "; multiples of 16 to 4096");
    if (software.size() > 1000 || xmp.size() > (std::size_t{1} << 20)) throw OptionError("BigTIFF: texts too long");
}

std::unique_ptr<BlockWriter> big_tiff_writer(OutputFile& file, const BigTiffFormat& format, ScratchStore& store) {
    format.check();
    return std::make_unique<BigTiffWriter>(file, format, store);
}

}  // namespace nightstack::io
