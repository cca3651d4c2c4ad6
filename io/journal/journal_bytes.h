// SPDX-License-Identifier: MIT
// The bytes of a journal: the header of our own files (chunk_header.h), whose length stands for the salt, then records,
// the oldest first.
//
//   record:  length u32 of the text, CRC-32C of salt, place and text, number u64 from 1, number u64 of the last record
//   that
//            was known to be on the disk, 0 u32, CRC-32C of salt, place and these 28 bytes; then the text
//
// Salt (a random number per file) and place (offset behind the header) are in the sums, so that neither an older
// journal's bytes nor a record inside of a text is taken for one of ours.
//
// What a death or a power loss leaves at the end is told from damage by these numbers: a record that no later one calls
// safe may be half there, or missing though its successor is there. It ends the journal. One that was safe and cannot
// be read is damage, and costs only itself. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nightstack::io {

inline constexpr std::size_t kRecordHeaderBytes = 32;
inline constexpr std::size_t kMostRecordText = std::size_t{1} << 20;
inline constexpr std::uint64_t kMostRecordNumber = std::uint64_t{1} << 48;

struct JournalRecord {
    std::uint64_t number = 0;  // from 1, without gaps but for damage
    std::string text;          // bytes of the writer's own
};

struct JournalContent {
    std::vector<JournalRecord> records;
    std::uint64_t end = 0;         // offset behind the last one that counts, from the first record
    std::uint64_t safe_end = 0;    // the same of the last one that a later one calls safe
    std::uint64_t torn = 0;        // bytes behind the end, which count no more
    std::uint64_t torn_whole = 0;  // records among these that are whole
    std::uint64_t damaged = 0;     // bytes before it that are no record and were safe once
    std::uint64_t lost = 0;        // records that stood there, by their numbers
};

struct RecordPlace {
    std::uint64_t salt = 0;    // of the file
    std::uint64_t offset = 0;  // behind the file's header
};

// Throws OptionError when the text is longer than kMostRecordText or the number above kMostRecordNumber.
std::vector<std::byte> encoded_record(const RecordPlace& place, std::uint64_t number, std::uint64_t safe,
                                      std::string_view text);
// All that stands behind the header of a file; of hostile bytes, too.
JournalContent read_records(std::uint64_t salt, std::span<const std::byte> bytes);

}  // namespace nightstack::io
