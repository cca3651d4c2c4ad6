// SPDX-License-Identifier: MIT
// What went over the wire between a client and a scope, as a file for a bug report: JSON lines, the first
// with the version of the form, then one line a message with seconds since the beginning.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nightstack::tools {

inline constexpr int kWireVersion = 1;

struct WireLine {
    enum class Way { sent, received, note };
    double at_s = 0;  // since the beginning of the recording
    Way way = Way::note;
    std::string bytes;  // as they were, or as masked
    bool binary = false;
};

std::string_view name(WireLine::Way way);

struct WireFile {
    std::string program;  // that wrote it
    std::string started;  // UTC, ISO 8601
    bool masked = false;
    std::vector<WireLine> lines;
};

// Writes as things happen, so that a recording survives the end of the program. Any thread.
class WireWriter {
public:
    // `words`: what a masked file must not hold wherever it stands (the host). Throws IoError; an existing
    // file is not touched (OptionError).
    WireWriter(const std::filesystem::path& path, bool mask, std::vector<std::string> words);
    ~WireWriter();
    WireWriter(const WireWriter&) = delete;
    WireWriter& operator=(const WireWriter&) = delete;

    void add(WireLine::Way way, std::string_view bytes, bool binary);  // never throws: the tap of a session
    // To the disk. Throws IoError when anything was lost.
    void close();

private:
    struct State;
    std::unique_ptr<State> state_;
};

// Throws FormatError with file, line and reason; a file of a newer form is refused in words. At most 64 MiB,
// 256 KiB a line.
WireFile read_wire_file(const std::filesystem::path& path);

}  // namespace nightstack::tools
