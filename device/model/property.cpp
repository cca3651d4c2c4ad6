// SPDX-License-Identifier: MIT
#include "device/model/property.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "pipeline/core/error.h"

namespace nightstack::device {
namespace {

std::string digits(double value) {
    char text[64];
    const bool plain = value == 0 || (std::abs(value) >= 1e-6 && std::abs(value) < 1e15);
    const auto form = plain ? std::chars_format::fixed : std::chars_format::general;
    const auto end = std::to_chars(text, text + sizeof text, value, form);
    return {text, end.ptr};
}

template <class Number>
std::optional<Number> whole_text(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return value;
}

// "0.0025", "1/400", "15s" when the unit is s.
std::optional<double> real_text(std::string_view text, std::string_view unit) {
    if (!unit.empty() && text.size() > unit.size() && text.ends_with(unit)) text.remove_suffix(unit.size());
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    const std::size_t bar = text.find('/');
    if (bar == std::string_view::npos) return whole_text<double>(text);
    const auto over = whole_text<double>(text.substr(0, bar));
    const auto under = whole_text<double>(text.substr(bar + 1));
    if (!over || !under || *under == 0) return {};
    return *over / *under;
}

bool has_word(const Property& property, std::string_view word) {
    return std::any_of(property.words.begin(), property.words.end(), [&](const auto& w) { return w.word == word; });
}

[[noreturn]] void refuse(const Property& property, const std::string& shown) {
    throw OptionError(std::string(property.id) + ": " + shown + " is not possible; it takes " +
                      describe_range(property));
}

bool in_range(const Property& property, double value) {
    if (!std::isfinite(value)) return false;
    if (property.low && value < *property.low) return false;
    if (property.high && value > *property.high) return false;
    if (property.step <= 0) return true;
    const double steps = (value - property.low.value_or(0)) / property.step;
    return std::abs(steps - std::round(steps)) < 1e-9;
}

bool fits(const Property& property, const PropertyValue& value) {
    if (const auto* text = std::get_if<std::string>(&value))
        return property.type == PropertyType::text || has_word(property, *text);
    if (property.type == PropertyType::flag) return std::holds_alternative<bool>(value);
    if (const auto* whole = std::get_if<std::int64_t>(&value))
        return (property.type == PropertyType::integer || property.type == PropertyType::real) &&
               in_range(property, static_cast<double>(*whole));
    const auto* real = std::get_if<double>(&value);
    return real != nullptr && property.type == PropertyType::real && in_range(property, *real);
}

std::string listed(std::span<const PropertyWord> words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
        text += words[i].word;
    }
    return text;
}

}  // namespace

const Property* PropertyTable::find(std::string_view id) const {
    const auto at = std::find_if(rows_.begin(), rows_.end(), [&](const Property& p) { return p.id == id; });
    return at == rows_.end() ? nullptr : &*at;
}

const Property& PropertyTable::at(std::string_view id) const {
    if (const Property* found = find(id)) return *found;
    std::string near;
    for (const Property& property : rows_) {
        const bool inside = property.id.find(id) != std::string_view::npos;
        if (!id.empty() && inside) near += (near.empty() ? "; did you mean " : ", ") + std::string(property.id);
    }
    throw OptionError("no property \"" + std::string(id.substr(0, 60)) + "\"" + near);
}

void check_value(const Property& property, const PropertyValue& value) {
    if (!fits(property, value)) refuse(property, format_value(property, value));
}

PropertyValue parse_value(const Property& property, std::string_view text) {
    PropertyValue value = std::string(text);
    if (property.type == PropertyType::flag) {
        if (text == "on" || text == "1" || text == "true") value = true;
        if (text == "off" || text == "0" || text == "false") value = false;
    } else if (property.type == PropertyType::integer) {
        if (const auto whole = whole_text<std::int64_t>(text)) value = *whole;
    } else if (property.type == PropertyType::real) {
        if (const auto real = real_text(text, property.unit)) value = *real;
    }
    if (!fits(property, value)) refuse(property, "\"" + std::string(text.substr(0, 60)) + "\"");
    return value;
}

std::string format_value(const Property& property, const PropertyValue& value) {
    if (const auto* word = std::get_if<std::string>(&value)) return *word;
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "on" : "off";
    const auto* whole = std::get_if<std::int64_t>(&value);
    std::string text = whole != nullptr ? std::to_string(*whole) : digits(std::get<double>(value));
    if (!property.unit.empty()) text += " " + std::string(property.unit);
    return text;
}

std::string describe_range(const Property& property) {
    if (property.type == PropertyType::flag) return "on or off";
    if (property.type == PropertyType::choice) return listed(property.words);
    if (property.type == PropertyType::text) return "a text";
    std::string text = property.type == PropertyType::integer ? "a whole number" : "a number";
    if (property.low && property.high) text = digits(*property.low) + " to " + digits(*property.high);
    if (!property.unit.empty()) text += " " + std::string(property.unit);
    if (property.step > 0) text += " in steps of " + digits(property.step);
    if (!property.words.empty()) text += ", or " + listed(property.words);
    return text;
}

}  // namespace nightstack::device
