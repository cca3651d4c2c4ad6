// SPDX-License-Identifier: MIT
#include "io/packed/fz_gate.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "io/fits/cards.h"
#include "io/fits/fits_error.h"
#include "io/fits/header_block.h"
#include "io/fits/structure.h"
#include "io/packed/fz_table.h"

namespace nightstack::io {
namespace {

constexpr std::int64_t kMaxTiles = std::int64_t{1} << 20;
constexpr std::int64_t kMaxTilePixels = std::int64_t{1} << 26;
constexpr std::uint64_t kMaxUnpacked = std::uint64_t{1} << 30;
// Deflate makes at most 1032 bytes of one, the others less of anything that is a picture.
constexpr std::uint64_t kMaxRatio = 1100;
constexpr std::uint64_t kNoBomb = std::uint64_t{1} << 20;  // whatever the ratio, so much harms nobody

[[noreturn]] void refuse(const std::string& name, const std::string& text, FitsFault fault = FitsFault::header) {
    throw FitsError(fault, name + ": " + text);
}

struct Headers {
    HduStructure table;
    std::uint64_t table_at = 0;
};

Headers read_headers(const ByteSource& source) {
    std::vector<std::string> warnings;
    const HeaderBlock first = read_header_block(source, 0, warnings);
    const HduStructure primary = read_structure(first, HduKind::primary, source.name);
    if (!primary.axes.empty()) refuse(source.name, "no tile-compressed image: its first unit has pixels");
    const HeaderBlock block = read_header_block(source, first.data_at, warnings);
    Headers found{read_structure(block, HduKind::extension, source.name), block.data_at};
    const HduStructure& t = found.table;
    if (t.extension != "BINTABLE" || !t.header.logical("ZIMAGE").value_or(false))
        refuse(source.name, "its first extension is no tile-compressed image");
    if (t.bitpix != 8 || t.axes.size() != 2 || t.gcount != 1 || t.groups || t.axes[0] < 1 || t.axes[1] < 1)
        refuse(source.name, "the mandatory cards of its table are not those of a table");
    const std::uint64_t bytes = data_bytes_of(t, source.name);
    if (found.table_at > source.size || bytes > source.size - found.table_at) {
        refuse(source.name,
               "file has " + std::to_string(source.size) + " bytes, the compressed image would end at byte " +
                   std::to_string(found.table_at + bytes),
               FitsFault::truncated);
    }
    return found;
}

std::int64_t whole(const FitsHeader& header, const std::string& key, std::int64_t otherwise, const std::string& name) {
    if (!header.has(key)) return otherwise;
    const std::optional<std::int64_t> value = header.integer(key);
    if (!value) refuse(name, key + " = " + *header.text(key) + ", a whole number expected");
    return *value;
}

// The picture inside, held against the same rules as one that is not compressed.
FitsLayout inner_layout(const FitsHeader& header, const std::string& name) {
    HduStructure picture;
    picture.header = header;
    const std::int64_t bitpix = whole(header, "ZBITPIX", 0, name);
    if (bitpix != 8 && bitpix != 16 && bitpix != 32 && bitpix != -32 && bitpix != -64)
        refuse(name, "ZBITPIX = " + std::to_string(bitpix) + ", 8, 16, 32, -32 or -64 expected");
    picture.bitpix = static_cast<int>(bitpix);
    const std::int64_t axes = whole(header, "ZNAXIS", 0, name);
    if (axes < 2 || axes > 4) refuse(name, "ZNAXIS = " + std::to_string(axes) + ", 2 or 3 expected", FitsFault::axes);
    for (std::int64_t k = 1; k <= axes; ++k)
        picture.axes.push_back(whole(header, "ZNAXIS" + std::to_string(k), 0, name));
    FitsLayout layout = picture_layout(picture, HduKind::primary, 0, name);
    if (layout.bitpix > 0 && !layout.blank && header.has("ZBLANK")) layout.blank = header.integer("ZBLANK");
    return layout;
}

struct Tiling {
    std::array<std::int64_t, 3> axis{1, 1, 1};
    std::array<std::int64_t, 3> side{1, 1, 1};
    std::int64_t across(std::size_t k) const { return (axis[k] + side[k] - 1) / side[k]; }
    std::int64_t tiles() const { return across(0) * across(1) * across(2); }
    std::int64_t pixels_of(std::int64_t tile) const {
        std::int64_t pixels = 1;
        for (std::size_t k = 0; k < 3; ++k) {
            pixels *= std::min(side[k], axis[k] - tile % across(k) * side[k]);
            tile /= across(k);
        }
        return pixels;
    }
};

Tiling read_tiling(const FitsHeader& header, const FitsLayout& layout, const std::string& name) {
    Tiling t;
    t.axis = {layout.width, layout.height, layout.planes};
    for (std::size_t k = 0; k < 3; ++k) {
        const std::string key = "ZTILE" + std::to_string(k + 1);
        const std::int64_t side = whole(header, key, k == 0 ? t.axis[0] : 1, name);
        if (side < 1) refuse(name, key + " = " + std::to_string(side));
        t.side[k] = std::min(side, t.axis[k]);
    }
    const std::int64_t largest = t.side[0] * t.side[1] * t.side[2];
    if (largest > kMaxTilePixels)
        refuse(name, "tiles of " + std::to_string(largest) + " pixels, at most " + std::to_string(kMaxTilePixels) +
                         " are unpacked");
    if (t.tiles() > kMaxTiles)
        refuse(name, std::to_string(t.tiles()) + " tiles, at most " + std::to_string(kMaxTiles) + " expected");
    return t;
}

enum class Packing { rice, gzip, plio, hcompress, none };

Packing packing_of(const FitsHeader& header, const std::string& name) {
    static constexpr std::pair<std::string_view, Packing> kKnown[] = {
        {"RICE_1", Packing::rice},    {"RICE_ONE", Packing::rice}, {"GZIP_1", Packing::gzip},
        {"GZIP_2", Packing::gzip},    {"PLIO_1", Packing::plio},   {"HCOMPRESS_1", Packing::hcompress},
        {"NOCOMPRESS", Packing::none}};
    const std::string word(trimmed(header.text("ZCMPTYPE").value_or("")));
    for (const auto& [known, packing] : kKnown) {
        if (word == known) return packing;
    }
    refuse(name, "ZCMPTYPE = '" + word + "' is no compression we know");
}

// cfitsio takes the size of a tile from the HCOMPRESS stream itself.
void check_hcompress_head(const ByteSource& source, const FzTile& tile, std::int64_t pixels, std::size_t number) {
    const std::string where = "tile " + std::to_string(number + 1);
    std::array<std::byte, 10> head{};
    if (tile.bytes < 23) refuse(source.name, where + " is too short for HCOMPRESS");
    source.read_at(head, tile.at);
    const auto number_at = [&](std::size_t at) {
        std::int64_t value = 0;
        for (std::size_t i = 0; i < 4; ++i) value = value << 8 | std::to_integer<std::int64_t>(head[at + i]);
        return value;
    };
    const std::int64_t a = number_at(2);
    const std::int64_t b = number_at(6);
    if (head[0] != std::byte{0xDD} || head[1] != std::byte{0x99} || a < 1 || b < 1 || a > pixels || a * b != pixels)
        refuse(source.name, where + " is no HCOMPRESS stream of " + std::to_string(pixels) + " pixels");
}

void check_tiles(const ByteSource& source, const std::vector<FzTile>& tiles, const Tiling& tiling,
                 const FitsLayout& layout, Packing packing) {
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        const FzTile& tile = tiles[i];
        const std::int64_t pixels = tiling.pixels_of(static_cast<std::int64_t>(i));
        const auto plain = static_cast<std::int64_t>(layout.sample_bytes()) * pixels;
        if (tile.kind == FzColumnKind::plain_data && tile.bytes != plain) {
            refuse(source.name, "tile " + std::to_string(i + 1) + " has " + std::to_string(tile.bytes) + " bytes, " +
                                    std::to_string(plain) + " expected");
        }
        if (tile.kind == FzColumnKind::data && packing == Packing::none)
            refuse(source.name, "tile " + std::to_string(i + 1) + " is compressed, ZCMPTYPE says it is not");
        if (tile.kind == FzColumnKind::data && packing == Packing::hcompress)
            check_hcompress_head(source, tile, pixels, i);
    }
}

void check_columns(const FzTable& table, const FitsLayout& layout, Packing packing, bool scaled,
                   const std::string& name) {
    bool compressed = false;
    for (const FzColumn& c : table.columns) {
        if (c.kind == FzColumnKind::data) {
            compressed = true;
            if ((c.bytes == 2) != (packing == Packing::plio)) refuse(name, "column " + c.name + " of form " + c.form);
        }
        const bool of_floats =
            c.kind == FzColumnKind::scale || c.kind == FzColumnKind::zero || c.kind == FzColumnKind::blank;
        if (of_floats && layout.bitpix > 0) refuse(name, "column " + c.name + " beside whole numbers");
    }
    // Only gzip can keep a float as it is.
    if (compressed && layout.bitpix < 0 && !scaled && packing != Packing::gzip)
        refuse(name, "floats without ZSCALE in a compression for whole numbers");
}

bool has_column(const FzTable& table, FzColumnKind kind) {
    return std::ranges::any_of(table.columns, [kind](const FzColumn& c) { return c.kind == kind; });
}

// Scale and zero stand both, each as a column or as a card.
bool is_scaled(const FitsHeader& header, const FzTable& table, const std::string& name) {
    const bool scale = has_column(table, FzColumnKind::scale) || header.number("ZSCALE").has_value();
    const bool zero = has_column(table, FzColumnKind::zero) || header.number("ZZERO").has_value();
    if (scale != zero) refuse(name, "of ZSCALE and ZZERO only one is there");
    return scale;
}

void add_float_cards(FitsCards& cards, const FitsHeader& header, const std::string& name) {
    for (const char* key : {"ZSCALE", "ZZERO"}) {
        if (const auto value = header.number(key)) cards.number(key, *value);
    }
    if (header.has("ZBLANK"))
        cards.integer("ZBLANK", std::clamp<std::int64_t>(whole(header, "ZBLANK", 0, name), INT32_MIN, INT32_MAX));
    const std::string word(trimmed(header.text("ZQUANTIZ").value_or("")));
    static constexpr std::string_view kKnown[] = {"", "NONE", "NO_DITHER", "SUBTRACTIVE_DITHER_1",
                                                  "SUBTRACTIVE_DITHER_2"};
    if (std::ranges::find(kKnown, word) == std::end(kKnown)) refuse(name, "ZQUANTIZ = '" + word + "' is not known");
    if (!word.empty()) cards.text("ZQUANTIZ", word);
    if (header.has("ZDITHER0")) {
        const std::int64_t seed = whole(header, "ZDITHER0", 0, name);
        if (seed < 1 || seed > 10'000) refuse(name, "ZDITHER0 = " + std::to_string(seed) + ", 1 to 10000 expected");
        cards.integer("ZDITHER0", seed);
    }
}

// ZNAMEn, ZVALn: what a compression wants to know. Others (NOISEBIT ...) concern the packer only.
void add_parameters(FitsCards& cards, const FitsHeader& header, const FitsLayout& layout, const std::string& name) {
    int n = 0;
    const auto add = [&](const std::string& key, std::int64_t value) {
        ++n;
        cards.text("ZNAME" + std::to_string(n), key).integer("ZVAL" + std::to_string(n), value);
    };
    for (int i = 1; i <= 9; ++i) {
        const std::string key(trimmed(header.text("ZNAME" + std::to_string(i)).value_or("")));
        const std::string value_key = "ZVAL" + std::to_string(i);
        if (key == "SCALE") {
            const std::optional<double> scale = header.number(value_key);
            if (!scale) refuse(name, value_key + " of SCALE is no number");
            ++n;
            cards.text("ZNAME" + std::to_string(n), key).number("ZVAL" + std::to_string(n), *scale);
            continue;
        }
        if (key != "BLOCKSIZE" && key != "BYTEPIX" && key != "SMOOTH") continue;
        const std::int64_t value = whole(header, value_key, -1, name);
        const std::int64_t widest = layout.bitpix < 0 ? 4 : layout.bitpix / 8;
        const bool fits = key == "BLOCKSIZE" ? value == 16 || value == 32
                          : key == "SMOOTH"  ? value == 0 || value == 1
                                             : value == 1 || value == 2 || value == 4;
        if (!fits || (key == "BYTEPIX" && value > widest)) refuse(name, key + " = " + std::to_string(value));
        add(key, value);
    }
}

std::string whole_blocks(FitsCards cards) {
    std::string bytes = cards.bytes() + "END";
    bytes.resize((bytes.size() + kFitsBlock - 1) / kFitsBlock * kFitsBlock, ' ');
    return bytes;
}

std::string clean_header(const HduStructure& s, const FzTable& table, const Tiling& tiling, const FitsLayout& layout,
                         const std::string& name) {
    FitsCards primary;
    primary.logical("SIMPLE", true).integer("BITPIX", 8).integer("NAXIS", 0).logical("EXTEND", true);
    FitsCards cards;
    cards.text("XTENSION", "BINTABLE").integer("BITPIX", 8).integer("NAXIS", 2);
    cards.integer("NAXIS1", table.row_bytes).integer("NAXIS2", table.rows);
    cards.integer("PCOUNT", s.pcount).integer("GCOUNT", 1);
    cards.integer("TFIELDS", static_cast<std::int64_t>(table.columns.size()));
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        cards.text("TTYPE" + std::to_string(i + 1), table.columns[i].name);
        cards.text("TFORM" + std::to_string(i + 1), table.columns[i].form);
    }
    if (table.heap_at != table.row_bytes * table.rows) cards.integer("THEAP", table.heap_at);
    cards.logical("ZIMAGE", true).text("ZCMPTYPE", trimmed(*s.header.text("ZCMPTYPE")));
    cards.integer("ZBITPIX", layout.bitpix).integer("ZNAXIS", layout.planes > 1 ? 3 : 2);
    for (std::size_t k = 0; k < (layout.planes > 1 ? 3U : 2U); ++k) {
        cards.integer("ZNAXIS" + std::to_string(k + 1), tiling.axis[k]);
        cards.integer("ZTILE" + std::to_string(k + 1), tiling.side[k]);
    }
    add_parameters(cards, s.header, layout, name);
    if (layout.bitpix < 0) add_float_cards(cards, s.header, name);
    return whole_blocks(primary) + whole_blocks(cards);
}

void check_sizes(const FitsLayout& layout, const FzTable& table, const std::string& name) {
    const auto packed = static_cast<std::uint64_t>(table.heap_bytes + table.row_bytes * table.rows);
    if (layout.data_bytes > kMaxUnpacked)
        refuse(name, std::to_string(layout.data_bytes) + " bytes of pixels, at most 1 GiB are unpacked");
    if (layout.data_bytes > kNoBomb && layout.data_bytes / kMaxRatio > packed) {
        refuse(name,
               std::to_string(packed) + " compressed bytes are no picture of " + std::to_string(layout.data_bytes));
    }
}

}  // namespace

FzPicture pass_fz_gate(const ByteSource& source) {
    const Headers found = read_headers(source);
    const HduStructure& s = found.table;
    FzPicture picture;
    picture.header = s.header;
    picture.layout = inner_layout(s.header, source.name);
    const Packing packing = packing_of(s.header, source.name);
    const Tiling tiling = read_tiling(s.header, picture.layout, source.name);
    if (s.axes[1] != tiling.tiles())
        refuse(source.name, std::to_string(s.axes[1]) + " table rows for " + std::to_string(tiling.tiles()) + " tiles");
    const FzTable table = read_fz_table(s.header, s.axes[0], s.axes[1], s.pcount, source.name);
    check_sizes(picture.layout, table, source.name);
    const bool scaled = picture.layout.bitpix < 0 && is_scaled(s.header, table, source.name);
    check_columns(table, picture.layout, packing, scaled, source.name);
    check_tiles(source, read_fz_tiles(source, table, found.table_at), tiling, picture.layout, packing);
    picture.clean_header = clean_header(s, table, tiling, picture.layout, source.name);
    picture.table_at = found.table_at;
    picture.table_bytes = data_bytes_of(s, source.name);
    picture.tile_rows = tiling.side[1];
    picture.tile_pixels = tiling.side[0] * tiling.side[1] * tiling.side[2];
    picture.quantised = scaled;
    return picture;
}

FitsHeader read_fz_header(const ByteSource& source) { return read_headers(source).table.header; }

}  // namespace nightstack::io
