// SPDX-License-Identifier: MIT
#include "device/sim/twin/fault_reader.h"

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <toml.hpp>
#include <utility>

#include "pipeline/core/error.h"
#include "pipeline/core/nesting.h"
#include "pipeline/core/printable.h"

namespace nightstack::device::sim {
namespace {

using Json = nlohmann::json;

std::string line_of(const toml::value& v) { return "scenario line " + std::to_string(v.location().line()); }

FaultField field_of(const std::string& key, const toml::value& v, bool in_args) {
    FaultField field{key, {}, line_of(v), in_args};
    if (v.is_boolean()) field.value = v.as_boolean();
    if (v.is_integer()) field.value = std::int64_t{v.as_integer()};
    if (v.is_floating()) field.value = v.as_floating();
    if (v.is_string()) field.value = v.as_string().str;
    return field;
}

Fault fault_of_table(const toml::value& one) {
    if (!one.is_table()) throw OptionError(line_of(one) + ": fault must be a table, [[fault]]");
    std::vector<FaultField> fields;
    for (const auto& [key, v] : one.as_table()) {
        if (key != "args") {
            fields.push_back(field_of(key, v, false));
            continue;
        }
        if (!v.is_table()) throw OptionError(line_of(v) + ": args must be a table");
        for (const auto& [name, arg] : v.as_table()) fields.push_back(field_of(name, arg, true));
    }
    return fault_of(fields, line_of(one));
}

toml::value parse(const std::string& text) {
    if (const auto line = line_nested_too_deep(text))
        throw OptionError("scenario line " + std::to_string(*line) + ": nested deeper than " +
                          std::to_string(kDeepestNesting));
    std::istringstream in(text, std::ios::binary);
    try {
        return toml::parse(in, "scenario");
    } catch (const toml::exception& e) {
        throw OptionError("scenario line " + std::to_string(e.location().line()) + ": not TOML");
    } catch (const std::exception& e) {  // toml11 lets some of the standard library's out
        throw OptionError("scenario: not TOML: " + printable(std::string_view(e.what()).substr(0, 200)));
    }
}

FaultField field_of(const std::string& key, const Json& v, const std::string& what, bool in_args) {
    FaultField field{key, {}, what, in_args};
    if (v.is_boolean()) field.value = v.get<bool>();
    if (v.is_number_float()) field.value = v.get<double>();
    if (v.is_number_unsigned() && v.get<std::uint64_t>() > 0x7FFF'FFFF'FFFF'FFFFULL)
        field.value = v.get<double>();
    else if (v.is_number_integer())
        field.value = v.get<std::int64_t>();
    if (v.is_string()) field.value = v.get<std::string>();
    return field;
}

// Nothing valid is deeper than an object in an object, and no key counts twice.
Json shallow_json(std::string_view text, const std::string& what) {
    bool deep = false;
    std::set<std::pair<int, std::string>> keys;
    std::string doubled;
    const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
        if (event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start) deep |= depth > 1;
        if (event == Json::parse_event_t::key && !deep) {
            const auto& key = parsed.get_ref<const std::string&>();
            if (!keys.emplace(depth, key).second) doubled = key;
        }
        return !deep;
    };
    Json root = Json::parse(text, watch, false);
    if (deep) throw OptionError(what + ": values nested deeper than args");
    if (root.is_discarded()) throw FormatError(what + ": not JSON");
    if (!root.is_object()) throw FormatError(what + ": a JSON object expected");
    if (!doubled.empty()) throw OptionError(what + ": " + printable(doubled.substr(0, 60)) + " stands there twice");
    return root;
}

}  // namespace

Scenario read_scenario(const std::string& toml_text) {
    constexpr std::size_t kLargest = 256 * 1024;
    if (toml_text.size() > kLargest) throw OptionError("scenario: more than 256 KiB");
    Scenario scenario;
    const toml::value root = parse(toml_text);
    for (const auto& [key, v] : root.as_table()) {
        if (key == "seed") {
            if (!v.is_integer() || v.as_integer() < 0)
                throw OptionError(line_of(v) + ": seed must be a whole number, 0 or more");
            scenario.seed = static_cast<std::uint64_t>(v.as_integer());
        } else if (key == "fault") {
            if (!v.is_array()) throw OptionError(line_of(v) + ": fault must be a list of tables, [[fault]]");
            for (const toml::value& one : v.as_array()) scenario.faults.push_back(fault_of_table(one));
        } else {
            throw OptionError(line_of(v) + ": " + printable(key.substr(0, 60)) + " is no key (seed, [[fault]])");
        }
    }
    return scenario;
}

std::vector<FaultField> read_json_fields(std::string_view json_text, const std::string& what) {
    if (json_text.size() > 16 * 1024) throw FormatError(what + ": more than 16 KiB of JSON");
    const Json root = shallow_json(json_text, what);
    std::vector<FaultField> fields;
    for (const auto& [key, v] : root.items()) {
        if (key != "args") {
            fields.push_back(field_of(key, v, what, false));
            continue;
        }
        if (!v.is_object()) throw OptionError(what + ": args must be an object");
        for (const auto& [name, arg] : v.items()) fields.push_back(field_of(name, arg, what, true));
    }
    return fields;
}

Fault read_fault(std::string_view json_text) { return fault_of(read_json_fields(json_text, "fault"), "fault"); }

}  // namespace nightstack::device::sim
