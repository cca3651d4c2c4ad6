// SPDX-License-Identifier: MIT
#include "tools/scope/message_text.h"

#include "device/dwarf/protocol/codes.h"
#include "device/dwarf/protocol/interface_table.h"
#include "device/dwarf/protocol/json.h"
#include "device/dwarf/protocol/words.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::tools {

using namespace device::dwarf;

namespace {

constexpr std::size_t kShown = 200;  // of bytes nobody understands

std::string value_text(const Value& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
    if (const auto* real = std::get_if<double>(&value)) return number_text(*real);
    if (const auto* text = std::get_if<std::string>(&value)) return "\"" + printable(*text) + "\"";
    return printable(std::get<RawJson>(value).text);
}

}  // namespace

std::string message_text(const Message& message) {
    const Interface* row = find_interface(message.interface());
    std::string text =
        std::to_string(message.interface()) + " " + (row != nullptr ? std::string(row->key) : "(unknown)");
    for (const Item& item : message.items()) text += " " + printable(item.name) + "=" + value_text(item.value);
    const auto code = message.integer("code");
    const Code* known = code && *code != 0 ? find_code(*code) : nullptr;
    if (known != nullptr) text += " (" + std::string(known->name) + ")";
    return text;
}

std::string frame_text(std::string_view bytes, bool binary) {
    if (!binary) {
        try {
            return message_text(decode(bytes));
        } catch (const FormatError& e) {
            return "no message (" + printable(e.what()) + "): " + printable(bytes.substr(0, kShown));
        }
    }
    return std::to_string(bytes.size()) + " bytes in binary, as firmware 2.0 and newer speaks";
}

}  // namespace nightstack::tools
