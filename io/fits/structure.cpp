// SPDX-License-Identifier: MIT
#include "io/fits/structure.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "io/fits/fits_error.h"
#include "io/fits/frame_info.h"

namespace nightstack::io {
namespace {

constexpr std::int64_t kMaxAxis = 16384;
constexpr std::int64_t kMaxOwnAxis = 65536;
constexpr std::int64_t kMaxPlanePixels = std::int64_t{1} << 28;
constexpr std::int64_t kMaxExtensionPlanes = 16;
constexpr std::size_t kMaxNaxis = 999;

[[noreturn]] void refuse(FitsFault fault, const std::string& name, const std::string& text) {
    throw FitsError(fault, name + ": " + text);
}

// The value of card `i`, which must be `key = value`.
std::string_view mandatory_token(const HeaderBlock& block, std::size_t i, std::string_view key,
                                 const std::string& name) {
    if (i >= block.count() || block.key(i) != key || block.card(i).substr(8, 2) != "= ") {
        const std::string found = i < block.count() ? std::string(trimmed(block.card(i).substr(0, 30))) : "END";
        refuse(FitsFault::header, name,
               "header card " + std::to_string(i + 1) + " is '" + found + "', " + std::string(key) + " = expected");
    }
    const std::string_view field = block.card(i).substr(10);
    return trimmed(field.substr(0, field.find('/')));
}

std::int64_t mandatory_integer(const HeaderBlock& block, std::size_t i, std::string_view key, const std::string& name) {
    const std::string_view whole = mandatory_token(block, i, key, name);
    const std::string_view token = whole.starts_with('+') && !whole.starts_with("+-") ? whole.substr(1) : whole;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
    if (error != std::errc{} || end != token.data() + token.size()) {
        refuse(FitsFault::header, name, std::string(key) + " = " + std::string(whole) + ", a whole number expected");
    }
    return value;
}

// Keywords that decide what the pixels are. A second card of these would make the reading depend on who reads.
constexpr std::string_view kOnce[] = {"SIMPLE", "BITPIX", "XTENSION", "BZERO", "BSCALE", "BLANK"};
constexpr std::size_t kOnlyInFront = 3;  // of them, those allowed among the mandatory cards alone

bool is_axis_key(std::string_view key) {
    return key.starts_with("NAXIS") && std::ranges::all_of(key.substr(5), [](char c) { return c >= '0' && c <= '9'; });
}

// A text that is never closed: what it says depends on who reads.
bool never_closed(std::string_view field) {
    const std::string_view text = trimmed(field);
    if (!text.starts_with('\'')) return false;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] != '\'') continue;
        if (i + 1 == text.size() || text[i + 1] != '\'') return false;
        ++i;  // a doubled quote is one quote
    }
    return true;
}

void check_once(const HeaderBlock& block, std::size_t first_free, const std::string& name) {
    std::array<int, std::size(kOnce)> seen{};
    for (std::size_t i = 0; i < block.count(); ++i) {
        const std::string_view key = block.key(i);
        const std::string where = " in header card " + std::to_string(i + 1);
        const std::string_view word = key.substr(0, key.find(' '));  // "BZERO  *" is a damaged BZERO, not another key
        const auto known = std::ranges::find(kOnce, word);
        const bool axis = is_axis_key(word);
        if (known == std::end(kOnce) && !axis) continue;
        const bool value = block.card(i).substr(8, 2) == "= ";
        if (word != key || !value) refuse(FitsFault::header, name, std::string(word) + " without '= '" + where);
        if (never_closed(block.card(i).substr(10)))
            refuse(FitsFault::header, name, std::string(word) + " has a quote that is never closed" + where);
        const auto k = static_cast<std::size_t>(known - std::begin(kOnce));
        const bool late = i >= first_free && (axis || k < kOnlyInFront);
        if (late || (!axis && ++seen[k] > 1))
            refuse(FitsFault::header, name, std::string(word) + " stands again" + where);
    }
}

void read_groups(HduStructure& s, const std::string& name) {
    s.groups = s.header.logical("GROUPS").value_or(false);
    for (const auto& [key, value] : {std::pair{"PCOUNT", &s.pcount}, std::pair{"GCOUNT", &s.gcount}}) {
        if (!s.header.has(key)) continue;
        const std::optional<std::int64_t> count = s.header.integer(key);
        if (!count || *count < 0) refuse(FitsFault::header, name, std::string(key) + " = " + *s.header.text(key));
        *value = *count;
    }
}

double scaling(const HduStructure& s, const char* key, double fallback, const std::string& name) {
    if (!s.header.has(key)) return fallback;
    const std::optional<double> value = s.header.number(key);
    if (!value) refuse(FitsFault::header, name, std::string(key) + " = " + *s.header.text(key) + ", a number expected");
    return *value;
}

void check_kind(const HduStructure& s, const std::string& name) {
    static constexpr int kBitpix[] = {8, 16, 32, 64, -32, -64};
    if (std::ranges::find(kBitpix, s.bitpix) == std::end(kBitpix)) {
        refuse(FitsFault::header, name,
               "BITPIX = " + std::to_string(s.bitpix) + ", 8, 16, 32, 64, -32 or -64 expected");
    }
    if (s.groups) refuse(FitsFault::axes, name, "random groups (GROUPS = T), a picture expected");
    if (s.pcount != 0 || s.gcount != 1) {
        refuse(FitsFault::axes, name,
               "PCOUNT = " + std::to_string(s.pcount) + ", GCOUNT = " + std::to_string(s.gcount) +
                   ", a picture has 0 and 1");
    }
}

void check_axes(const HduStructure& s, HduKind kind, const std::string& name) {
    const std::size_t n = s.axes.size();
    const auto axis = [&](std::size_t k) {
        return "NAXIS" + std::to_string(k + 1) + " = " + std::to_string(s.axes[k]);
    };
    if (n < 2 || n > 4) refuse(FitsFault::axes, name, "NAXIS = " + std::to_string(n) + ", 2 or 3 expected");
    const std::int64_t limit = is_own_product(s.header) ? kMaxOwnAxis : kMaxAxis;
    for (std::size_t k = 0; k < 2; ++k) {
        if (s.axes[k] < 1 || s.axes[k] > limit)
            refuse(FitsFault::axes, name, axis(k) + ", 1 to " + std::to_string(limit) + " expected");
    }
    if (s.axes[0] * s.axes[1] > kMaxPlanePixels) {
        refuse(FitsFault::axes, name,
               std::to_string(s.axes[0]) + " x " + std::to_string(s.axes[1]) + " pixels, at most " +
                   std::to_string(kMaxPlanePixels) + " expected");
    }
    const std::int64_t planes = n > 2 ? s.axes[2] : 1;
    const bool fits =
        kind == HduKind::primary ? planes == 1 || planes == 3 : planes >= 1 && planes <= kMaxExtensionPlanes;
    if (!fits && s.axes[0] == 3) refuse(FitsFault::axes, name, "NAXIS1 = 3: colours pixel by pixel, planes expected");
    if (!fits) refuse(FitsFault::axes, name, axis(2) + ", 1 or 3 planes expected");
    if (n > 3 && s.axes[3] != 1) refuse(FitsFault::axes, name, axis(3) + ", 1 expected");
}

}  // namespace

HduStructure read_structure(const HeaderBlock& block, HduKind kind, const std::string& name) {
    HduStructure s;
    s.header = FitsHeader::parse(block.cards);
    if (kind == HduKind::primary) {
        const std::string_view simple = mandatory_token(block, 0, "SIMPLE", name);
        if (simple != "T") refuse(FitsFault::header, name, "SIMPLE = " + std::string(simple) + ", T expected");
    } else {
        mandatory_token(block, 0, "XTENSION", name);
        s.extension = trimmed(s.header.cards().front().value);
    }
    const std::int64_t bitpix = mandatory_integer(block, 1, "BITPIX", name);
    s.bitpix = static_cast<int>(std::clamp<std::int64_t>(bitpix, -1000, 1000));
    const std::int64_t naxis = mandatory_integer(block, 2, "NAXIS", name);
    if (naxis < 0 || naxis > static_cast<std::int64_t>(kMaxNaxis)) {
        refuse(FitsFault::axes, name, "NAXIS = " + std::to_string(naxis) + ", 2 or 3 expected");
    }
    for (std::int64_t k = 0; k < naxis; ++k) {
        const std::size_t at = 3 + static_cast<std::size_t>(k);
        s.axes.push_back(mandatory_integer(block, at, "NAXIS" + std::to_string(k + 1), name));
    }
    check_once(block, 3 + s.axes.size(), name);
    read_groups(s, name);
    return s;
}

std::uint64_t data_bytes_of(const HduStructure& s, const std::string& name) {
    if (s.axes.empty()) return 0;
    // long double holds 64 bits exactly, and an overflow is large instead of wrapped
    long double samples = 1;
    for (const std::int64_t length : s.axes) {
        if (length < 0) refuse(FitsFault::axes, name, "an axis of " + std::to_string(length) + " pixels");
        samples *= static_cast<long double>(length);
    }
    const long double bytes = std::abs(static_cast<long double>(s.bitpix)) / 8 * static_cast<long double>(s.gcount) *
                              (static_cast<long double>(s.pcount) + samples);
    if (!(bytes <= 0x1p62L)) refuse(FitsFault::axes, name, "a header that announces more than 2^62 bytes");
    return static_cast<std::uint64_t>(bytes);
}

FitsLayout picture_layout(const HduStructure& s, HduKind kind, std::uint64_t data_at, const std::string& name) {
    check_kind(s, name);
    check_axes(s, kind, name);
    FitsLayout layout;
    layout.bitpix = s.bitpix;
    layout.width = static_cast<int>(s.axes[0]);
    layout.height = static_cast<int>(s.axes[1]);
    layout.planes = s.axes.size() > 2 ? static_cast<int>(s.axes[2]) : 1;
    layout.bzero = scaling(s, "BZERO", 0, name);
    layout.bscale = scaling(s, "BSCALE", 1, name);
    if (layout.bscale == 0) refuse(FitsFault::header, name, "BSCALE = 0");
    if (s.bitpix > 0 && s.header.has("BLANK")) {
        layout.blank = s.header.integer("BLANK");
        if (!layout.blank)
            refuse(FitsFault::header, name, "BLANK = " + *s.header.text("BLANK") + ", a whole number expected");
    }
    layout.data_at = data_at;
    layout.data_bytes = data_bytes_of(s, name);
    return layout;
}

}  // namespace nightstack::io
