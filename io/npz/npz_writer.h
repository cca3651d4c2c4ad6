// SPDX-License-Identifier: MIT
// Writes numpy's .npz: named arrays in a zip without compression (NumPy Enhancement Proposal 1, format 1.0; PKWARE's
// APPNOTE). For truth that tests read with numpy; nothing in the product reads it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/files/output_file.h"

namespace nightstack::io {

// Sizes of the axes, the slowest first; empty for a single value.
using NpzShape = std::vector<std::size_t>;

// Nothing stands under `path` before publish(). One thread. No time is written: the same arrays give the same bytes.
// Throws IoError as OutputFile does; OptionError beyond 4 GB or when shape and values do not agree.
class NpzWriter {
public:
    explicit NpzWriter(const std::filesystem::path& path, Overwrite overwrite = Overwrite::no);

    void numbers(std::string_view name, const NpzShape& shape, std::span<const double> values);
    void number(std::string_view name, double value) { numbers(name, {}, {&value, 1}); }
    void integers(std::string_view name, const NpzShape& shape, std::span<const std::int64_t> values);
    void integer(std::string_view name, std::int64_t value) { integers(name, {}, {&value, 1}); }
    void text(std::string_view name, std::string_view ascii);

    // Large arrays row by row, the last axis being a row: `fill` is called for 0, 1, ... in order.
    void rows(std::string_view name, const NpzShape& shape,
              const std::function<void(std::size_t row, std::span<float> values)>& fill);

    void publish();

private:
    struct Entry {
        std::string name;
        std::uint32_t crc = 0;
        std::uint64_t size = 0;
        std::uint64_t at = 0;
    };
    void begin(std::string_view name, std::string_view type, const NpzShape& shape, std::uint64_t bytes);
    void append(std::span<const std::byte> bytes);
    void add(std::span<const std::byte> bytes);  // of the entry's content
    void end();
    static std::string head(const Entry& entry, bool central);

    OutputFile file_;
    std::uint64_t size_ = 0;
    std::vector<Entry> entries_;
};

}  // namespace nightstack::io
