// SPDX-License-Identifier: MIT
// What can be read of a device and set on it, as data: one row per property, one value type for
// all. Shared by the scope and later by a dock. Reading and writing text follow the row, so that a
// user's "auto", "1/400" or "on" means the same everywhere. Rows are constant data, values are plain;
// any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace nightstack::device {

enum class PropertyType { flag, integer, real, text, choice };
enum class Access { read, write, read_write };

// A word a value may have. Of a `choice` these are the only values; of a number they stand beside the
// range ("auto").
struct PropertyWord {
    std::string_view word;
    std::string_view text;  // what it means, "" when the word says it
};

// A flag is a bool, a choice and every word of a number a string.
using PropertyValue = std::variant<bool, std::int64_t, double, std::string>;

struct Property {
    std::string_view id;  // "tele.exposure"
    PropertyType type = PropertyType::integer;
    std::string_view unit;      // "" none
    std::optional<double> low;  // of numbers
    std::optional<double> high;
    double step = 0;  // 0: any value of the range
    std::span<const PropertyWord> words;
    Access access = Access::read;
    std::string_view text;  // one clause for people

    bool readable() const { return access != Access::write; }
    bool writable() const { return access != Access::read; }
};

class PropertyTable {
public:
    explicit constexpr PropertyTable(std::span<const Property> rows) : rows_(rows) {}
    std::span<const Property> rows() const { return rows_; }
    const Property* find(std::string_view id) const;  // null when unknown
    // Throws OptionError that names near rows when there is none.
    const Property& at(std::string_view id) const;

private:
    std::span<const Property> rows_;
};

// Whether the value is of the row's type and inside its range; throws OptionError that names the row and
// what it takes. A whole number passes as a real one.
void check_value(const Property& property, const PropertyValue& value);

// From a user's text: "auto", "80", "1/400", "on". Throws OptionError as above.
PropertyValue parse_value(const Property& property, std::string_view text);

// "1.5 s", "auto", "on": with the unit, for people. Words of a device are as they came; escape before a terminal.
std::string format_value(const Property& property, const PropertyValue& value);

// "0 to 240 in steps of 10, or auto".
std::string describe_range(const Property& property);

}  // namespace nightstack::device
