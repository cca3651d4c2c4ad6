// SPDX-License-Identifier: MIT
#include "io/session/name_hints.h"

namespace nightstack::io {
namespace {

template <class T>
void fill(std::optional<T>& gap, const std::optional<T>& from) {
    if (!gap) gap = from;
}

}  // namespace

std::string_view name(CameraSide side) {
    switch (side) {
        case CameraSide::tele: return "tele";
        case CameraSide::wide: return "wide";
        case CameraSide::unknown: break;
    }
    return "";
}

NameHints merged(NameHints first, const NameHints& second) {
    if (first.target.empty()) first.target = second.target;
    if (first.filter.empty()) first.filter = second.filter;
    fill(first.exposure_s, second.exposure_s);
    fill(first.gain, second.gain);
    fill(first.binning, second.binning);
    fill(first.temperature_c, second.temperature_c);
    fill(first.ir, second.ir);
    fill(first.stacked_frames, second.stacked_frames);
    fill(first.counter, second.counter);
    fill(first.stamp, second.stamp);
    if (first.camera == CameraSide::unknown) first.camera = second.camera;
    first.mosaic = first.mosaic || second.mosaic;
    first.restacked = first.restacked || second.restacked;
    return first;
}

}  // namespace nightstack::io
