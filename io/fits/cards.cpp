// SPDX-License-Identifier: MIT
#include "io/fits/cards.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "io/files/file.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

constexpr std::size_t kCard = 80;
constexpr std::size_t kLongest = 68;  // characters between the quotes of one card

bool valid_key(std::string_view key) {
    return !key.empty() && key.size() <= 8 && std::ranges::all_of(key, [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

// Written by the writer itself, or true only of the file they came from.
bool of_one_file(std::string_view key) {
    static constexpr std::string_view kKeys[] = {"SIMPLE",  "XTENSION", "BITPIX", "EXTEND",  "PCOUNT",
                                                 "GCOUNT",  "GROUPS",   "BZERO",  "BSCALE",  "BLANK",
                                                 "EXTNAME", "DATASUM",  "END",    "NEXTEND", "CHECKSUM"};
    return key.starts_with("NAXIS") || std::ranges::find(kKeys, key) != std::end(kKeys);
}

std::string key_field(std::string_view key) {
    if (!valid_key(key)) throw OptionError("not a FITS keyword: " + printable(std::string(key)));
    std::string field(key);
    field.resize(8, ' ');
    return field + "= ";
}

// One '?' for each character of UTF-8 that is not printable ASCII.
std::string ascii(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0) == 0x80) continue;  // the rest of a longer sequence
        out += byte >= 32 && byte <= 126 ? c : '?';
    }
    return out;
}

std::string card_with(std::string field, std::string_view comment) {
    if (!comment.empty() && field.size() + 4 < kCard) {
        if (field.size() < 30) field.resize(30, ' ');
        field += " / " + ascii(comment);
    }
    field.resize(kCard, ' ');
    return field;
}

// `value` with quotes doubled, cut into pieces of at most `room` characters, never inside a pair.
std::string next_piece(std::string_view& value, std::size_t room) {
    std::string piece;
    while (!value.empty()) {
        const std::size_t size = value.front() == '\'' ? 2 : 1;
        if (piece.size() + size > room) break;
        piece.append(size, value.front());
        value.remove_prefix(1);
    }
    return piece;
}

std::size_t quoted_size(std::string_view value) {
    return value.size() + static_cast<std::size_t>(std::ranges::count(value, '\''));
}

std::string number_token(double value) {
    if (!std::isfinite(value)) return {};  // a keyword without value is how FITS says "undefined"
    std::array<char, 40> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    std::string token(buffer.data(), end);
    std::ranges::replace(token, 'e', 'E');
    if (token.find_first_of(".E") == std::string::npos) token += '.';
    return token;
}

}  // namespace

FitsCards& FitsCards::text(std::string_view key, std::string_view value, std::string_view comment) {
    const std::string clean = ascii(value);
    std::string_view rest = clean;
    std::string field = key_field(key);
    while (quoted_size(rest) > kLongest) {
        bytes_ += card_with(field + "'" + next_piece(rest, kLongest - 1) + "&'", {});
        field = "CONTINUE  ";
    }
    std::string last = next_piece(rest, kLongest);
    if (last.size() < 8) last.resize(8, ' ');
    bytes_ += card_with(field + "'" + last + "'", comment);
    return *this;
}

FitsCards& FitsCards::number(std::string_view key, double value, std::string_view comment) {
    append_token(key, number_token(value), comment);
    return *this;
}

FitsCards& FitsCards::integer(std::string_view key, std::int64_t value, std::string_view comment) {
    append_token(key, std::to_string(value), comment);
    return *this;
}

FitsCards& FitsCards::logical(std::string_view key, bool value, std::string_view comment) {
    append_token(key, value ? "T" : "F", comment);
    return *this;
}

FitsCards& FitsCards::history(std::string_view text) {
    append_words("HISTORY ", text);
    return *this;
}

FitsCards& FitsCards::comment(std::string_view text) {
    append_words("COMMENT ", text);
    return *this;
}

FitsCards& FitsCards::blank() {
    bytes_.append(kCard, ' ');
    return *this;
}

FitsCards& FitsCards::add(const FitsCards& other) {
    bytes_ += other.bytes_;
    return *this;
}

bool FitsCards::copy(const FitsCard& card) {
    if (card.kind == FitsCardKind::commentary) {
        if (card.key != "HISTORY" && card.key != "COMMENT") return false;
        append_words(card.key + " ", card.value);
        return true;
    }
    if (!valid_key(card.key) || of_one_file(card.key)) return false;
    if (card.kind == FitsCardKind::text) {
        text(card.key, card.value, card.comment);
    } else {
        append_token(card.key, ascii(card.value), card.comment);
    }
    return true;
}

void FitsCards::append_token(std::string_view key, std::string_view token, std::string_view comment) {
    std::string field = key_field(key);
    if (token.size() < 20) field.append(20 - token.size(), ' ');
    bytes_ += card_with(field.append(token), comment);
}

void FitsCards::append_words(std::string_view key, std::string_view text) {
    const std::string clean = ascii(text);
    std::string_view rest = clean;
    const std::size_t room = kCard - key.size();
    do {
        std::size_t length = std::min(rest.size(), room);
        if (rest.size() > room) {
            const std::size_t blank = rest.rfind(' ', room);
            if (blank != std::string_view::npos && blank > 0) length = blank;
        }
        bytes_ += card_with(std::string(key).append(rest.substr(0, length)), {});
        rest.remove_prefix(length);
        if (rest.starts_with(' ')) rest.remove_prefix(1);
    } while (!rest.empty());
}

}  // namespace nightstack::io
