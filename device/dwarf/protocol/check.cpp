// SPDX-License-Identifier: MIT
#include "device/dwarf/protocol/check.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include "device/dwarf/protocol/interface_table.h"
#include "device/dwarf/protocol/quirks.h"
#include "device/dwarf/protocol/words.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::device::dwarf {
namespace {

std::string heading(const Interface& row, std::string_view field) {
    return std::string(row.key) + " (" + std::to_string(row.number) + "): " + std::string(field) + " ";
}

std::string shown(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return "\"" + printable(text->substr(0, 60)) + "\"";
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
    if (const auto* real = std::get_if<double>(&value)) return number_text(*real);
    return "nested JSON";
}

[[noreturn]] void refuse(const Interface& row, const Field& field, const Value& value, const std::string& expected) {
    throw OptionError(heading(row, field.name) + "is " + shown(value) + ", " + expected + " expected");
}

constexpr std::size_t kMaxText = 255;

bool fits_int32(std::int64_t value) { return value >= INT32_MIN && value <= INT32_MAX; }

// Names become files on the card: nothing that leaves their folder, nothing that cannot be typed.
void check_text(const Interface& row, const Field& field, const Value& value) {
    const auto& text = std::get<std::string>(value);
    if (text.size() > kMaxText) refuse(row, field, value, "at most " + std::to_string(kMaxText) + " bytes");
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 32 || c == 127)
            refuse(row, field, value, "a text without control characters");
    }
    const bool file = field.name == "name" || field.name == "path" || field.name == "imgPath";
    if (file && (text.empty() || text[0] == '.' || text.find_first_of("/\\") != std::string::npos))
        refuse(row, field, value, "a file name without slashes");
    if (field.name == "date" && !utc_of_date(text)) refuse(row, field, value, "YYYY-MM-DD hh:mm:ss");
}

void check_type(const Interface& row, const Field& field, const Message& request, const Value& value) {
    switch (field.type) {
        case FieldType::integer:
            if (!request.integer(field.name) || !fits_int32(*request.integer(field.name)))
                refuse(row, field, value, "a whole number of 32 bits");
            break;
        case FieldType::real:
            if (!request.number(field.name) || !std::isfinite(*request.number(field.name)))
                refuse(row, field, value, "a number");
            break;
        case FieldType::text:
            if (!request.text(field.name)) refuse(row, field, value, "a text");
            check_text(row, field, value);
            break;
    }
}

void check_field(const Interface& row, const Field& field, const Message& request) {
    const Value* value = request.find(field.name);
    if (value == nullptr) {
        if (field.required) throw OptionError(heading(row, field.name) + "is missing");
        return;
    }
    check_type(row, field, request, *value);
    const bool wide = lens_of(request) == Lens::wide && field.wide.has_value();
    const Limits& limits = wide ? *field.wide : field.limits;
    const auto number = request.number(field.name);
    if (number && !allows(limits, *number)) refuse(row, field, *value, limits_text(limits, field.unit));
}

void check_camera(const Interface& row, const Message& request) {
    if (row.cameras == Cameras::none) return;
    const auto camera = request.integer("camId");
    if (!camera) throw OptionError(heading(row, "camId") + "is missing (0 tele, 1 wide)");
    const bool tele = *camera == 0 && row.cameras != Cameras::wide;
    const bool wide = *camera == 1 && row.cameras != Cameras::tele;
    if (tele || wide) return;
    const std::string_view allowed = row.cameras == Cameras::both   ? "0 (tele) or 1 (wide)"
                                     : row.cameras == Cameras::tele ? "0 (tele)"
                                                                    : "1 (wide)";
    throw OptionError(heading(row, "camId") + "is " + std::to_string(*camera) + ", " + std::string(allowed) +
                      " expected");
}

void check_names(const Interface& row, const Message& request) {
    for (const Item& item : request.items()) {
        if (item.name == "camId") continue;
        const bool known = std::any_of(row.request_fields.begin(), row.request_fields.end(),
                                       [&](const Field& field) { return field.name == item.name; });
        if (!known)
            throw OptionError(heading(row, printable(item.name.substr(0, 40))) +
                              "is no field of this command (names are case-sensitive)");
    }
}

void check_speed(const Interface& row, const Message& request, std::string_view speed, std::string_view subdivision) {
    const auto asked = request.integer(speed);
    const auto step = request.integer(subdivision);
    if (asked && step && *asked > 1000 * *step)
        throw OptionError(heading(row, speed) + "is " + std::to_string(*asked) + ", at most " +
                          std::to_string(1000 * *step) + " (1000 times " + std::string(subdivision) + ") expected");
}

void check_motor(const Interface& row, const Message& request) {
    check_speed(row, request, "speed", "mStep");
    const auto pulse = request.integer("pulse");
    if (!pulse) {
        if (request.integer("mode") == 2) throw OptionError(heading(row, "pulse") + "is missing in pulse mode");
        return;
    }
    if (motor_of(request) == Motor::focus) return;  // moved by single pulses in a real client
    const bool fine = request.integer("mStep").value_or(1) > 32;
    const std::int64_t least = fine ? 5 : 2;
    if (*pulse < least)
        throw OptionError(heading(row, "pulse") + "is " + std::to_string(*pulse) + ", at least " +
                          std::to_string(least) + " expected with mStep " + (fine ? "above 32" : "up to 32"));
}

void check_joined_rules(const Interface& row, const Message& request) {
    switch (row.number) {
        case 10011:
            if (const auto name = request.text("name"); name && !well_named(NameKind::raw, *name))
                throw OptionError(heading(row, "name") + "is \"" + printable(name->substr(0, 80)) +
                                  "\", DWARF_RAW_ and 8 to 20 digits expected: the vendor's album hides other names");
            break;
        case 10026:
            if (request.find("darkExp") == nullptr && request.find("darkExposure") == nullptr)
                throw OptionError(heading(row, "darkExposure") + "is missing (or darkExp)");
            break;
        case 10100: check_motor(row, request); break;
        case 10103:
            check_speed(row, request, "speed1", "mStep1");
            check_speed(row, request, "speed2", "mStep2");
            break;
        case 11203:
            if (request.find("planet") == nullptr && (request.find("ra") == nullptr || request.find("dec") == nullptr))
                throw OptionError(heading(row, "ra and dec") + "are missing (or planet)");
            break;
        default: break;
    }
}

}  // namespace

bool allows(const Limits& limits, double number) {
    if (!limits.choices.empty()) {
        return std::any_of(limits.choices.begin(), limits.choices.end(),
                           [&](const Choice& choice) { return choice.value == number; });
    }
    return !(limits.low && number < *limits.low) && !(limits.high && number > *limits.high);
}

void check_request(const Message& request, Unknown unknown) {
    const Interface* row = find_interface(request.interface());
    if (row == nullptr) {
        if (unknown == Unknown::allowed) return;
        throw OptionError("interface " + std::to_string(request.interface()) + ": not in the table of this API");
    }
    if (!row->offered)
        throw OptionError(std::string(row->key) + " (" + std::to_string(row->number) +
                          "): nightstack never sends a firmware update; use the vendor's app");
    if (!row->request)
        throw OptionError(std::string(row->key) + " (" + std::to_string(row->number) +
                          "): sent by the scope only, not a request");
    check_camera(*row, request);
    for (const Field& field : row->request_fields) check_field(*row, field, request);
    if (unknown == Unknown::refused) check_names(*row, request);
    check_joined_rules(*row, request);
}

}  // namespace nightstack::device::dwarf
