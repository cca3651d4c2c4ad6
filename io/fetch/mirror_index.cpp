// SPDX-License-Identifier: MIT
#include "io/fetch/mirror_index.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {
namespace {

using nlohmann::json;

constexpr const char* kName = ".nightstack-mirror";
constexpr const char* kNewName = ".nightstack-mirror.new";
constexpr int kVersion = 1;
constexpr std::uint64_t kLargest = std::uint64_t{256} << 20;

[[noreturn]] void fail(const char* what, int code) {
    throw IoError(std::string(what) + " " + kName + ": " + std::strerror(code), code);
}

std::string line_of(const std::string& local, const MirrorRecord& record) {
    json line{
        {"path", local}, {"bytes", record.remote.bytes}, {"sha256", record.sha256}, {"changed_ns", record.changed_ns}};
    if (record.remote.modified_s) line["modified_s"] = *record.remote.modified_s;
    if (record.part) line["part_bytes"] = record.part->bytes;
    if (record.part && record.part->modified_s) line["part_modified_s"] = *record.part->modified_s;
    return line.dump(-1, ' ', true, json::error_handler_t::replace) + "\n";
}

std::string head_line() { return json{{"nightstack_mirror", kVersion}}.dump() + "\n"; }

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
    return record;
}

// A flat line is read without recursion to speak of: the text is ours, but may be damaged.
json parsed(std::string_view line) {
    if (line.size() > 16'384) return json(json::value_t::discarded);
    return json::parse(line.begin(), line.end(), nullptr, false);
}

void check_version(std::string_view line) {
    const json head = parsed(line);
    const bool ours = head.is_object() && head.contains("nightstack_mirror") && head["nightstack_mirror"].is_number();
    if (ours && head["nightstack_mirror"].get<int>() > kVersion)
        throw FormatError(std::string(kName) + ": made by a newer nightstack; use that one");
}

Descriptor open_and_lock(int folder) {
    Descriptor file(::openat(folder, kName, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644));
    if (!file) fail("cannot open", errno);
    struct stat s {};
    if (::fstat(file.get(), &s) != 0 || !S_ISREG(s.st_mode) || s.st_nlink > 1)
        throw IoError(std::string(kName) + " is no plain file");
    return file;
}

}  // namespace

MirrorIndex::MirrorIndex(const MirrorFolder& folder, std::size_t most_read) : folder_(folder) {
    // The folder is locked, not the file: that is replaced.
    if (::flock(folder.descriptor(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        throw IoError("another nightstack fetches into " + printable(folder.path().string()) + " just now");
    file_ = open_and_lock(folder.descriptor());
    struct stat s {};
    if (::fstat(file_.get(), &s) != 0) fail("cannot look at", errno);
    was_missing_ = s.st_size == 0;
    std::string text(static_cast<std::uint64_t>(s.st_size) > kLargest ? 0 : static_cast<std::size_t>(s.st_size), '\0');
    text.resize(read_local(file_.get(), text.data(), text.size(), 0, kName));
    read(text, most_read);
    write_anew();
}

void MirrorIndex::read(const std::string& text, std::size_t most) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = std::string_view(text).substr(at, end - at);
        if (at == 0) check_version(line);
        at = end + 1;
        const json value = parsed(line);
        if (const auto record = record_of(value); record && records_.size() < most)
            records_[value["path"].get<std::string>()] = *record;
    }
}

void MirrorIndex::write_anew() {
    const int folder = folder_.descriptor();
    ::unlinkat(folder, kNewName, 0);
    Descriptor made(::openat(folder, kNewName, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!made) fail("cannot write", errno);
    file_ = std::move(made);
    std::string text = head_line();
    for (const auto& [path, record] : records_) {
        text += line_of(path, record);
        if (text.size() > (1U << 20)) {
            append(text);
            text.clear();
        }
    }
    append(text);
    if (::fdatasync(file_.get()) != 0 || ::renameat(folder, kNewName, folder, kName) != 0) fail("cannot write", errno);
}

void MirrorIndex::append(const std::string& text) {
    std::size_t done = 0;
    const off_t end = ::lseek(file_.get(), 0, SEEK_END);
    while (done < text.size()) {
        const ssize_t n = ::pwrite(file_.get(), text.data() + done, text.size() - done, end + static_cast<off_t>(done));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail("cannot write", errno);
        done += static_cast<std::size_t>(n);
    }
}

const MirrorRecord* MirrorIndex::find(const std::string& local) const {
    const auto found = records_.find(local);
    return found == records_.end() ? nullptr : &found->second;
}

void MirrorIndex::put(const std::string& local, const MirrorRecord& record) {
    append(line_of(local, record));
    records_[local] = record;
}

}  // namespace nightstack::io
