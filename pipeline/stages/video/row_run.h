// SPDX-License-Identifier: MIT
// Where pixels of one row of a sum lie in a frame, by an affine transform: straight lines in x. Pure functions.
#pragma once

#include <algorithm>
#include <cmath>

namespace nightstack {

// at(x) = base + slope x. Rounding keeps its order: where the slope is positive, at() never falls.
struct Line {
    double base = 0;
    double slope = 0;
    double at(int x) const { return base + slope * x; }
};

// Half open.
struct Span1 {
    int begin = 0;
    int end = 0;
};

inline int whole(double v, int least, int most) {
    return static_cast<int>(std::clamp(v, static_cast<double>(least), static_cast<double>(most)));
}

// The pixels of `among` where `inside` holds, which is one stretch of them; `guess` lies near it.
template <class Inside>
Span1 settled(Span1 guess, Span1 among, Inside inside) {
    while (guess.begin > among.begin && inside(guess.begin - 1)) --guess.begin;
    while (guess.begin < guess.end && !inside(guess.begin)) ++guess.begin;
    while (guess.end < among.end && inside(guess.end)) ++guess.end;
    while (guess.end > guess.begin && !inside(guess.end - 1)) --guess.end;
    return guess;
}

// Where low <= line.at(x) <= high.
inline Span1 between(const Line& line, double low, double high, Span1 among) {
    const auto inside = [&](int x) { return line.at(x) >= low && line.at(x) <= high; };
    if (line.slope == 0) return inside(among.begin) ? among : Span1{among.begin, among.begin};
    double first = (low - line.base) / line.slope;
    double last = (high - line.base) / line.slope;
    if (first > last) std::swap(first, last);
    const int begin = whole(std::ceil(first), among.begin, among.end);
    const int end = std::max(begin, whole(std::floor(last) + 1, among.begin, among.end));
    return settled({begin, end}, among, inside);
}

// How far from x on the line stays in the same whole step, at most to `end`.
inline int same_step(const Line& line, int x, int end) {
    if (line.slope == 0) return end;
    const double step = std::floor(line.at(x));
    const double leaves = ((line.slope > 0 ? step + 1 : step) - line.base) / line.slope;
    int until = whole(std::ceil(leaves), x + 1, end);
    while (until > x + 1 && std::floor(line.at(until - 1)) != step) --until;
    while (until < end && std::floor(line.at(until)) == step) ++until;
    return until;
}

}  // namespace nightstack
