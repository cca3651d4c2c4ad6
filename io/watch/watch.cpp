// SPDX-License-Identifier: MIT
#include "io/watch/watch.h"

#include "io/session/name_hints.h"
#include "pipeline/core/error.h"

namespace nightstack::io {

void WatchOptions::check() const {
    using std::chrono::milliseconds;
    if (folder.empty()) throw OptionError("no folder to watch is named");
    if (depth < 0 || depth > 32)
        throw OptionError("depth of the watched folder: " + std::to_string(depth) + ", 0 to 32");
    if (entries == 0) throw OptionError("entries of the watched folder: at least 1");
    if (look < milliseconds(1) || settle < milliseconds(0) || patience < settle)
        throw OptionError("watching: look from 1 ms, settle from 0, patience not shorter than settle");
}

std::string_view name(WatchNews::Kind kind) {
    switch (kind) {
        case WatchNews::Kind::added: return "added";
        case WatchNews::Kind::changed: return "changed";
        case WatchNews::Kind::unfinished: return "unfinished";
        case WatchNews::Kind::away: return "away";
        case WatchNews::Kind::back: return "back";
        case WatchNews::Kind::notice: return "notice";
    }
    return "";
}

bool is_passed_over(std::string_view file_or_folder_name) {
    const FileKind kind = parse_file_name(file_or_folder_name).kind;
    return kind == FileKind::hidden || kind == FileKind::partial;
}

}  // namespace nightstack::io
