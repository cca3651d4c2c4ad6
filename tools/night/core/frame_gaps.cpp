// SPDX-License-Identifier: MIT
#include "tools/night/core/frame_gaps.h"

#include "io/session/name_hints.h"

namespace nightstack::tools {
namespace {

// All that names and sidecars can tell.
template <class Work>
void each_field(const Work& work) {
    work(&FrameInfo::object);
    work(&FrameInfo::filter);
    work(&FrameInfo::exposure);
    work(&FrameInfo::gain);
    work(&FrameInfo::binning);
    work(&FrameInfo::temperature_c);
    work(&FrameInfo::ra_deg);
    work(&FrameInfo::dec_deg);
}

template <class T>
bool is_said(const T& value) {
    return value != T();
}

FrameInfo own_words(const FrameInfo& header, const std::filesystem::path& frame) {
    return io::with_hints(header, io::parse_file_name(frame.filename().string()).hints, {});
}

}  // namespace

FrameInfo said_by_session(const FrameInfo& header, const std::filesystem::path& frame, const io::Session& session) {
    const FrameInfo own = own_words(header, frame);
    const FrameInfo all = io::with_hints(header, io::parse_file_name(frame.filename().string()).hints, session);
    FrameInfo said;
    each_field([&](auto field) {
        if (!is_said(own.*field)) said.*field = all.*field;
    });
    return said;
}

FrameInfo with_said(const FrameInfo& header, const std::filesystem::path& frame, const FrameInfo& said) {
    FrameInfo info = own_words(header, frame);
    each_field([&](auto field) {
        if (!is_said(info.*field)) info.*field = said.*field;
    });
    return info;
}

}  // namespace nightstack::tools
