// SPDX-License-Identifier: MIT
// What the results of one `nightstack pano` are called, and that none of them takes the place of anything it should
// not.
#pragma once

#include <filesystem>
#include <span>

#include "io/files/output_file.h"
#include "tools/pano/pano_options.h"

namespace nightstack::tools {

// `options` stay the caller's and must outlive this. Any thread.
class ResultNames {
public:
    explicit ResultNames(const PanoOptions& options) : o_(options) {}

    std::filesystem::path image(int panorama) const;    // pano.jpg, pano-2.jpg ...
    std::filesystem::path overlay(int panorama) const;  // pano-verify.png, pano-2-verify.png ...
    std::filesystem::path report() const;               // pano.json
    std::filesystem::path page() const;                 // pano.html
    io::Overwrite overwrite() const { return o_.force ? io::Overwrite::yes : io::Overwrite::no; }

    // All that can be told before any work: endings, a folder to write into, names that are there already, two results
    // of one name. Throws OptionError; IoError for a folder that is missing.
    void check() const;
    // Before the first of `panoramas` is composed: the names of the second and on are free, too, and no result is one
    // of `tiles`, whatever it may replace. Throws OptionError.
    void check(std::span<const std::filesystem::path> tiles, int panoramas) const;

private:
    void refuse(int first, int end) const;

    const PanoOptions& o_;
};

}  // namespace nightstack::tools
