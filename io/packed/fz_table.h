// SPDX-License-Identifier: MIT
// The binary table of a tile-compressed picture: its columns and the pointers in its rows.
// Internal to this folder.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "io/fits/byte_source.h"
#include "io/fits/header.h"

namespace nightstack::io {

enum class FzColumnKind { data, gzip_data, plain_data, scale, zero, blank };

struct FzColumn {
    FzColumnKind kind = FzColumnKind::data;
    std::string name;
    std::string form;        // TFORM as cfitsio shall see it
    char pointer = '\0';     // 'P' or 'Q' for columns that point into the heap, else 0
    std::int64_t bytes = 0;  // of one element in the heap, or of the field
    std::int64_t at = 0;     // offset in the row
    std::int64_t width() const { return pointer == 'P' ? 8 : pointer == 'Q' ? 16 : bytes; }
};

struct FzTable {
    std::vector<FzColumn> columns;
    std::int64_t row_bytes = 0;
    std::int64_t rows = 0;
    std::int64_t heap_at = 0;  // from the first byte of the table
    std::int64_t heap_bytes = 0;
};

// `rows` x `row_bytes` and `pcount` as the mandatory cards say. Throws FitsError.
FzTable read_fz_table(const FitsHeader& header, std::int64_t row_bytes, std::int64_t rows, std::int64_t pcount,
                      const std::string& name);

// One tile's data: where and in which form.
struct FzTile {
    FzColumnKind kind = FzColumnKind::data;
    std::int64_t count = 0;  // elements
    std::int64_t bytes = 0;
    std::uint64_t at = 0;  // in the file
};

// Of row 0, 1, 2 ...: every pointer is checked against the heap, exactly one of the row's data columns
// must be filled. `table_at` is the table's first byte in the file. Throws FitsError, IoError.
std::vector<FzTile> read_fz_tiles(const ByteSource& source, const FzTable& table, std::uint64_t table_at);

}  // namespace nightstack::io
