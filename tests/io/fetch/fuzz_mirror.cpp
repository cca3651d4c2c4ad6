// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <iostream>
#include <string_view>

#include "io/fetch/mirror_record.h"
#include "pipeline/core/error.h"
#include "tests/io/fetch/fuzz_fetch.h"

namespace nightstack::io::fuzz {
namespace {

void demand(bool promise, const char* what) {
    if (promise) return;
    std::cerr << "broken promise: " << what << "\n";
    std::abort();
}

void check_path(std::string_view path) {
    demand(!path.empty() && path.front() != '/' && path.back() != '/', "a path from the mirror's folder on");
    demand(path.find('\0') == std::string_view::npos && path.find("//") == std::string_view::npos, "a plain path");
    demand(path.front() != '.' && path.find("/.") == std::string_view::npos, "nothing leads out or hides");
}

MirrorRecords written_and_read(const MirrorRecords& records) {
    std::string text = mirror_text_head();
    for (const auto& [path, record] : records) text += mirror_text_line(path, record);
    return read_mirror_text(text);
}

}  // namespace

void mirror(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const MirrorRecords records = read_mirror_text(text);
        for (const auto& [path, record] : records) {
            check_path(path);
            demand(record.sha256.empty() || record.sha256.size() == 64, "a SHA-256 or none");
        }
        demand(written_and_read(records) == records, "what is written is read as it was");
        // A death in mid-line costs that line at most.
        const MirrorRecords cut = read_mirror_text(text.substr(0, size - size / 3));
        demand(cut.size() <= records.size(), "fewer lines, no more records");
    } catch (const FormatError&) {  // of a newer version
    }
}

}  // namespace nightstack::io::fuzz

#ifdef NIGHTSTACK_FUZZ_ENTRY
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    nightstack::io::fuzz::mirror(data, size);
    return 0;
}
#endif
