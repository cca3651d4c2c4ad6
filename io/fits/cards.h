// SPDX-License-Identifier: MIT
// Builds the cards of a FITS header to be written: fixed format, ASCII, locale-independent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "io/fits/header.h"

namespace nightstack::io {

// Keys are at most 8 of A-Z 0-9 - _ (OptionError otherwise). Characters outside printable ASCII
// become '?', one each. Comments are cut where the card ends, values never.
class FitsCards {
public:
    FitsCards& text(std::string_view key, std::string_view value, std::string_view comment = {});  // CONTINUE if long
    FitsCards& number(std::string_view key, double value, std::string_view comment = {});  // shortest that reads back
    FitsCards& integer(std::string_view key, std::int64_t value, std::string_view comment = {});
    FitsCards& logical(std::string_view key, bool value, std::string_view comment = {});
    FitsCards& history(std::string_view text);  // split into as many cards as it needs
    FitsCards& comment(std::string_view text);
    FitsCards& blank();
    FitsCards& add(const FitsCards& other);
    // A card of another file, with its own words. False for keys that cannot be written or that describe the
    // other file's bytes (BITPIX, NAXISn, BZERO, CHECKSUM ...).
    bool copy(const FitsCard& card);

    std::size_t count() const { return bytes_.size() / 80; }
    const std::string& bytes() const { return bytes_; }  // count() * 80, without END

private:
    void append_token(std::string_view key, std::string_view token, std::string_view comment);
    void append_words(std::string_view key, std::string_view text);
    std::string bytes_;
};

}  // namespace nightstack::io
