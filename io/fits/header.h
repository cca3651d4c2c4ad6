// SPDX-License-Identifier: MIT
// A FITS header as typed values. Reading forgives what real programs write: free format, D
// exponents, missing or doubled quotes, CONTINUE, HIERARCH, numbers in quotes. The locale plays no part.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nightstack::io {

enum class FitsCardKind {
    text,        // quoted in the file; `value` is without quotes and trailing blanks
    token,       // number, logical or an unquoted word; `value` as written
    commentary,  // COMMENT, HISTORY, blank keyword and anything without "= "; `value` is the text
};

struct FitsCard {
    std::string key;  // HIERARCH words joined by blanks: "ESO DET ID"
    std::string value;
    std::string comment;
    FitsCardKind kind = FitsCardKind::commentary;
};

// Immutable after parse. Where a key stands twice, the first card counts. What is absent, of another
// type, not finite or too large for the type asked for is nullopt.
class FitsHeader {
public:
    FitsHeader() = default;
    // `cards`: whole 80-byte cards without END, printable ASCII. Never throws a FormatError.
    static FitsHeader parse(std::string_view cards);

    const std::vector<FitsCard>& cards() const { return cards_; }
    const FitsCard* find(std::string_view key) const;  // first card with a value; nullptr
    bool has(std::string_view key) const { return find(key) != nullptr; }

    std::optional<std::string> text(std::string_view key) const;  // also unquoted words and numbers
    std::optional<double> number(std::string_view key) const;
    std::optional<std::int64_t> integer(std::string_view key) const;  // "32768." counts too
    std::optional<bool> logical(std::string_view key) const;          // T or F
    std::vector<std::string> history() const;

private:
    std::vector<FitsCard> cards_;
};

// A whole number or floating-point token of a header ("1.5D3", "+5."), for values inside text as well.
std::optional<double> parse_fits_number(std::string_view token);

// `text` without blanks at both ends.
std::string_view trimmed(std::string_view text);

}  // namespace nightstack::io
