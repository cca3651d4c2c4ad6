// SPDX-License-Identifier: MIT
// The kernel's news about folders (inotify), as far as it has any: it knows nothing of what another machine does on a
// network mount, it has limits, it may forget. So it only makes looking sooner. One thread's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "io/files/local_file.h"

namespace nightstack::io {

struct FileEvent {
    enum class What {
        made,       // is there now
        writing,    // bytes are being written
        closed,     // by who wrote
        moved_in,   // has this name by renaming
        gone,       // removed or renamed
        look_over,  // a folder has come or gone, or news were lost: look at everything
    };
    What what = What::look_over;
    std::string name;  // below the watched folder; "" of look_over
};

class Notifier {
public:
    // `most_folders`: 0 asks the kernel nothing. Never throws: see why_not().
    explicit Notifier(std::size_t most_folders);

    int descriptor() const { return news_.get(); }  // readable when there are news; -1 when it does not work
    // Words when news of some or all folders cannot be had; "" when all is well.
    const std::string& why_not() const { return why_not_; }

    // A folder as a look at everything comes by; `name` below the watched folder, "" itself. It may be known already.
    void follow(int folder, const std::string& name);
    // After a look at everything: folders it did not come by are followed no more.
    void end_look();
    // What has happened so far, at most some thousands at a time; names as of is_passed_over() are left out.
    std::vector<FileEvent> read();

private:
    struct Followed {
        std::string name;
        std::uint64_t look = 0;
    };
    void add(int number, std::uint32_t mask, const std::string& name, std::vector<FileEvent>& events);
    void no_news(const std::string& what, int code);

    std::size_t most_folders_;
    Descriptor news_;
    std::string why_not_;
    std::unordered_map<int, Followed> folders_;  // by the kernel's number
    std::uint64_t look_ = 0;
};

}  // namespace nightstack::io
