// SPDX-License-Identifier: MIT
#include "pipeline/stages/video/plane_sum.h"

#include <cassert>
#include <cstring>

#include "pipeline/stages/video/add_row.h"
#include "pipeline/stages/video/row_run.h"

namespace nightstack {
namespace {

// One row of the sum in one frame. Columns are told as how far they lie from the sum's own: almost the same all along
// the row where there is little rotation, so that long stretches read pixel after pixel.
struct RowPlace {
    ImageView<const std::uint8_t> source;
    Line offset;  // source x = x + offset
    Line row;     // source y
};

RowPlace row_place(const SummedPlane& frame, int y) {
    const auto& m = frame.source_from_sum.row_major();
    return {frame.pixels, {m[1] * y + m[2], m[0] - 1}, {m[4] * y + m[5], m[3]}};
}

Span1 covered(const RowPlace& p, double reach, int width) {
    const Span1 rows = between(p.row, -reach, p.source.height() - 1 + reach, {0, width});
    if (rows.begin >= rows.end) return rows;
    // The column itself grows along the row, or falls where the frame is mirrored or upside down.
    const Line column{p.offset.base, p.offset.slope + 1};
    return between(column, -reach, p.source.width() - 1 + reach, rows);
}

// Anywhere, the edges and steep rotations included.
float pixel_at(const RowPlace& p, int x) {
    const auto axis = [](double position, int length, int& first, int& second) {
        position = std::clamp(position, 0.0, static_cast<double>(length - 1));
        first = static_cast<int>(position);
        second = std::min(first + 1, length - 1);
        return static_cast<float>(position - first);
    };
    int x0 = 0, x1 = 0, y0 = 0, y1 = 0;
    const float fx = axis(x + p.offset.at(x), p.source.width(), x0, x1);
    const float fy = axis(p.row.at(x), p.source.height(), y0, y1);
    const std::uint8_t* upper = p.source.row_data(y0);
    const std::uint8_t* lower = p.source.row_data(y1);
    const float top = static_cast<float>(upper[x0]) + fx * static_cast<float>(upper[x1] - upper[x0]);
    const float bottom = static_cast<float>(lower[x0]) + fx * static_cast<float>(lower[x1] - lower[x0]);
    return top + fy * (bottom - top);
}

void add_singly(const RowPlace& p, Span1 pixels, float* sum) {
    for (int x = pixels.begin; x < pixels.end; ++x) sum[x] += pixel_at(p, x);
}

// Pixels that all lie between the same two rows, and as far from their columns as one another.
void add_run(const RowPlace& p, Span1 run, float* sum) {
    const double column_step = std::floor(p.offset.at(run.begin));
    const double row_step = std::floor(p.row.at(run.begin));
    const int shift = static_cast<int>(column_step);
    const int y = static_cast<int>(row_step);
    Span1 inside = run;
    if (y < 0 || y + 1 >= p.source.height()) {
        inside.end = inside.begin;
    } else {
        inside.begin = std::clamp(-shift, run.begin, run.end);
        inside.end = std::clamp(p.source.width() - 1 - shift, inside.begin, run.end);
    }
    add_singly(p, {run.begin, inside.begin}, sum);
    if (inside.end > inside.begin) {
        const int x = inside.begin;
        add_stretch(sum + x, {p.source.row_data(y) + x + shift, p.source.row_data(y + 1) + x + shift, inside.end - x,
                              static_cast<float>(p.offset.at(x) - column_step), static_cast<float>(p.offset.slope),
                              static_cast<float>(p.row.at(x) - row_step), static_cast<float>(p.row.slope)});
    }
    add_singly(p, {inside.end, run.end}, sum);
}

void add_covered(const RowPlace& p, Span1 pixels, float* sum) {
    constexpr double kSteep = 0.2;  // runs of less than five pixels cost more than they save
    if (std::abs(p.offset.slope) + std::abs(p.row.slope) > kSteep) return add_singly(p, pixels, sum);
    for (int x = pixels.begin; x < pixels.end;) {
        const int end = same_step(p.row, x, same_step(p.offset, x, pixels.end));
        add_run(p, {x, end}, sum);
        x = end;
    }
}

}  // namespace

void PlaneSum::begin(int width, int height, double reach) {
    assert(width > 0 && height > 0 && reach >= 0 && reach <= 1);
    sum_.reshape(width, height);
    count_.reshape(width + 1, height);
    reach_ = reach;
    for (int y = 0; y < height; ++y) {
        std::memset(sum_.view().row_data(y), 0, static_cast<std::size_t>(width) * sizeof(float));
        std::memset(count_.view().row_data(y), 0, static_cast<std::size_t>(width + 1) * sizeof(std::int16_t));
    }
}

void PlaneSum::add_rows(std::span<const SummedPlane> frames, int begin, int end) {
    for (int y = begin; y < end; ++y) {
        float* const sum = sum_.view().row_data(y);
        std::int16_t* const steps = count_.view().row_data(y);
        for (const SummedPlane& frame : frames) {  // the row of the sum stays near
            assert(frame.source_from_sum.is_affine());
            const RowPlace place = row_place(frame, y);
            const Span1 pixels = covered(place, reach_, width());
            if (pixels.begin >= pixels.end) continue;
            ++steps[pixels.begin];
            --steps[pixels.end];
            add_covered(place, pixels, sum);
        }
    }
}

void PlaneSum::absorb_rows(const PlaneSum& other, int begin, int end) {
    assert(other.width() == width() && other.height() == height());
    for (int y = begin; y < end; ++y) {
        float* const sum = sum_.view().row_data(y);
        std::int16_t* const steps = count_.view().row_data(y);
        const float* const more = other.sum_.view().row_data(y);
        const std::int16_t* const more_steps = other.count_.view().row_data(y);
        for (int x = 0; x < width(); ++x) sum[x] += more[x];
        for (int x = 0; x <= width(); ++x) steps[x] = static_cast<std::int16_t>(steps[x] + more_steps[x]);
    }
}

void PlaneSum::close_rows(int begin, int end) {
    for (int y = begin; y < end; ++y) {
        std::int16_t* const counts = count_.view().row_data(y);
        for (int x = 1; x <= width(); ++x) counts[x] = static_cast<std::int16_t>(counts[x] + counts[x - 1]);
    }
}

}  // namespace nightstack
