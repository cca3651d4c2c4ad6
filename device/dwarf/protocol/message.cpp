// SPDX-License-Identifier: MIT
#include "device/dwarf/protocol/message.h"

#include <algorithm>
#include <cmath>

namespace nightstack::device::dwarf {

Message& Message::set(std::string_view name, Value value) {
    const auto at = std::find_if(items_.begin(), items_.end(), [&](const Item& item) { return item.name == name; });
    if (at != items_.end())
        at->value = std::move(value);
    else
        items_.push_back({std::string(name), std::move(value)});
    return *this;
}

const Value* Message::find(std::string_view name) const {
    const auto at = std::find_if(items_.begin(), items_.end(), [&](const Item& item) { return item.name == name; });
    return at == items_.end() ? nullptr : &at->value;
}

std::optional<std::int64_t> Message::integer(std::string_view name) const {
    const Value* value = find(name);
    if (value == nullptr) return {};
    if (const auto* whole = std::get_if<std::int64_t>(value)) return *whole;
    const auto* real = std::get_if<double>(value);
    if (real == nullptr || std::trunc(*real) != *real || std::abs(*real) > 9e15) return {};
    return static_cast<std::int64_t>(*real);
}

std::optional<double> Message::number(std::string_view name) const {
    const Value* value = find(name);
    if (value == nullptr) return {};
    if (const auto* real = std::get_if<double>(value)) return *real;
    if (const auto* whole = std::get_if<std::int64_t>(value)) return static_cast<double>(*whole);
    return {};
}

std::optional<std::string> Message::text(std::string_view name) const {
    const Value* value = find(name);
    const auto* string = value == nullptr ? nullptr : std::get_if<std::string>(value);
    if (string == nullptr) return {};
    return *string;
}

}  // namespace nightstack::device::dwarf
