// SPDX-License-Identifier: MIT
// One message of the scope's API V1: a number and named values in the order of the wire. What the
// table does not know survives: a value we do not look into keeps its JSON text. Owns its strings;
// a plain value, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace nightstack::device::dwarf {

// An object, array or null inside a message, as JSON text.
struct RawJson {
    std::string text;
    bool operator==(const RawJson&) const = default;
};

using Value = std::variant<bool, std::int64_t, double, std::string, RawJson>;

struct Item {
    std::string name;  // case-sensitive: RA in 10011, ra in 11203
    Value value;
    bool operator==(const Item&) const = default;
};

class Message {
public:
    explicit Message(int interface) : interface_(interface) {}
    // Names must differ; a reader that has checked that saves looking for each.
    Message(int interface, std::vector<Item> items) : interface_(interface), items_(std::move(items)) {}

    int interface() const { return interface_; }
    const std::vector<Item>& items() const { return items_; }  // all but `interface`

    // Replaces the value of that name or appends it.
    Message& set(std::string_view name, Value value);
    Message& set(std::string_view name, bool value) { return set(name, Value(value)); }
    Message& set(std::string_view name, int value) { return set(name, Value(std::int64_t{value})); }
    Message& set(std::string_view name, std::int64_t value) { return set(name, Value(value)); }
    Message& set(std::string_view name, double value) { return set(name, Value(value)); }
    Message& set(std::string_view name, std::string value) { return set(name, Value(std::move(value))); }
    Message& set(std::string_view name, const char* value) { return set(name, Value(std::string(value))); }

    const Value* find(std::string_view name) const;  // null when absent
    // Absent or of another kind: nothing. A whole double counts as an integer, an integer as a number.
    std::optional<std::int64_t> integer(std::string_view name) const;
    std::optional<double> number(std::string_view name) const;
    std::optional<std::string> text(std::string_view name) const;

    bool operator==(const Message&) const = default;

private:
    int interface_;
    std::vector<Item> items_;
};

}  // namespace nightstack::device::dwarf
