// SPDX-License-Identifier: MIT
#include "io/fits/header.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

namespace nightstack::io {
namespace {

constexpr std::size_t kCard = 80;

std::string_view without_trailing_blanks(std::string_view text) {
    const std::size_t last = text.find_last_not_of(' ');
    return last == std::string_view::npos ? std::string_view{} : text.substr(0, last + 1);
}

void set_comment(FitsCard& card, std::string_view rest) {
    const std::size_t slash = rest.find('/');
    if (slash != std::string_view::npos) card.comment = trimmed(rest.substr(slash + 1));
}

// `field` is what follows the value indicator.
void set_value(FitsCard& card, std::string_view field) {
    const std::size_t start = field.find_first_not_of(' ');
    if (start == std::string_view::npos || field[start] != '\'') {
        card.kind = FitsCardKind::token;
        card.value = trimmed(field.substr(0, field.find('/')));
        set_comment(card, field);
        return;
    }
    card.kind = FitsCardKind::text;
    std::size_t i = start + 1;
    for (; i < field.size(); ++i) {
        if (field[i] == '\'') {
            if (i + 1 >= field.size() || field[i + 1] != '\'') break;
            ++i;  // a doubled quote is one quote
        }
        card.value += field[i];
    }
    card.value.resize(without_trailing_blanks(card.value).size());
    if (i < field.size()) set_comment(card, field.substr(i + 1));
}

bool parse_hierarch(FitsCard& card, std::string_view line) {
    const std::size_t equals = line.find('=');
    const std::string_view words = line.substr(8, equals == std::string_view::npos ? equals : equals - 8);
    if (equals == std::string_view::npos || words.find('\'') != std::string_view::npos) return false;
    card.key = trimmed(words);
    set_value(card, line.substr(equals + 1));
    return true;
}

FitsCard parse_card(std::string_view line) {
    FitsCard card;
    card.key = without_trailing_blanks(line.substr(0, 8));
    if (card.key == "HIERARCH" && parse_hierarch(card, line)) return card;
    const bool commentary = card.key.empty() || card.key == "COMMENT" || card.key == "HISTORY";
    if (!commentary && line.substr(8, 2) == "= ") {
        set_value(card, line.substr(10));
    } else {
        card.value = without_trailing_blanks(line.substr(8));
    }
    return card;
}

// Appends a CONTINUE card to the long string it belongs to; false when it belongs to none.
bool append_continued(FitsCard& previous, std::string_view line) {
    if (line.substr(0, 8) != "CONTINUE" || previous.kind != FitsCardKind::text) return false;
    if (previous.value.empty() || previous.value.back() != '&') return false;
    FitsCard more;
    set_value(more, line.substr(8));
    if (more.kind != FitsCardKind::text) return false;
    previous.value.pop_back();
    previous.value += more.value;
    if (!more.comment.empty()) previous.comment += (previous.comment.empty() ? "" : " ") + more.comment;
    return true;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(' ');
    return first == std::string_view::npos ? std::string_view{} : without_trailing_blanks(text.substr(first));
}

std::optional<double> parse_fits_number(std::string_view token) {
    std::string text(trimmed(token));
    if (text.starts_with('+') && !text.starts_with("+-")) text.erase(0, 1);
    // from_chars would take "inf" and "nan" as well
    if (text.find_first_not_of("+-.0123456789eEdD") != std::string::npos) return std::nullopt;
    std::ranges::replace(text, 'D', 'E');
    std::ranges::replace(text, 'd', 'e');
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

FitsHeader FitsHeader::parse(std::string_view cards) {
    FitsHeader header;
    for (std::size_t at = 0; at + kCard <= cards.size(); at += kCard) {
        const std::string_view line = cards.substr(at, kCard);
        if (!header.cards_.empty() && append_continued(header.cards_.back(), line)) continue;
        header.cards_.push_back(parse_card(line));
    }
    return header;
}

const FitsCard* FitsHeader::find(std::string_view key) const {
    const auto found = std::ranges::find_if(
        cards_, [&](const FitsCard& card) { return card.kind != FitsCardKind::commentary && card.key == key; });
    return found == cards_.end() ? nullptr : &*found;
}

std::optional<std::string> FitsHeader::text(std::string_view key) const {
    const FitsCard* card = find(key);
    if (card == nullptr) return std::nullopt;
    return card->value;
}

std::optional<double> FitsHeader::number(std::string_view key) const {
    const FitsCard* card = find(key);
    return card == nullptr ? std::nullopt : parse_fits_number(card->value);
}

std::optional<std::int64_t> FitsHeader::integer(std::string_view key) const {
    const FitsCard* card = find(key);
    if (card == nullptr) return std::nullopt;
    std::string_view token = trimmed(card->value);
    if (token.starts_with('+') && !token.starts_with("+-")) token.remove_prefix(1);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
    if (error == std::errc{} && end == token.data() + token.size()) return value;
    const std::optional<double> real = parse_fits_number(token);
    constexpr double kExact = 9007199254740992.0;  // 2^53
    if (!real || std::abs(*real) > kExact || *real != std::floor(*real)) return std::nullopt;
    return static_cast<std::int64_t>(*real);
}

std::optional<bool> FitsHeader::logical(std::string_view key) const {
    const FitsCard* card = find(key);
    if (card == nullptr || card->kind != FitsCardKind::token) return std::nullopt;
    if (card->value == "T") return true;
    if (card->value == "F") return false;
    return std::nullopt;
}

std::vector<std::string> FitsHeader::history() const {
    std::vector<std::string> lines;
    for (const FitsCard& card : cards_) {
        if (card.key == "HISTORY") lines.emplace_back(trimmed(card.value));
    }
    return lines;
}

}  // namespace nightstack::io
