// SPDX-License-Identifier: MIT
#include "tools/solve/star_table.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "io/files/output_file.h"
#include "io/fits/byte_source.h"
#include "io/fits/cards.h"
#include "io/fits/header.h"
#include "io/fits/header_block.h"
#include "pipeline/core/error.h"

namespace nightstack::tools {
namespace {

constexpr std::int64_t kMostRows = 100'000;
constexpr std::int64_t kMostRowBytes = 4096;

std::string header_unit(const std::string& first, const io::FitsCards& cards) {
    std::string bytes = first + cards.bytes();
    bytes += "END";
    bytes.resize((bytes.size() + io::kFitsBlock - 1) / io::kFitsBlock * io::kFitsBlock, ' ');
    return bytes;
}

std::string padded_card(std::string text) {
    text.resize(io::kFitsCard, ' ');
    return text;
}

void append_double(std::string& bytes, double value) {
    auto bits = std::bit_cast<std::uint64_t>(value);
    for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(bits >> shift & 0xFF);
}

double double_at(const std::byte* p) {
    std::uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits = bits << 8 | std::to_integer<std::uint64_t>(p[i]);
    return std::bit_cast<double>(bits);
}

// Bytes of one column of a TFORM such as "1D", "J", "16A"; 0 for forms we do not know.
std::int64_t column_bytes(const std::string& form) {
    std::size_t digits = 0;
    std::int64_t repeat = 0;
    while (digits < form.size() && digits < 5 && form[digits] >= '0' && form[digits] <= '9')
        repeat = repeat * 10 + (form[digits++] - '0');
    if (digits == 0) repeat = 1;
    if (digits >= form.size()) return 0;
    switch (form[digits]) {
        case 'L':
        case 'B':
        case 'A': return repeat;
        case 'I': return 2 * repeat;
        case 'J':
        case 'E': return 4 * repeat;
        case 'K':
        case 'D': return 8 * repeat;
        default: return 0;
    }
}

[[noreturn]] void refuse(const io::ByteSource& source, const std::string& what) {
    throw FormatError(source.name + ": " + what);
}

// Where in a row the column of doubles of that name begins.
std::int64_t offset_of(const io::FitsHeader& header, const std::string& name, std::int64_t row_bytes,
                       const io::ByteSource& source) {
    const std::int64_t fields = header.integer("TFIELDS").value_or(0);
    std::int64_t offset = 0;
    for (std::int64_t i = 1; i <= fields && i <= 99; ++i) {
        const std::string form = header.text("TFORM" + std::to_string(i)).value_or("");
        const std::int64_t bytes = column_bytes(form);
        if (bytes == 0 || offset + bytes > row_bytes) refuse(source, "TFORM" + std::to_string(i) + " is not usable");
        if (header.text("TTYPE" + std::to_string(i)).value_or("") == name) {
            if (form != "1D" && form != "D") refuse(source, "column " + name + " holds no doubles");
            return offset;
        }
        offset += bytes;
    }
    refuse(source, "no column " + name);
}

}  // namespace

void write_star_table(const std::filesystem::path& path, std::span<const Star> stars) {
    io::FitsCards primary;
    primary.integer("BITPIX", 8).integer("NAXIS", 0).logical("EXTEND", true);
    io::FitsCards table;
    table.integer("BITPIX", 8).integer("NAXIS", 2).integer("NAXIS1", 24);
    table.integer("NAXIS2", static_cast<std::int64_t>(stars.size())).integer("PCOUNT", 0).integer("GCOUNT", 1);
    table.integer("TFIELDS", 3);
    table.text("TTYPE1", "X").text("TFORM1", "1D").text("TTYPE2", "Y").text("TFORM2", "1D");
    table.text("TTYPE3", "FLUX").text("TFORM3", "1D");
    std::string bytes = header_unit(padded_card("SIMPLE  =                    T"), primary) +
                        header_unit(padded_card("XTENSION= 'BINTABLE'"), table);
    for (const Star& star : stars) {
        for (const double value : {star.x + 1, star.y + 1, star.flux}) append_double(bytes, value);
    }
    bytes.resize((bytes.size() + io::kFitsBlock - 1) / io::kFitsBlock * io::kFitsBlock, '\0');
    io::OutputFile file(path);
    file.append(bytes);
    file.publish();
}

std::vector<CatalogueMatch> read_matches(const std::filesystem::path& path) {
    const io::ByteSource source = io::file_source(path);
    std::vector<std::string> warnings;
    const io::HeaderBlock primary = io::read_header_block(source, 0, warnings);
    if (io::FitsHeader::parse(primary.cards).integer("NAXIS") != 0) refuse(source, "a table expected");
    const io::HeaderBlock block = io::read_header_block(source, primary.data_at, warnings);
    const io::FitsHeader header = io::FitsHeader::parse(block.cards);
    const std::int64_t rows = header.integer("NAXIS2").value_or(-1);
    const std::int64_t row_bytes = header.integer("NAXIS1").value_or(-1);
    if (header.text("XTENSION") != "BINTABLE" || rows < 0 || rows > kMostRows || row_bytes < 1 ||
        row_bytes > kMostRowBytes || block.data_at > source.size ||
        static_cast<std::uint64_t>(rows * row_bytes) > source.size - block.data_at)
        refuse(source, "not a table of sensible size");
    const std::int64_t at[] = {
        offset_of(header, "field_x", row_bytes, source), offset_of(header, "field_y", row_bytes, source),
        offset_of(header, "index_ra", row_bytes, source), offset_of(header, "index_dec", row_bytes, source)};
    std::vector<std::byte> bytes(static_cast<std::size_t>(rows * row_bytes));
    source.read_at(bytes, block.data_at);
    std::vector<CatalogueMatch> matches;
    for (std::int64_t row = 0; row < rows; ++row) {
        const auto value = [&](int i) { return double_at(bytes.data() + row * row_bytes + at[i]); };
        const CatalogueMatch m{{value(0) - 1, value(1) - 1}, {value(2), value(3)}};
        const bool sane = std::abs(m.star.x) < 1e6 && std::abs(m.star.y) < 1e6 && m.catalogue.ra_deg >= 0 &&
                          m.catalogue.ra_deg <= 360 && std::abs(m.catalogue.dec_deg) <= 90;
        if (!sane) refuse(source, "row " + std::to_string(row + 1) + " lies nowhere");
        matches.push_back(m);
    }
    return matches;
}

}  // namespace nightstack::tools
