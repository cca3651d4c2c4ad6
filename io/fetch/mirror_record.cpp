// SPDX-License-Identifier: MIT
#include "io/fetch/mirror_record.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

using nlohmann::json;

constexpr std::int64_t kVersion = 1;
constexpr const char* kVersionKey = "nightstack_mirror";
constexpr std::size_t kLongestLine = 16'384;

// A flat line is read without recursion to speak of: the text is ours, but may be damaged.
json parsed(std::string_view line) {
    if (line.size() > kLongestLine) return json(json::value_t::discarded);
    return json::parse(line.begin(), line.end(), nullptr, false);
}

void check_version(const json& head) {
    if (!head.is_object() || !head.contains(kVersionKey) || !head[kVersionKey].is_number_integer()) return;
    if (head[kVersionKey].get<std::int64_t>() > kVersion)
        throw FormatError(std::string(kMirrorRecordName) + ": made by a newer nightstack; use that one");
}

bool is_plain_path(std::string_view path) {
    if (path.find('\0') != std::string_view::npos) return false;
    for (std::size_t at = 0; at <= path.size();) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        if (end == at || path[at] == '.') return false;
        at = end + 1;
    }
    return true;
}

bool is_sha256(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    return text.size() == 64 && text.find_first_not_of(kDigits) == std::string_view::npos;
}

std::optional<MirrorRecord> record_of(const json& line) {
    const auto number = [&](const char* key) { return line.contains(key) && line[key].is_number_integer(); };
    const auto text = [&](const char* key) { return line.contains(key) && line[key].is_string(); };
    if (!line.is_object() || !text("path") || !text("sha256") || !number("bytes") || !number("changed_ns")) return {};
    MirrorRecord record;
    record.remote.bytes = line["bytes"].get<std::uint64_t>();
    if (number("modified_s")) record.remote.modified_s = line["modified_s"].get<std::int64_t>();
    record.sha256 = line["sha256"].get<std::string>();
    record.changed_ns = line["changed_ns"].get<std::int64_t>();
    if (number("part_bytes")) record.part = RemoteVersion{line["part_bytes"].get<std::uint64_t>(), {}};
    if (record.part && number("part_modified_s")) record.part->modified_s = line["part_modified_s"].get<std::int64_t>();
    if (!record.sha256.empty() && !is_sha256(record.sha256)) return {};
    return record;
}

}  // namespace

MirrorRecords read_mirror_text(std::string_view text, std::size_t most) {
    MirrorRecords records;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const json line = parsed(text.substr(at, end - at));
        if (at == 0) check_version(line);
        at = end + 1;
        auto record = record_of(line);
        if (!record) continue;
        const auto& path = line["path"].get_ref<const std::string&>();
        if (is_plain_path(path) && (records.size() < most || records.contains(path)))
            records.insert_or_assign(path, *std::move(record));
    }
    return records;
}

std::string mirror_text_head() { return json{{kVersionKey, kVersion}}.dump() + "\n"; }

std::string mirror_text_line(const std::string& local, const MirrorRecord& record) {
    json line{
        {"path", local}, {"bytes", record.remote.bytes}, {"sha256", record.sha256}, {"changed_ns", record.changed_ns}};
    if (record.remote.modified_s) line["modified_s"] = *record.remote.modified_s;
    if (record.part) line["part_bytes"] = record.part->bytes;
    if (record.part && record.part->modified_s) line["part_modified_s"] = *record.part->modified_s;
    return line.dump(-1, ' ', true, json::error_handler_t::replace) + "\n";
}

}  // namespace nightstack::io
