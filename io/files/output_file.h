// SPDX-License-Identifier: MIT
// A file that appears under its name only when it is whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <stop_token>
#include <string_view>

namespace nightstack::io {

enum class Overwrite { no, yes };

// Throws OptionError when there is a file of that name already.
void refuse_existing_output(const std::filesystem::path& path);

// Written beside the final name under a hidden temporary one, then synced and renamed by
// `publish()`. Destroyed before that, nothing stays behind; of a program that is killed the temporary file
// stays, and leftovers.h takes it away. `write_at` may be called from several threads at once; everything else from
// one.
class OutputFile {
public:
    // Throws IoError; OptionError when `path` exists and `overwrite` is no.
    explicit OutputFile(const std::filesystem::path& path, Overwrite overwrite = Overwrite::no);
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    const std::filesystem::path& path() const { return path_; }
    // The name it has until published, for libraries that want to open a path themselves.
    const std::filesystem::path& temporary_path() const { return temporary_; }

    void write_at(std::span<const std::byte> bytes, std::uint64_t offset);
    void append(std::span<const std::byte> bytes);
    void append(std::string_view text) { append(std::as_bytes(std::span(text))); }
    void read_at(std::span<std::byte> out, std::uint64_t offset) const;  // what was written before
    // Reserves the bytes on disk, so that a full disk shows before the work; zero-filled.
    void reserve(std::uint64_t bytes);
    // The disk may begin with these bytes, which are whole; waits for nothing, and says nothing where that cannot be
    // asked for. Any thread.
    void begin_sync(std::uint64_t offset, std::uint64_t bytes) const;
    // To the disk, in pieces between which a stop is heeded (Interrupted). `publish` does the same in
    // one go; a caller with several files syncs all of them first, so that they appear together.
    void sync(const std::stop_token& stop);
    // Sync, rename to the final name, sync the folder. Throws as the constructor does.
    void publish();

private:
    std::filesystem::path path_;
    std::filesystem::path temporary_;
    Overwrite overwrite_;
    int fd_ = -1;
    std::uint64_t end_ = 0;  // where append goes on
};

}  // namespace nightstack::io
