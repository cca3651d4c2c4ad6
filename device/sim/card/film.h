// SPDX-License-Identifier: MIT
// A film of JPEG pictures (AVI), which grows picture by picture and can be looked at all the while. What real scopes
// write is MP4; this stands in for it. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nightstack::device::sim {

class Film {
public:
    Film(int width, int height, double pictures_per_s) : width_(width), height_(height), rate_(pictures_per_s) {}

    // What to write at the beginning of the file, over what stands there; changes with every picture.
    std::string head() const;
    // What to append for one more picture.
    std::string picture(const std::string& jpeg);
    // What to append at the end; changes the head.
    std::string index();
    int width() const { return width_; }
    int height() const { return height_; }

private:
    struct Entry {
        std::uint32_t at, size;
    };
    int width_, height_;
    double rate_;
    std::uint32_t bytes_ = 4;  // of the list of pictures, its name included
    std::uint32_t index_bytes_ = 0;
    std::uint32_t largest_ = 0;
    std::vector<Entry> entries_;
};

}  // namespace nightstack::device::sim
