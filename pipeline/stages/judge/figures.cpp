// SPDX-License-Identifier: MIT
#include "pipeline/stages/judge/figures.h"

#include <array>
#include <cmath>

namespace nightstack {
namespace {

struct Description {
    std::optional<double> FrameFigures::*member;
    std::string_view key;
    std::string_view word;
    std::string_view unit;
    int decimals;
    Reason reason;
};

// In the order of enum Figure.
constexpr std::array<Description, figure_count> descriptions{{
    {&FrameFigures::fwhm_px, "fwhm_px", "FWHM", " px", 1, Reason::fwhm},
    {&FrameFigures::roundness, "roundness", "roundness", "", 2, Reason::roundness},
    {&FrameFigures::stars, "stars", "star count", "", 0, Reason::stars},
    {&FrameFigures::background, "background", "background", " ADU", 0, Reason::background},
    {&FrameFigures::transparency, "transparency", "transparency", "", 2, Reason::transparency},
    {&FrameFigures::residual_px, "residual_px", "registration residual", " px", 2, Reason::residual},
    {&FrameFigures::sharpness, "sharpness", "sharpness", " /px", 4, Reason::sharpness},
}};

const Description& of(Figure figure) { return descriptions[static_cast<std::size_t>(figure)]; }

}  // namespace

std::optional<double> value_of(const FrameFigures& frame, Figure figure) {
    const std::optional<double>& v = frame.*(of(figure).member);
    return v && std::isfinite(*v) ? v : std::nullopt;
}

std::string_view key(Figure figure) { return of(figure).key; }
std::string_view word(Figure figure) { return of(figure).word; }
std::string_view unit(Figure figure) { return of(figure).unit; }
int decimals(Figure figure) { return of(figure).decimals; }
Reason reason_of(Figure figure) { return of(figure).reason; }

}  // namespace nightstack
