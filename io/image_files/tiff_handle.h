// SPDX-License-Identifier: MIT
// libtiff on one of our files: nothing mapped, no message printed, no large allocation, no global
// handler touched. Internal to this folder. Not for several threads at once.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "io/files/handle_cache.h"

struct tiff;  // libtiff's TIFF; its header stays in the .cpp files

namespace nightstack::io {

class TiffHandle {
public:
    // Reads the first directory. `file` must outlive the handle. Throws FormatError.
    explicit TiffHandle(const ReopenableFile& file);
    ~TiffHandle();
    TiffHandle(const TiffHandle&) = delete;
    TiffHandle& operator=(const TiffHandle&) = delete;

    tiff* get() const { return tiff_; }
    // "<path>: <what>: <libtiff's first complaint since the last call>"
    std::string problem(const std::string& what);

    struct Source {  // what libtiff's callbacks see
        const ReopenableFile* file = nullptr;
        std::uint64_t position = 0;
        std::string complaint;
    };

private:
    std::unique_ptr<Source> source_;
    tiff* tiff_ = nullptr;
};

}  // namespace nightstack::io
