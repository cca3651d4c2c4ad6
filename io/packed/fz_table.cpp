// SPDX-License-Identifier: MIT
#include "io/packed/fz_table.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>
#include <string_view>

#include "io/fits/fits_error.h"

namespace nightstack::io {
namespace {

constexpr std::int64_t kMaxColumns = 6;  // there are no more that we know
constexpr std::size_t kBlockBytes = 1 << 16;

[[noreturn]] void refuse(const std::string& name, const std::string& text) {
    throw FitsError(FitsFault::header, name + ": " + text);
}

struct KnownColumn {
    std::string_view name;
    FzColumnKind kind;
    bool in_heap;
    std::string_view types;  // letters of TFORM
};
constexpr KnownColumn kColumns[] = {
    {"COMPRESSED_DATA", FzColumnKind::data, true, "BI"},
    {"GZIP_COMPRESSED_DATA", FzColumnKind::gzip_data, true, "B"},
    {"UNCOMPRESSED_DATA", FzColumnKind::plain_data, true, "BIJED"},
    {"ZSCALE", FzColumnKind::scale, false, "D"},
    {"ZZERO", FzColumnKind::zero, false, "D"},
    {"ZBLANK", FzColumnKind::blank, false, "J"},
};

std::int64_t element_bytes(char type) {
    switch (type) {
        case 'B': return 1;
        case 'I': return 2;
        case 'J':
        case 'E': return 4;
        default: return 8;  // 'D'
    }
}

// "1PB(1234)", "QI", "1D", "D". The length in brackets is only a hint and is left out.
void read_form(FzColumn& column, const KnownColumn& known, std::string_view form, const std::string& name) {
    const std::string_view whole = form;
    if (form.starts_with('1')) form.remove_prefix(1);
    if (known.in_heap && (form.starts_with('P') || form.starts_with('Q'))) {
        column.pointer = form.front();
        form.remove_prefix(1);
    }
    const char type = form.empty() ? '\0' : form.front();
    const std::string_view rest = form.empty() ? form : form.substr(1);
    const bool bracket = rest.empty() || (rest.starts_with('(') && rest.ends_with(')'));
    if (type == '\0' || known.types.find(type) == std::string_view::npos || known.in_heap != (column.pointer != '\0') ||
        !bracket)
        refuse(name, "column " + column.name + " of form '" + std::string(whole) + "'");
    column.bytes = element_bytes(type);
    column.form = column.pointer != '\0' ? std::string("1") + column.pointer + type : std::string("1") + type;
}

FzColumn read_column(const FitsHeader& header, std::int64_t number, const std::string& name) {
    FzColumn column;
    column.name = trimmed(header.text("TTYPE" + std::to_string(number)).value_or(""));
    const auto known = std::ranges::find(kColumns, std::string_view(column.name), &KnownColumn::name);
    if (known == std::end(kColumns))
        refuse(name, "column '" + column.name + "' is none of a tile-compressed image that we know");
    column.kind = known->kind;
    const std::string form(trimmed(header.text("TFORM" + std::to_string(number)).value_or("")));
    read_form(column, *known, form, name);
    for (const char* key : {"TSCAL", "TZERO"}) {
        if (header.has(key + std::to_string(number))) refuse(name, "column " + column.name + " is scaled once more");
    }
    return column;
}

std::int64_t big_endian(const std::byte* at, int bytes) {
    std::uint64_t value = 0;
    for (int i = 0; i < bytes; ++i) value = value << 8 | std::to_integer<std::uint64_t>(at[i]);
    return bytes == 4 ? static_cast<std::int32_t>(static_cast<std::uint32_t>(value)) : static_cast<std::int64_t>(value);
}

FzTile tile_of_row(const std::byte* row, const FzTable& table, std::uint64_t table_at, std::int64_t number,
                   const std::string& name) {
    std::optional<FzTile> tile;
    for (const FzColumn& column : table.columns) {
        if (column.pointer == '\0') continue;
        const int size = column.pointer == 'P' ? 4 : 8;
        const std::int64_t count = big_endian(row + column.at, size);
        const std::int64_t offset = big_endian(row + column.at + size, size);
        const bool inside = count >= 0 && offset >= 0 && offset <= table.heap_bytes &&
                            count <= (table.heap_bytes - offset) / column.bytes;
        const std::string where = "tile " + std::to_string(number + 1) + " of " + std::to_string(table.rows);
        if (!inside) {
            refuse(name, where + ": " + std::to_string(count) + " elements at byte " + std::to_string(offset) +
                             " of a heap of " + std::to_string(table.heap_bytes));
        }
        if (count == 0) continue;
        if (tile) refuse(name, where + " has its data twice");
        tile = FzTile{column.kind, count, count * column.bytes,
                      table_at + static_cast<std::uint64_t>(table.heap_at + offset)};
    }
    if (!tile)
        refuse(name, "tile " + std::to_string(number + 1) + " of " + std::to_string(table.rows) + " has no data");
    return *tile;
}

}  // namespace

FzTable read_fz_table(const FitsHeader& header, std::int64_t row_bytes, std::int64_t rows, std::int64_t pcount,
                      const std::string& name) {
    FzTable table;
    table.row_bytes = row_bytes;
    table.rows = rows;
    const std::int64_t fields = header.integer("TFIELDS").value_or(-1);
    if (fields < 1 || fields > kMaxColumns)
        refuse(name, "TFIELDS = " + std::to_string(fields) + ", 1 to " + std::to_string(kMaxColumns) + " expected");
    std::int64_t at = 0;
    for (std::int64_t i = 1; i <= fields; ++i) {
        FzColumn column = read_column(header, i, name);
        const auto same = [&](const FzColumn& other) { return other.kind == column.kind; };
        if (std::ranges::any_of(table.columns, same)) refuse(name, "column " + column.name + " stands twice");
        column.at = at;
        at += column.width();
        table.columns.push_back(std::move(column));
    }
    if (at != row_bytes) {
        refuse(name, "rows of " + std::to_string(row_bytes) + " bytes, the columns have " + std::to_string(at));
    }
    const std::int64_t main_bytes = row_bytes * rows;
    table.heap_at = header.has("THEAP") ? header.integer("THEAP").value_or(-1) : main_bytes;
    if (table.heap_at < main_bytes || table.heap_at - main_bytes > pcount)
        refuse(name, "THEAP = " + std::to_string(table.heap_at) + " lies outside the table");
    table.heap_bytes = pcount - (table.heap_at - main_bytes);
    return table;
}

std::vector<FzTile> read_fz_tiles(const ByteSource& source, const FzTable& table, std::uint64_t table_at) {
    std::vector<FzTile> tiles;
    tiles.reserve(static_cast<std::size_t>(table.rows));
    const auto row_bytes = static_cast<std::size_t>(table.row_bytes);
    const auto rows_at_once = static_cast<std::int64_t>(std::max<std::size_t>(1, kBlockBytes / row_bytes));
    std::vector<std::byte> block;
    for (std::int64_t row = 0; row < table.rows; row += rows_at_once) {
        const std::int64_t count = std::min(rows_at_once, table.rows - row);
        block.resize(static_cast<std::size_t>(count) * row_bytes);
        source.read_at(block, table_at + static_cast<std::uint64_t>(row * table.row_bytes));
        for (std::int64_t i = 0; i < count; ++i) {
            tiles.push_back(tile_of_row(block.data() + static_cast<std::size_t>(i) * row_bytes, table, table_at,
                                        row + i, source.name));
        }
    }
    return tiles;
}

}  // namespace nightstack::io
