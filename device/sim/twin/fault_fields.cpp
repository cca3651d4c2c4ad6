// SPDX-License-Identifier: MIT
#include "device/sim/twin/fault_fields.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::device::sim {
namespace {

[[noreturn]] void refuse(const FaultField& field, const std::string& what) {
    throw OptionError(field.where + ": " + printable(field.key.substr(0, 60)) + " " + what);
}

std::string word(const FaultField& field) {
    if (!std::holds_alternative<std::string>(field.value)) refuse(field, "must be text");
    return std::get<std::string>(field.value);
}

bool yes_or_no(const FaultField& field) {
    if (!std::holds_alternative<bool>(field.value)) refuse(field, "must be true or false");
    return std::get<bool>(field.value);
}

bool has_word(std::string_view rest, std::string_view arg) {
    while (!rest.empty()) {
        const std::string_view one = rest.substr(0, rest.find(' '));
        if (one == arg) return true;
        rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    }
    return false;
}

constexpr double kYear_s = 366.0 * 86400;

// What strikes pictures and their files.
void read_picture_arg(const FaultField& field, FaultArgs& args) {
    if (field.key == "loss") args.loss = number_of(field, 0, 1);
    if (field.key == "trails") args.trails = whole_of(field, 1, 20);
    if (field.key == "px") args.px = number_of(field, 0, 200);
    if (field.key == "px_s") args.px_s = number_of(field, -50, 50);
    if (field.key == "share") args.share = number_of(field, 0, 1);
    if (field.key == "pieces") args.pieces = whole_of(field, 1, 1000);
}

void read_arg(const FaultField& field, const FaultName& name, FaultArgs& args) {
    if (!has_word(name.args, field.key))
        refuse(field, "is no argument of " + std::string(name.name) +
                          (name.args.empty() ? " (it takes none)" : " (it takes: " + std::string(name.args) + ")"));
    if (field.key == "ms") args.ms = whole_of(field, 0, 3'600'000);
    if (field.key == "interface") args.interface = whole_of(field, 0, 999'999);
    if (field.key == "code") args.code = whole_of(field, -100'000, 100'000);
    if (field.key == "value") args.value = whole_of(field, -1'000'000, 1'000'000);
    if (field.key == "how") {
        const std::string how = word(field);
        if (how != "close" && how != "drop") refuse(field, "must be \"close\" or \"drop\"");
        args.drop = how == "drop";
    }
    if (field.key == "deaf") args.deaf = yes_or_no(field);
    if (field.key == "pongs") args.pongs = yes_or_no(field);
    read_picture_arg(field, args);
}

// What can never come to pass is refused, not waited for.
void check_occasion(const FaultField& field, const FaultName& name) {
    const bool bound = field.key == "frame" || field.key == "interface" || field.key == "for_s";
    if (bound && !has_word(name.occasions, field.key)) refuse(field, "has no meaning for " + std::string(name.name));
    if (field.key != "interface" || name.numbers.empty()) return;
    const int number = whole_of(field, 0, 999'999);
    if (std::ranges::find(name.numbers, number) == name.numbers.end())
        refuse(field, "is " + std::to_string(number) + ", which " + std::string(name.name) + " does not concern");
}

bool read_key(const FaultField& field, Fault& fault) {
    if (field.key == "name") return true;
    if (field.key == "at")
        fault.at_s = number_of(field, 0, kYear_s);
    else if (field.key == "frame")
        fault.frame = whole_of(field, 1, 1'000'000);
    else if (field.key == "interface")
        fault.interface = whole_of(field, 0, 999'999);
    else if (field.key == "count")
        fault.count = whole_of(field, 1, 1'000'000);
    else if (field.key == "probability")
        fault.probability = number_of(field, 0, 1);
    else if (field.key == "for_s")
        fault.for_s = number_of(field, 0.001, kYear_s);
    else
        return false;
    return true;
}

}  // namespace

double number_of(const FaultField& field, double low, double high) {
    double value = std::numeric_limits<double>::quiet_NaN();
    if (const auto* whole = std::get_if<std::int64_t>(&field.value)) value = static_cast<double>(*whole);
    if (const auto* real = std::get_if<double>(&field.value)) value = *real;
    if (std::isnan(value)) refuse(field, "must be a number");
    if (!(value >= low && value <= high))
        refuse(field,
               "is " + std::to_string(value) + ", expected " + std::to_string(low) + " to " + std::to_string(high));
    return value;
}

int whole_of(const FaultField& field, int low, int high) {
    if (!std::holds_alternative<std::int64_t>(field.value)) refuse(field, "must be a whole number");
    const std::int64_t value = std::get<std::int64_t>(field.value);
    if (value < low || value > high)
        refuse(field,
               "is " + std::to_string(value) + ", expected " + std::to_string(low) + " to " + std::to_string(high));
    return static_cast<int>(value);
}

Fault fault_of(const std::vector<FaultField>& fields, const std::string& where) {
    Fault fault;
    const FaultName* name = nullptr;
    for (const FaultField& field : fields) {
        if (field.in_args || field.key != "name") continue;
        fault.name = word(field);
        name = find_fault_name(fault.name);
        if (name == nullptr)
            refuse(field, "\"" + printable(fault.name.substr(0, 60)) + "\" is no fault the twin knows");
    }
    if (name == nullptr) throw OptionError(where + ": a fault without a name");
    for (const FaultField& field : fields) {
        if (field.in_args) {
            read_arg(field, *name, fault.args);
            continue;
        }
        check_occasion(field, *name);
        if (!read_key(field, fault))
            refuse(field, "is no key of a fault (name, at, frame, interface, count, probability, for_s, args)");
    }
    if (name->kind != FaultKind::incident) return fault;
    // An incident happens once, unless a number of times is given.
    if (!fault.count) fault.count = 1;
    if (*fault.count > 1 && !fault.frame && !fault.interface)
        throw OptionError(where + ": count is " + std::to_string(*fault.count) + ", but without frame or interface " +
                          fault.name + " happens once");
    return fault;
}

}  // namespace nightstack::device::sim
