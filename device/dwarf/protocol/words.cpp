// SPDX-License-Identifier: MIT
#include "device/dwarf/protocol/words.h"

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
    std::array<char, 40> text{};
    const bool plain = std::abs(value) >= 1e-6 && std::abs(value) < 1e15;
    const auto format = plain ? std::chars_format::fixed : std::chars_format::general;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value, format).ptr;
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

std::string_view type_text(FieldType type) {
    switch (type) {
        case FieldType::integer: return "integer";
        case FieldType::real: return "number";
        case FieldType::text: return "text";
    }
    return "";
}

std::string_view cameras_text(Cameras cameras) {
    switch (cameras) {
        case Cameras::none: return "none";
        case Cameras::tele: return "0 (tele)";
        case Cameras::wide: return "1 (wide)";
        case Cameras::both: return "0 (tele) or 1 (wide)";
    }
    return "";
}

std::string answer_text(const Interface& row) {
    if (!row.request) return "comes unasked";
    std::string text;
    switch (row.answer) {
        case Answer::reply: text = "one message of the same number"; break;
        case Answer::progress: text = "messages of the same number until a final code"; break;
        case Answer::silent: text = "none"; break;
        case Answer::unknown: text = "not known"; break;
    }
    return row.pushed ? text + "; also comes unasked" : text;
}

}  // namespace nightstack::device::dwarf
