// SPDX-License-Identifier: MIT
#include "tools/session/stack_comparison.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <tuple>
#include <vector>

#include "io/fits/frame_info.h"
#include "pipeline/core/error.h"
#include "tools/session/flag_plane.h"

namespace nightstack::tools {
namespace {

enum Part : std::size_t { kValue, kVariance, kCoverage, kRejected, kFlag };
constexpr const char* kNames[] = {"value", "VAR", "COV", "REJ", "FLAG"};

std::string shape(int width, int height, int planes) {
    return std::to_string(width) + " x " + std::to_string(height) + " x " + std::to_string(planes);
}

// One row of the new against one of the old.
template <class T>
void compare_row(PartDifference& found, const T* now, const T* then, const Rect& where, int plane, int y) {
    found.pixels += static_cast<std::uint64_t>(where.width);
    const std::size_t bytes = static_cast<std::size_t>(where.width) * sizeof(T);
    if (std::memcmp(now, then, bytes) == 0) return;
    for (int x = 0; x < where.width; ++x) {
        if (std::memcmp(now + x, then + x, sizeof(T)) == 0) continue;
        ++found.different;
        const PixelPlace place{plane, where.x + x, y};
        if (!found.first) found.first = place;
        const double gap = std::abs(static_cast<double>(now[x]) - static_cast<double>(then[x]));
        found.largest = std::isfinite(gap) ? std::max(found.largest, gap) : std::numeric_limits<double>::infinity();
    }
}

LinearScale scale_of(const io::FitsFile& file) {
    const auto zero = file.header().number("ADUZERO");
    const auto step = file.header().number("ADUSTEP");
    if (!zero || !step || !(*step > 0)) throw FormatError(file.name() + ": 16 bits without ADUZERO and ADUSTEP");
    return {*zero, *step};
}

bool before(const PixelPlace& a, const PixelPlace& b) {
    return std::tuple(a.plane, a.y, a.x) < std::tuple(b.plane, b.y, b.x);
}

}  // namespace

StackComparison::StackComparison(const std::filesystem::path& fits) : file_(fits) {
    if (!io::is_own_product(file_.header())) throw FormatError(file_.name() + ": not a stack of this program");
    planes_ = file_.layout().planes;
    for (const std::size_t part : {kVariance, kCoverage, kRejected}) {
        const int found = file_.find(kNames[part]);
        if (found < 0) throw FormatError(file_.name() + ": has no extension " + kNames[part]);
        image_[part] = static_cast<std::size_t>(found);
    }
    const int flag = file_.find(kNames[kFlag]);
    flags_ = flag >= 0;
    if (flags_) image_[kFlag] = static_cast<std::size_t>(flag);
    if (file_.layout().bitpix == 16) scale_ = scale_of(file_);
    for (const std::size_t part : {kValue, kVariance}) {
        if (scale_ && part == kValue) continue;
        if (file_.images()[image_[part]].layout.bitpix != -32)
            throw FormatError(file_.name() + ": " + kNames[part] + " is not stored as 32-bit floats");
    }
}

void StackComparison::begin(const StackSummary& summary) {
    const int w = summary.canvas.width;
    const int h = summary.canvas.height;
    if (summary.flags != flags_)
        throw ShapesDiffer(flags_ ? "the file has FLAG planes, the stack has none now"
                                  : "the stack has FLAG planes now, the file has none");
    for (const std::size_t part : {kValue, kVariance, kCoverage, kRejected, kFlag}) {
        if (part == kFlag && !flags_) continue;
        const io::FitsLayout& old = file_.images()[image_[part]].layout;
        const int planes = part == kRejected ? 2 * summary.planes : summary.planes;
        if (old.width != w || old.height != h || old.planes != planes) {
            throw ShapesDiffer(std::string(kNames[part]) + " is " + shape(w, h, planes) + " now, in the file it is " +
                               shape(old.width, old.height, old.planes));
        }
    }
    const std::lock_guard lock(mutex_);
    lowest_ = highest_ = 0;
    for (const std::size_t part : {kValue, kVariance, kCoverage, kRejected, kFlag}) {
        parts_[part] = {};
        parts_[part].name = kNames[part];
    }
}

void StackComparison::put(const StackTile& t) {
    put_value(t.plane, t.tile, t.value);
    put_all_but_value(t);
}

void StackComparison::put_value(int plane, const Rect& where, ImageView<const float> pixels) {
    if (scale_) return compare_stored(plane, where, pixels);
    compare(kValue, plane, where, pixels);
}

// As the file keeps them, with the largest difference in ADU again.
void StackComparison::compare_stored(int plane, const Rect& where, ImageView<const float> pixels) {
    PartDifference found;
    float low = 0;
    float high = 0;
    std::vector<std::uint16_t> now(static_cast<std::size_t>(where.width));
    std::vector<std::uint16_t> then(now.size());
    for (int y = 0; y < where.height; ++y) {
        const float* row = pixels.row_data(y);
        const auto [least, most] = std::minmax_element(row, row + where.width);
        low = std::min(low, *least);
        high = std::max(high, *most);
        std::transform(row, row + where.width, now.begin(), [&](float v) { return scale_->stored(v); });
        file_.read_u16({then.data(), where.width, 1, where.width}, {where.x, where.y + y, where.width, 1}, plane,
                       image_[kValue]);
        compare_row(found, now.data(), then.data(), where, plane, where.y + y);
    }
    found.largest *= scale_->step;
    add(kValue, found);
    const std::lock_guard lock(mutex_);
    lowest_ = std::min(lowest_, low);
    highest_ = std::max(highest_, high);
}

std::string StackComparison::scale_difference() const {
    if (!scale_) return "";
    const LinearScale now = scale_for(static_cast<double>(lowest_), static_cast<double>(highest_));
    if (now.zero == scale_->zero && now.step == scale_->step) return "";
    const auto words = [](const LinearScale& s) {
        return std::to_string(s.zero) + " + " + std::to_string(s.step) + " * number";
    };
    return "the 16-bit scale is " + words(now) + " now, in the file it is " + words(*scale_);
}

void StackComparison::put_all_but_value(const StackTile& t) {
    compare(kVariance, t.plane, t.tile, t.variance);
    compare(kCoverage, t.plane, t.tile, t.coverage);
    compare(kRejected, t.plane, t.tile, t.low);
    compare(kRejected, planes_ + t.plane, t.tile, t.high);
    if (!flags_) return;
    compare(kFlag, t.plane, t.tile, flag_plane(t.flag).cview());
}

void StackComparison::compare(std::size_t part, int plane, const Rect& where, ImageView<const float> pixels) {
    PartDifference found;
    std::vector<float> then(static_cast<std::size_t>(where.width));
    for (int y = 0; y < where.height; ++y) {
        file_.read({then.data(), where.width, 1, where.width}, {where.x, where.y + y, where.width, 1}, plane,
                   image_[part]);
        compare_row(found, pixels.row_data(y), then.data(), where, plane, where.y + y);
    }
    add(part, found);
}

void StackComparison::compare(std::size_t part, int plane, const Rect& where, ImageView<const std::uint16_t> pixels) {
    PartDifference found;
    std::vector<std::uint16_t> then(static_cast<std::size_t>(where.width));
    for (int y = 0; y < where.height; ++y) {
        file_.read_u16({then.data(), where.width, 1, where.width}, {where.x, where.y + y, where.width, 1}, plane,
                       image_[part]);
        compare_row(found, pixels.row_data(y), then.data(), where, plane, where.y + y);
    }
    add(part, found);
}

void StackComparison::add(std::size_t part, const PartDifference& found) {
    const std::lock_guard lock(mutex_);
    PartDifference& all = parts_[part];
    all.pixels += found.pixels;
    all.different += found.different;
    all.largest = std::max(all.largest, found.largest);
    if (found.first && (!all.first || before(*found.first, *all.first))) all.first = found.first;
}

std::uint64_t StackComparison::pixels() const {
    std::uint64_t sum = 0;
    for (const PartDifference& p : parts_) sum += p.pixels;
    return sum;
}

std::uint64_t StackComparison::different() const {
    std::uint64_t sum = 0;
    for (const PartDifference& p : parts_) sum += p.different;
    return sum;
}

}  // namespace nightstack::tools
