// SPDX-License-Identifier: MIT
#include "pipeline/graph/live_canvas.h"

#include <array>
#include <cmath>
#include <vector>

#include "pipeline/core/error.h"
#include "pipeline/stages/live/live_field.h"

namespace nightstack {
namespace {

bool is_whole(double v) { return v == std::floor(v); }

// Half pixels of the stack begin and end at even pixels of the frame only.
Rect aligned(Rect area, Framing framing) {
    const auto side = [&](int& begin, int& length) {
        int end = begin + length;
        const bool outward = framing == Framing::max;
        const auto down = [](int v) { return v - (v & 1); };  // also below zero
        begin = outward ? down(begin) : down(begin + 1);
        end = outward ? down(end + 1) : down(end);
        length = end - begin;
    };
    side(area.x, area.width);
    side(area.y, area.height);
    return area;
}

int times(int length, double scale) { return static_cast<int>(std::lround(length * scale)); }

LiveCanvas canvas_of(const Rect& area, double scale) {
    const Rect pixels{times(area.x, scale), times(area.y, scale), times(area.width, scale), times(area.height, scale)};
    return {pixels, {area.x, area.y, pixels.width, pixels.height, scale}};
}

}  // namespace

LiveCanvas live_canvas(std::span<const Transform> ref_from_frame, int width, int height, Framing framing,
                       double scale) {
    if (framing == Framing::reference) {
        const Rect field = reference_field(width, height, scale);
        return {field, {0, 0, field.width, field.height, scale}};
    }
    const Canvas plan = plan_canvas(ref_from_frame, width, height, framing, 1);
    const Rect area{plan.x0, plan.y0, plan.width, plan.height};
    return canvas_of(is_whole(scale) ? area : aligned(area, framing), scale);
}

LiveCanvas live_canvas(std::span<const Transform> ref_from_frame, const StreamFormat& light,
                       const StreamFormat& reference, Framing framing, double scale) {
    if (framing == Framing::reference)
        return live_canvas(ref_from_frame, reference.width, reference.height, framing, scale);
    if (framing == Framing::max) return live_canvas(ref_from_frame, light.width, light.height, framing, scale);
    std::vector<Transform> all(ref_from_frame.begin(), ref_from_frame.end());
    if (light.width == reference.width && light.height == reference.height) all.emplace_back();
    const Canvas plan = plan_canvas(all, light.width, light.height, framing, 1);
    const Rect field{0, 0, reference.width, reference.height};
    const Rect area = intersected({plan.x0, plan.y0, plan.width, plan.height}, field);
    const LiveCanvas canvas = canvas_of(is_whole(scale) ? area : aligned(area, framing), scale);
    if (canvas.pixels.empty())
        throw OptionError("--framing common: the frames have no area in common with the reference");
    return canvas;
}

Rect live_footprint(const Transform& ref_from_frame, int width, int height, Framing framing, double scale) {
    StreamFormat format;
    format.width = width;
    format.height = height;
    return live_footprint(ref_from_frame, format, format, framing, scale);
}

Rect live_footprint(const Transform& ref_from_frame, const StreamFormat& light, const StreamFormat& reference,
                    Framing framing, double scale) {
    const Rect all = live_canvas(std::array{ref_from_frame}, light.width, light.height, Framing::max, scale).pixels;
    if (framing == Framing::max) return all;
    return intersected(all, reference_field(reference.width, reference.height, scale));
}

LiveStackBytes live_stack_bytes(int width, int height, Framing framing, double scale, const LiveStackOptions& options) {
    const auto bytes = [&](double w, double h) {
        const auto cells = [&](double length) { return static_cast<std::size_t>(std::ceil(length * scale)); };
        return LiveStack::bytes(cells(w), cells(h), options);
    };
    LiveStackBytes out{bytes(width, height), 0, times(width, scale), times(height, scale)};
    out.most = out.least;
    if (framing != Framing::max) return out;
    // Rectangles about one middle fill a circle; the square about it has room for the tiles that reach beyond.
    const double across = std::hypot(width, height);
    out.most_width = out.most_height = static_cast<int>(std::ceil(across * scale));
    out.most = std::max(out.least, bytes(across, across));
    return out;
}

}  // namespace nightstack
