// SPDX-License-Identifier: MIT
#include "device/dwarf/protocol/describe.h"

#include "device/dwarf/protocol/words.h"

namespace nightstack::device::dwarf {
namespace {

std::string with_standard(const Limits& limits, std::string_view unit) {
    std::string text = limits_text(limits, unit);
    if (!limits.standard) return text;
    if (!text.empty()) text += ", ";
    return text + "default " + number_text(*limits.standard);
}

std::string field_line(const Field& field, bool of_request) {
    std::string line = "  " + std::string(field.name) + " (" + std::string(type_text(field.type));
    if (!field.unit.empty()) line += ", " + std::string(field.unit);
    line += "): " + std::string(field.text);
    const std::string limits = with_standard(field.limits, field.unit);
    if (!limits.empty()) line += "; " + std::string(field.wide ? "tele " : "") + limits;
    if (field.wide) line += "; wide " + with_standard(*field.wide, field.unit);
    if (of_request && !field.required) line += " (may be left out)";
    return line + "\n";
}

}  // namespace

std::string help_text(const Interface& row) {
    std::string text = std::string(row.key) + " (" + std::to_string(row.number) + "): " + std::string(row.text) + "\n";
    if (row.cameras != Cameras::none) text += "  camId: " + std::string(cameras_text(row.cameras)) + "\n";
    for (const Field& field : row.request_fields) text += field_line(field, true);
    text += "answer: " + answer_text(row) + "\n";
    for (const Field& field : row.reply_fields) text += field_line(field, false);
    if (row.request && row.repeat == Repeat::never) text += "never sent a second time by itself\n";
    if (!row.offered) text += "never sent at all\n";
    return text + "source: " + std::string(row.source) + "\n";
}

}  // namespace nightstack::device::dwarf
