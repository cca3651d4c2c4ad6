// SPDX-License-Identifier: MIT
#include "pipeline/stages/registration/plausible.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace nightstack {
namespace {

constexpr double kStretchSlack = 2;  // wide fields do stretch towards their corners, but not that much
constexpr double kMostDiagonals = 3;

std::array<Point, 4> corners(int width, int height) {
    const double w = width;
    const double h = height;
    return {Point{0, 0}, Point{w, 0}, Point{0, h}, Point{w, h}};
}

double denominator(const Transform& t, Point p) {
    const auto& m = t.row_major();
    return m[6] * p.x + m[7] * p.y + m[8];
}

std::string number(double value) {  // a point in every locale
    std::array<char, 400> text{};
    char* const last = text.data() + text.size();
    const auto end = std::abs(value) >= 100 ? std::to_chars(text.data(), last, value, std::chars_format::fixed, 0)
                                            : std::to_chars(text.data(), last, value, std::chars_format::general, 3);
    return {text.data(), end.ptr};
}

std::string place(Point p) { return number(p.x) + ", " + number(p.y); }

// How long a frame pixel becomes in the reference at one place: in the direction where it becomes longest
// and where shortest (singular values of the derivative). The determinant is negative for a mirror image.
struct Stretch {
    double longest = 0;
    double shortest = 0;
    double determinant = 0;
};

Stretch stretch_at(const Transform& t, Point p) {
    const auto& m = t.row_major();
    const double w = denominator(t, p);
    const Point q = t(p);
    const double xx = (m[0] - q.x * m[6]) / w;
    const double xy = (m[1] - q.x * m[7]) / w;
    const double yx = (m[3] - q.y * m[6]) / w;
    const double yy = (m[4] - q.y * m[7]) / w;
    Stretch s;
    s.determinant = xx * yy - xy * yx;
    // The two values have a sum and a difference that are roots of plain sums.
    const double sum = std::hypot(xx + yy, yx - xy);
    const double difference = std::hypot(xx - yy, yx + xy);
    s.longest = (sum + difference) / 2;
    s.shortest = std::abs(sum - difference) / 2;
    return s;
}

std::optional<std::string> torn(const Transform& t, Point corner, const MatchOptions& match) {
    const Stretch s = stretch_at(t, corner);
    const double most = match.max_scale * kStretchSlack;
    const double least = match.min_scale / kStretchSlack;
    if (!match.allow_mirrored && !(s.determinant > 0)) {
        return "its transform mirrors the frame (determinant " + number(s.determinant) + " at pixel " + place(corner) +
               ")";
    }
    if (!(s.longest <= most)) {
        return "its transform makes pixel " + place(corner) + " of the frame " + number(s.longest) +
               " pixels long in the reference, limit " + number(most);
    }
    if (!(s.shortest >= least)) {
        return "its transform makes pixel " + place(corner) + " of the frame " + number(s.shortest) +
               " pixels short in the reference, limit " + number(least);
    }
    return std::nullopt;
}

}  // namespace

Denominator least_denominator(const Transform& t, int width, int height) {
    Denominator least{denominator(t, {0, 0}), {0, 0}};
    for (const Point corner : corners(width, height)) {
        const double value = denominator(t, corner);
        if (!(value >= least.value)) least = {value, corner};  // NaN wins and stays to be seen
        if (std::isnan(least.value)) break;
    }
    return least;
}

std::optional<std::string> implausible(const Transform& ref_from_frame, int width, int height,
                                       const MatchOptions& match) {
    const Denominator least = least_denominator(ref_from_frame, width, height);
    if (!(least.value > kLeastDenominator)) {
        return "its homography folds the frame over (denominator " + number(least.value) + " at pixel " +
               place(least.at) + ", limit " + number(kLeastDenominator) + ")";
    }
    const double far = kMostDiagonals * std::hypot(width, height);
    for (const Point corner : corners(width, height)) {
        if (auto why = torn(ref_from_frame, corner, match)) return why;
        const Point q = ref_from_frame(corner);
        const double away = std::hypot(q.x - 0.5 * width, q.y - 0.5 * height);
        if (!(away <= far)) {
            return "its transform puts pixel " + place(corner) + " of the frame " + number(away) +
                   " pixels off the reference's centre, limit " + number(far);
        }
    }
    return std::nullopt;
}

}  // namespace nightstack
