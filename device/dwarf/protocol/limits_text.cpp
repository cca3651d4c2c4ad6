// SPDX-License-Identifier: MIT
#include "device/dwarf/protocol/limits_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace nightstack::device::dwarf {
namespace {

std::string choices_text(std::span<const Choice> choices) {
    std::string text;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (i > 0) text += i + 1 == choices.size() ? " or " : ", ";
        text += std::to_string(choices[i].value);
        if (!choices[i].meaning.empty()) text += " (" + std::string(choices[i].meaning) + ")";
    }
    return text;
}

}  // namespace

std::string number_text(double value) {
    if (std::trunc(value) == value && std::abs(value) < 1e15) return std::to_string(static_cast<std::int64_t>(value));
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return {text.data(), end};
}

std::string limits_text(const Limits& limits, std::string_view unit) {
    if (!limits.choices.empty()) return choices_text(limits.choices);
    std::string text;
    if (limits.low && limits.high)
        text = number_text(*limits.low) + " to " + number_text(*limits.high);
    else if (limits.low)
        text = "at least " + number_text(*limits.low);
    else if (limits.high)
        text = "at most " + number_text(*limits.high);
    if (!text.empty() && !unit.empty()) text += " " + std::string(unit);
    return text;
}

}  // namespace nightstack::device::dwarf
