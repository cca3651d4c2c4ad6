// SPDX-License-Identifier: MIT
#include "io/journal/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <string>

#include "io/files/io_failure.h"
#include "io/files/output_file.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {
namespace {

std::uint64_t random_number() {
    std::random_device dice;
    return std::uint64_t{dice()} << 32U | dice();
}

// Not open when there is none.
Descriptor open_if_there(const std::filesystem::path& path, int how) {
    Descriptor file(::open(path.c_str(), how | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    if (!file && errno != ENOENT) throw_io("cannot open", path, errno);
    return file;
}

std::vector<std::byte> bytes_of(const Descriptor& file, const std::filesystem::path& path) {
    const std::string name = printable(path.string());
    struct stat s {};
    if (::fstat(file.get(), &s) != 0) throw_io("cannot look at", path, errno);
    const auto size = static_cast<std::uint64_t>(s.st_size);
    if (!S_ISREG(s.st_mode)) throw IoError(name + " is no plain file");
    if (size > kMostJournalBytes)
        throw FormatError(name + ": " + std::to_string(size) + " bytes, a journal has at most " +
                          std::to_string(kMostJournalBytes));
    std::vector<std::byte> bytes(size);
    if (read_local(file.get(), bytes.data(), size, 0, path.string()) < size)
        throw DamagedError(name + ": became shorter while it was read");
    return bytes;
}

std::uint64_t salt_of(std::span<const std::byte> bytes, const std::filesystem::path& path, const ChunkFormat& format) {
    const std::string name = printable(path.string());
    try {
        return decoded_file_header(bytes, format).bytes;
    } catch (const DamagedError& e) {
        throw DamagedError(name + ": " + e.what());
    } catch (const FormatError& e) {
        throw FormatError(name + " " + e.what());
    }
}

}  // namespace

JournalContent peek_journal(const std::filesystem::path& path, const ChunkFormat& format) {
    const Descriptor file = open_if_there(path, O_RDONLY);
    if (!file) throw_io("cannot open", path, ENOENT);
    const std::vector<std::byte> bytes = bytes_of(file, path);
    const std::uint64_t salt = salt_of(bytes, path, format);
    return read_records(salt, std::span(bytes).subspan(kChunkHeaderBytes));
}

Journal::Journal(const std::filesystem::path& path, const ChunkFormat& format)
    : path_(path), file_(open_if_there(path, O_RDWR)) {
    if (!file_) begin_anew(format);
    read(format);
}

// Whole from the first moment on: the header has its name when it is on the disk.
void Journal::begin_anew(const ChunkFormat& format) {
    try {
        OutputFile file(path_);
        file.append(encoded(FileHeader{0, random_number()}, format));
        file.publish();
    } catch (const OptionError&) {  // another program was quicker
    }
    file_ = open_if_there(path_, O_RDWR);
    if (!file_) throw_io("cannot open", path_, ENOENT);
}

void Journal::read(const ChunkFormat& format) {
    const std::string name = printable(path_.string());
    if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)  // a disk that knows no locks has none
        throw IoError("another nightstack works with " + name + " just now");
    const std::vector<std::byte> bytes = bytes_of(file_, path_);
    salt_ = salt_of(bytes, path_, format);
    const std::span<const std::byte> records = std::span(bytes).subspan(kChunkHeaderBytes);
    found_ = read_records(salt_, records);
    end_ = kChunkHeaderBytes + found_.end;
    last_ = safe_ = found_.records.empty() ? 0 : found_.records.back().number;
    cut(records.subspan(found_.end));
    // What was read may be in the system's memory only, of a sync that failed: written again, it will be on the disk.
    write(records.subspan(found_.safe_end, found_.end - found_.safe_end), kChunkHeaderBytes + found_.safe_end);
    if (::fsync(file_.get()) != 0) throw_io("cannot sync", path_, errno);
}

// Before the first new record is written: what is torn must never come to lie behind it.
void Journal::cut(std::span<const std::byte> torn) {
    if (torn.empty()) return;
    if (found_.torn_whole > 0) {
        std::filesystem::path beside = path_;
        OutputFile kept(beside += ".torn", Overwrite::yes);
        kept.append(torn);
        kept.publish();
    }
    if (::ftruncate(file_.get(), static_cast<off_t>(end_)) != 0) throw_io("cannot cut", path_, errno);
}

void Journal::write(std::span<const std::byte> bytes, std::uint64_t offset) {
    write_local(file_.get(), bytes, offset, path_.string());
}

std::uint64_t Journal::append(std::string_view text) {
    const std::vector<std::byte> record = encoded_record({salt_, end_ - kChunkHeaderBytes}, last_ + 1, safe_, text);
    if (end_ + record.size() > kMostJournalBytes)
        throw IoError("cannot write " + printable(path_.string()) + ": a journal has at most " +
                      std::to_string(kMostJournalBytes) + " bytes");
    unsafe_.reserve(unsafe_.size() + record.size());  // cannot fail any more once it is written
    write(record, end_);
    unsafe_.insert(unsafe_.end(), record.begin(), record.end());
    end_ += record.size();
    return ++last_;
}

// After a failed one the system may have dropped what it could not write and call the next a success: it is written
// again.
void Journal::sync() {
    if (unsafe_.empty()) return;
    if (failed_) write(unsafe_, end_ - unsafe_.size());
    failed_ = ::fdatasync(file_.get()) != 0;
    if (failed_) throw_io("cannot sync", path_, errno);
    safe_ = last_;
    unsafe_.clear();
}

}  // namespace nightstack::io
