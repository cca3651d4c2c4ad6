// SPDX-License-Identifier: MIT
#include "io/session/session_scan.h"

namespace nightstack::io {
namespace {

template <class T, class U>
void fill(std::optional<T>& gap, const std::optional<U>& from) {
    if (!gap && from) gap = T(*from);
}

void fill(std::string& gap, const std::string& from) {
    if (gap.empty()) gap = from;
}

void fill_from_name(FrameInfo& info, const NameHints& name) {
    fill(info.object, name.target);
    fill(info.filter, name.filter);
    fill(info.exposure, name.exposure_s);
    fill(info.gain, name.gain);
    fill(info.binning, name.binning);
    fill(info.temperature_c, name.temperature_c);
}

}  // namespace

FrameInfo with_hints(FrameInfo info, const NameHints& frame_name, const Session& session) {
    fill_from_name(info, frame_name);
    fill_from_name(info, session.hints);
    if (!session.sidecar) return info;
    const ShotsInfo& sidecar = *session.sidecar;
    fill(info.object, sidecar.target);
    fill(info.filter, sidecar.ir);
    fill(info.exposure, sidecar.exposure_s);
    fill(info.gain, sidecar.gain);
    fill(info.binning, sidecar.binning);
    if (!info.ra_deg && !info.dec_deg) {
        info.ra_deg = sidecar.ra_deg;
        info.dec_deg = sidecar.dec_deg;
    }
    return info;
}

}  // namespace nightstack::io
