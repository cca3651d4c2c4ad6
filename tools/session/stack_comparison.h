// SPDX-License-Identifier: MIT
// A stack as it comes out of a run, held against a finished one on the disk, bit by bit and tile by tile: no second
// copy is kept.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "io/fits/reader.h"
#include "pipeline/core/error.h"
#include "pipeline/graph/offline_run.h"
#include "tools/session/linear_scale.h"

namespace nightstack::tools {

struct PixelPlace {
    int plane = 0;
    int x = 0;
    int y = 0;
};

// What was found in one picture of the file.
struct PartDifference {
    std::string name;          // value, VAR, COV, REJ, FLAG
    std::uint64_t pixels = 0;  // compared
    std::uint64_t different = 0;
    std::optional<PixelPlace> first;  // the topmost, then leftmost, of the first plane that has one
    double largest = 0;               // greatest |new - old|; infinite where one of the two is no number
};

// The two are not of one shape: there is nothing to compare pixel by pixel.
class ShapesDiffer : public Error {
public:
    using Error::Error;
};

class StackComparison {
public:
    // Throws FormatError, IoError when the file is not a stack of this program.
    explicit StackComparison(const std::filesystem::path& fits);

    // As the sink of a run. `begin` may come again, then everything before is void. Throws ShapesDiffer.
    void begin(const StackSummary& summary);
    void put(const StackTile& tile);  // thread-safe, as the next two
    // The same in two steps, where the values are changed after the run.
    void put_all_but_value(const StackTile& tile);
    void put_value(int plane, const Rect& where, ImageView<const float> pixels);

    // FLAG only where the file has it.
    std::span<const PartDifference> parts() const { return std::span(parts_).first(flags_ ? 5 : 4); }
    // Of files in 16 bits: the numbers stored are compared, by the scale of the file; this tells, after all pixels,
    // when the values now would have had another scale. "" when all is well.
    std::string scale_difference() const;
    std::uint64_t pixels() const;
    std::uint64_t different() const;

private:
    void compare(std::size_t part, int plane, const Rect& where, ImageView<const float> pixels);
    void compare_stored(int plane, const Rect& where, ImageView<const float> pixels);
    void compare(std::size_t part, int plane, const Rect& where, ImageView<const std::uint16_t> pixels);
    void add(std::size_t part, const PartDifference& found);

    io::FitsFile file_;
    std::array<std::size_t, 5> image_{};  // of the file, by part
    int planes_ = 0;
    bool flags_ = false;                // the file has them
    std::optional<LinearScale> scale_;  // of 16-bit files
    std::mutex mutex_;
    float lowest_ = 0, highest_ = 0;  // of the values now, 0 among them
    std::array<PartDifference, 5> parts_;
};

}  // namespace nightstack::tools
