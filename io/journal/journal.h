// SPDX-License-Identifier: MIT
// A diary that survives: records are added at the end and are never changed; once `sync` has returned, all added before
// are there after any death of the program, the system or the power. What was added since may be there up to some
// record, never beyond one that is missing. One program at a time; one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "io/chunks/chunk_header.h"
#include "io/files/local_file.h"
#include "io/journal/journal_bytes.h"

namespace nightstack::io {

inline constexpr std::uint64_t kMostJournalBytes = std::uint64_t{1} << 30;  // a larger one is refused

class Journal {
public:
    // Opens the journal, or begins one where there is none; reads it and cuts off what counts no more. Where whole
    // records are among that (a disk has damaged one that was not known to be safe) it is kept beside, as NAME.torn.
    // `format.name` is borrowed. Throws IoError (also: another program has it open), FormatError: foreign, newer, too
    // large; DamagedError: its header.
    Journal(const std::filesystem::path& path, const ChunkFormat& format);
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    // What stood in it when it was opened, and what of it was cut or damaged.
    const JournalContent& found() const { return found_; }
    std::uint64_t last() const { return last_; }  // number of the last record, 0: none
    std::uint64_t bytes() const { return end_; }  // of the file
    const std::filesystem::path& path() const { return path_; }

    // Returns its number. Throws IoError (disk full, say): then nothing was added, and the call may be repeated.
    std::uint64_t append(std::string_view text);
    // Throws IoError: what was added since the last sync is on the way still, and the call may be repeated.
    void sync();

private:
    void begin_anew(const ChunkFormat& format);
    void read(const ChunkFormat& format);
    void write(std::span<const std::byte> bytes, std::uint64_t offset);
    void cut(std::span<const std::byte> torn);

    std::filesystem::path path_;
    Descriptor file_;
    std::uint64_t salt_ = 0;
    JournalContent found_;
    std::uint64_t end_ = 0;              // offset behind the last record
    std::uint64_t last_ = 0, safe_ = 0;  // numbers
    std::vector<std::byte> unsafe_;      // the records that are not safe yet, as written
    bool failed_ = false;                // the last sync has: what the system held may be gone
};

// What stands in a journal, without opening it for writing: nothing of it is changed, and another program may have it
// open. Throws as the constructor; IoError also where there is none.
JournalContent peek_journal(const std::filesystem::path& path, const ChunkFormat& format);

}  // namespace nightstack::io
