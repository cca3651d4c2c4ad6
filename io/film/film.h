// SPDX-License-Identifier: MIT
// Films of JPEG pictures, read from their beginning to their end, a picture at a time as it is stored:
//   an AVI whose codec is Motion JPEG (avi_walk.h);
//   a recorded stream, multipart with or without the answer's headers, or JPEGs one behind the other (io/mjpeg);
//   a folder of JPEGs, in natural order.
// Nothing is decoded. What lies in them is hostile; memory is bounded by the largest picture allowed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace nightstack::io {

// One thread.
class Film {
public:
    virtual ~Film() = default;
    // Replaces `jpeg`; false at the end. What could not be read comes empty, to be counted. Throws IoError,
    // Interrupted.
    virtual bool next(std::vector<std::byte>& jpeg) = 0;
    virtual std::optional<double> pictures_per_s() const { return std::nullopt; }  // where the film says it
    virtual std::uint64_t position() const = 0;                                    // bytes read of `size`
    virtual std::uint64_t size() const = 0;
    // Parts, so far, that were no whole picture: damaged, or cut off at the end; they are not given.
    virtual std::uint64_t dropped_parts() const { return 0; }
    virtual std::string kind() const = 0;  // in words: "AVI"
};

// Throws IoError when it cannot be read, FormatError when it is none of these, with the path; Interrupted when asked to
// stop while a picture is looked for in a damaged AVI, then and in next().
std::unique_ptr<Film> open_film(const std::filesystem::path& path, const std::stop_token& stop = {});

// A file that is called like a film: .avi, .mjpeg, .mjpg, in large or small letters.
bool named_like_film(const std::filesystem::path& path);
// A folder with JPEGs and with no other frame or picture; sidecars do not count.
bool holds_only_jpegs(const std::filesystem::path& folder);

// The makers of the three kinds; throw as open_film does.
std::unique_ptr<Film> open_folder_film(const std::filesystem::path& folder);
std::unique_ptr<Film> open_stream_film(const std::filesystem::path& file);

}  // namespace nightstack::io
