// SPDX-License-Identifier: MIT
#include "tools/session/recorded_stack.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "io/files/file.h"
#include "pipeline/core/error.h"

namespace nightstack::tools {
namespace {

using Json = nlohmann::json;

constexpr std::uint64_t kMaxReport = std::uint64_t{256} << 20;

// A report on the way through the reader, for messages.
class Reading {
public:
    explicit Reading(const std::string& name) : name_(name) {}

    [[noreturn]] void refuse(const std::string& what) const {
        throw OptionError(name_ + " is no report of a stack: " + what);
    }
    const Json& member(const Json& object, const char* key) const {
        if (!object.is_object() || !object.contains(key)) refuse(std::string("'") + key + "' is missing");
        return object[key];
    }
    const Json& list(const Json& object, const char* key) const {
        const Json& value = member(object, key);
        if (!value.is_array()) refuse(std::string("'") + key + "' is no list");
        return value;
    }
    std::string text(const Json& object, const char* key) const {
        const Json& value = member(object, key);
        if (!value.is_string()) refuse(std::string("'") + key + "' is no text");
        return value.get<std::string>();
    }
    std::uint64_t count(const Json& object, const char* key) const {
        const Json& value = member(object, key);
        if (!value.is_number_unsigned()) refuse(std::string("'") + key + "' is no number");
        return value.get<std::uint64_t>();
    }
    const std::string& name() const { return name_; }

private:
    const std::string& name_;
};

void check_schema(const Json& report, const Reading& reading) {
    const Json& schema = reading.member(report, "schema");
    if (!schema.is_number_integer() || schema.get<std::int64_t>() < 1) reading.refuse("'schema' is no number");
    if (schema.get<std::int64_t>() > kReportSchema) {
        throw OptionError(reading.name() + " has schema " + schema.dump() + ", this program knows " +
                          std::to_string(kReportSchema) + ": it was written by a newer nightstack");
    }
}

// Words of one setting; none when it was not set.
std::vector<std::string> words_of(const Json& value, const std::string& key, const Reading& reading) {
    const auto word = [&](const Json& v) -> std::string {
        if (v.is_string()) return v.get<std::string>();
        if (v.is_number()) return v.dump();
        reading.refuse("option '" + io::printable(key) + "' is neither text nor a list of texts");
    };
    if (value.is_null() || value == Json(false) || value == Json("")) return {};
    if (value.is_boolean()) return {"true"};
    if (!value.is_array()) return {word(value)};
    std::vector<std::string> words;
    for (const Json& item : value) words.push_back(word(item));
    return words;
}

void read_options(RecordedStack& stack, const Json& report, const Reading& reading) {
    const Json& options = reading.member(report, "options");
    if (!options.is_object()) reading.refuse("'options' is no object");
    for (const auto& [key, value] : options.items()) {
        std::vector<std::string> words = words_of(value, key, reading);
        if (!words.empty()) stack.options.emplace_back(key, std::move(words));
    }
}

bool is_hash(const std::string& text) {
    const auto hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    return text.size() == 64 && std::all_of(text.begin(), text.end(), hex);
}

std::optional<std::size_t> group_of(const Json& frame, const Reading& reading) {
    if (!frame.contains("group") || frame["group"].is_null()) return std::nullopt;
    return reading.count(frame, "group");
}

void read_inputs(RecordedStack& stack, const Json& report, const Reading& reading) {
    for (const Json& item : reading.list(report, "inputs")) {
        RecordedInput input{reading.text(item, "file"), reading.text(item, "sha256"), reading.text(item, "role"),
                            reading.count(item, "bytes")};
        if (!input.sha256.empty() && !is_hash(input.sha256)) reading.refuse("'sha256' of an input is no SHA-256");
        stack.inputs.push_back(std::move(input));
    }
    for (const Json& item : reading.list(report, "frames"))
        stack.frames.push_back({reading.text(item, "file"), reading.text(item, "verdict"), reading.text(item, "reason"),
                                group_of(item, reading)});
    for (std::size_t i = 0; i < stack.inputs.size(); ++i) {
        const bool light = stack.inputs[i].role == "light";
        const bool expected = i < stack.frames.size();
        if (light != expected || (light && stack.inputs[i].file != stack.frames[i].file))
            reading.refuse("'inputs' and 'frames' do not list the same lights");
    }
    if (stack.inputs.size() < stack.frames.size()) reading.refuse("'inputs' and 'frames' do not list the same lights");
}

// Every object with a hash somewhere below `applied`: masters, and what was taken off them.
void collect_masters(std::vector<RecordedMaster>& masters, const Json& value, const std::string& key, int depth) {
    if (depth > 8) return;
    if (value.is_object() && value.contains("sha256") && value["sha256"].is_string()) {
        RecordedMaster master{key, value["sha256"].get<std::string>(), 1};
        if (value.contains("kind") && value["kind"].is_string()) master.kind = value["kind"].get<std::string>();
        if (value.contains("frames") && value["frames"].is_number_unsigned())
            master.frames = value["frames"].get<std::size_t>();
        const auto same = [&](const RecordedMaster& m) { return m.kind == master.kind && m.sha256 == master.sha256; };
        if (is_hash(master.sha256) && std::none_of(masters.begin(), masters.end(), same))
            masters.push_back(std::move(master));
    }
    if (!value.is_structured()) return;
    for (const auto& [name, member] : value.items())
        collect_masters(masters, member, value.is_object() ? name : key, depth + 1);
}

void read_masters(RecordedStack& stack, const Json& report, const Reading& reading) {
    const Json& applied = reading.member(report, "applied");
    collect_masters(stack.masters, applied, "", 0);
    if (!applied.contains("groups")) return;
    for (const Json& group : reading.list(applied, "groups"))
        collect_masters(stack.groups.emplace_back(), group, "", 0);
    for (const RecordedFrame& f : stack.frames) {
        if (f.group && *f.group >= stack.groups.size()) reading.refuse("'group' of a frame is none of 'groups'");
    }
}

}  // namespace

RecordedStack parse_report(std::string_view text, const std::string& name) {
    const Reading reading(name);
    const Json report = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (report.is_discarded()) reading.refuse("it is not JSON");
    if (!report.is_object()) reading.refuse("it is not a JSON object");
    check_schema(report, reading);
    RecordedStack stack;
    stack.version = io::printable(reading.text(report, "version"));
    read_options(stack, report, reading);
    read_inputs(stack, report, reading);
    read_masters(stack, report, reading);
    stack.has_stack =
        std::any_of(stack.frames.begin(), stack.frames.end(), [](const auto& f) { return f.verdict == "stacked"; });
    return stack;
}

RecordedStack read_report(const std::filesystem::path& path) {
    const std::string name = io::printable(path.string());
    try {
        return parse_report(io::read_text_file(path, kMaxReport), name);
    } catch (const IoError& e) {
        throw OptionError(e.what());
    } catch (const FormatError& e) {
        throw OptionError(e.what());
    }
}

}  // namespace nightstack::tools
