// SPDX-License-Identifier: MIT
// Watching a folder that fills with frames, whatever program writes them: what can be asked for and what is told. Plain
// values. Which of the files are lights is the caller's question (io/session).
//
// Told is a file once, under its name, when it is complete:
//   - a FITS when its size is what its own header implies. It must stand still all the same when somebody is known to
//     write to it, or when it ends in zeros, as one whose room was reserved beforehand does;
//   - any other when size and time of the last write were the same in two looks `settle` apart;
//   - any file, where the kernel tells news, at once when it comes by renaming.
// Never told: hidden and temporary names (.part, .tmp ... and our own), what lies in hidden folders, links. A file or
// folder that gets another name is new under it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace nightstack::io {

struct WatchOptions {
    std::filesystem::path folder = {};        // may be a link; below it none is followed
    int depth = 6;                            // folders below it
    std::size_t entries = 100'000;            // files and folders; what is beyond is not looked at, and said
    std::chrono::milliseconds look{1'000};    // between looks at everything; more where they take above a tenth of it
    std::chrono::milliseconds settle{2'000};  // see above
    std::chrono::milliseconds patience{60'000};  // then a file that ends too early is told as `unfinished`
    bool notify = true;                          // the kernel's news (inotify) as well as looking
    std::size_t notified_folders = 8'192;        // folders it is asked about; the others are only looked at
    void check() const;                          // throws OptionError
};

struct WatchNews {
    enum class Kind {
        added,       // complete for the first time
        changed,     // told before, and complete again with other bytes or a later time: once for each such version
        unfinished,  // ends too early and has not changed for `patience`; `added` if it is completed after all
        away,        // the watched folder cannot be seen: medium pulled, mount gone, folder removed. Said once
        back,        // it can be seen again. What was told before is not told again
        notice,      // what else the user should know
    };
    Kind kind = Kind::notice;
    std::string name;            // below the folder, any bytes, '/' between the parts; "" of away, back, notice
    std::filesystem::path path;  // folder and name
    std::uint64_t bytes = 0;
    std::int64_t changed_ns = 0;  // time of the last write since 1970, by the clock of who wrote
    std::string text;             // fit for a screen; "" of added and changed
};

std::string_view name(WatchNews::Kind kind);

// What is never told, and folders that are not entered.
bool is_passed_over(std::string_view file_or_folder_name);

}  // namespace nightstack::io
