// SPDX-License-Identifier: MIT
#include "device/dwarf/protocol/codes.h"
#include "device/dwarf/protocol/describe.h"
#include "device/dwarf/protocol/http_calls.h"
#include "device/dwarf/protocol/ladders.h"
#include "device/dwarf/protocol/words.h"

namespace nightstack::device::dwarf {

namespace {

constexpr std::string_view kHead =
    "# The DWARF II API V1\n\n"
    "Generated from the tables in `device/dwarf/protocol`; a test compares. To write it anew:\n\n"
    "    NIGHTSTACK_WRITE_DOCS=1 ctest --preset release -R DwarfDocs\n\n"
    "One JSON object per WebSocket text frame on port 9900, with the integer `interface`. Names are\n"
    "case-sensitive. Nobody of this project owns a scope, so every entry begins its source with the mark of\n"
    "its weakest part:\n\n"
    "- **[R]** observed on a real DWARF II\n"
    "- **[C]** what a real client sends or expects, read in its code\n"
    "- **[S]** the API text V1.0 alone, which is damaged in places\n"
    "- **[I]** inferred, not proven\n\n"
    "Firmware 2.0 and newer speaks protobuf on the same port and uses the same numbers for other things.\n\n"
    "The wire has its own ways: longitude is positive WEST, right ascension in decimal hours in 11203 and text\n"
    "in 10011, dates are UTC, the wide camera counts automatic exposure as 3, gains of darks are a bit mask.\n"
    "nightstack takes degrees, east-positive longitude and names, and turns them over in one place\n"
    "(`device/dwarf/protocol/quirks.h`).\n";

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '|' || c == '*' || c == '_') out += '\\';
        out += c;
    }
    return out;
}

std::string limits_cell(const Limits& limits) {
    std::string text = limits_text(limits, "");
    if (limits.standard) text += (text.empty() ? "default " : ", default ") + number_text(*limits.standard);
    return escaped(text);
}

std::string field_table(std::span<const Field> fields, bool of_request) {
    std::string text = "| field | type | unit | meaning | values |\n|---|---|---|---|---|\n";
    for (const Field& field : fields) {
        std::string limits = limits_cell(field.limits);
        if (field.wide) limits = "tele " + limits + "; wide " + limits_cell(*field.wide);
        text += "| `" + std::string(field.name) + "` | " + std::string(type_text(field.type)) + " | " +
                std::string(field.unit) + " | " + escaped(field.text) +
                (of_request && !field.required ? " (may be left out)" : "") + " | " + limits + " |\n";
    }
    return text;
}

std::string row_text(const Interface& row) {
    std::string text =
        "\n### " + std::to_string(row.number) + " " + std::string(row.key) + "\n\n" + escaped(row.text) +
        ".\n\n- section of the API text: " + (row.section == "-" ? "missing there" : std::string(row.section));
    if (row.request) text += "\n- `camId`: " + std::string(cameras_text(row.cameras));
    text += "\n- answer: " + answer_text(row);
    if (row.request && row.repeat == Repeat::never)
        text += "\n- never sent a second time by itself when the fate of the first is unknown";
    if (!row.offered) text += "\n- never sent at all by nightstack";
    text += "\n- source: " + escaped(row.source) + "\n";
    if (!row.request_fields.empty()) text += "\nRequest:\n\n" + field_table(row.request_fields, true);
    if (!row.reply_fields.empty())
        text += (row.request ? "\nAnswer" : "\nMessage") + std::string(" (every field may be missing):\n\n") +
                field_table(row.reply_fields, false);
    return text;
}

std::string http_text() {
    std::string text =
        "\n## HTTP calls\n\n| port | call | section | what it does | result | source |\n|---|---|---|---|---|---|\n";
    for (const HttpCall& call : http_calls()) {
        std::string path = std::string(call.path);
        if (!call.parameter.empty()) path += "?" + std::string(call.parameter) + "=";
        const std::string result = call.results.empty() ? "text" : limits_text({{}, {}, {}, call.results}, "");
        text += "| " + std::to_string(call.port) + " | `" + path + "` | " + std::string(call.section) + " | " +
                escaped(call.text) + " | " + escaped(result) + " | " + escaped(call.source) + " |\n";
    }
    return text;
}

std::string codes_text() {
    std::string text = "\n## Codes\n\n| code | name | meaning | what to do |\n|---|---|---|---|\n";
    for (const Code& code : codes())
        text += "| " + std::to_string(code.value) + " | `" + std::string(code.name) + "` | " + escaped(code.text) +
                " | " + escaped(code.advice) + " |\n";
    return text;
}

std::string gears_text(std::string_view name, Lens lens) {
    std::string text =
        "\n" + std::string(name) + ", gears 0 to " + std::to_string(exposure_gears(lens).size() - 1) + ":\n";
    std::string line;
    for (const Gear& gear : exposure_gears(lens)) {
        if (line.size() + gear.text.size() > 98) {
            text += line + "\n";
            line.clear();
        }
        line += (line.empty() ? "" : " ") + std::string(gear.text);
    }
    return text + line + "\n";
}

}  // namespace

std::string docs_page() {
    std::string text(kHead);
    text += "\n## Interfaces\n";
    for (const Interface& row : interfaces()) text += row_text(row);
    text += http_text() + codes_text();
    text +=
        "\n## Exposures and gains\n\nIn seconds, from the configuration of a real DWARF II with firmware 2.1.6; "
        "gains of the tele\ncamera go from 0 to 240 in steps of 10.\n";
    return text + gears_text("Tele", Lens::tele) + gears_text("Wide", Lens::wide);
}

}  // namespace nightstack::device::dwarf
