// SPDX-License-Identifier: MIT
#include "device/sim/card/raw_session.h"

#include <algorithm>
#include <cmath>

#include "device/sim/card/card_names.h"
#include "device/sim/card/factory_darks.h"
#include "device/sim/card/frame_bytes.h"
#include "device/sim/card/sidecar.h"
#include "io/image_files/png.h"

namespace nightstack::device::sim {
namespace {

// Colours in 16 bits, not stretched.
void write_linear_png(const std::filesystem::path& path, const Colour& colour) {
    io::PngFormat format;
    format.width = colour.width();
    format.height = colour.height();
    format.channels = 3;
    format.bits = 16;
    io::OutputFile file(path, io::Overwrite::yes);
    SerialRunner runner;
    const auto row = [&](int y, std::span<std::uint16_t> out) {
        for (std::size_t i = 0; i < out.size(); ++i) {
            const float value = colour.planes[i % 3].cview().row_data(y)[i / 3];
            out[i] = static_cast<std::uint16_t>(std::lround(std::clamp(value, 0.0F, 65535.0F)));
        }
    };
    io::write_png(file, format, io::PngRow16(row), runner);
    file.publish();
}

bool struck_by(const Exposed& frame, const char* fault) {
    return std::ranges::find(frame.faults, fault) != frame.faults.end();
}

}  // namespace

RawSession::RawSession(Bench& bench, const Exposed& first)
    : bench_(bench),
      first_(first),
      folder_(session_folder(first, bench.options.layout) + "/"),
      coldest_c_(first.sensor_c),
      warmest_c_(first.sensor_c) {
    write_factory_darks(bench_, first_);
}

bool RawSession::write_frame(const Exposed& frame, const std::string& name) {
    const auto pixels = bench_.pixels.cview();
    const std::string bytes = frame.format == 1 ? tiff_bytes(pixels) : fits_bytes(frame, bench_.options, pixels);
    return bench_.tree.write(name, bytes, frame.writing);
}

bool RawSession::take(const Exposed& frame, bool more_waiting) {
    const Transform frame_from_first = bench_.expose(frame, first_);
    const std::string file = frame_file(frame, bench_.options.layout), name = folder_ + file;
    const bool whole = write_frame(frame, name);
    if (struck_by(frame, "card.full")) return false;  // nothing else finds room either
    last_index_ = frame.index;
    if (whole) bench_.maker->written(frame, "DWARF_II/" + name);
    Colour& colour = bench_.colours();
    drop_hot_pixels(colour);
    const std::string thumbnail = std::filesystem::path(file).replace_extension(".jpg").string();
    bench_.write_thumbnail(folder_ + "Thumbnail/" + thumbnail,
                           night_picture(colour, kThumbnailWidth, kThumbnailHeight));
    if (!frame.failed) {
        stack_.add(colour, frame_from_first);
        stack_shown_ = false;
    }
    note(frame);
    const bool watched = bench_.board && bench_.board->looked_at();
    if (bench_.board && (watched || !more_waiting)) {
        bench_.board->put(colour, stack_.frames() > 0 ? stack_.mean() : colour);
    }
    if (!more_waiting) show_stack();
    return whole;
}

void RawSession::note(const Exposed& frame) {
    coldest_c_ = std::min(coldest_c_, frame.sensor_c);
    warmest_c_ = std::max(warmest_c_, frame.sensor_c);
    bench_.tree.write(folder_ + "shotsInfo.json",
                      shots_info_text(frame, bench_.options.layout, coldest_c_, warmest_c_));
}

void RawSession::show_stack() {
    if (stack_shown_) return;
    stack_shown_ = true;
    const Colour& mean = stack_.mean();
    bench_.tree.write(folder_ + "stacked.jpg", bench_.jpeg(night_picture(mean, 2 * mean.width(), 2 * mean.height())));
    bench_.write_thumbnail(folder_ + "stacked_thumbnail.jpg", night_picture(mean, kThumbnailWidth, kThumbnailHeight));
}

void RawSession::end() {
    show_stack();
    const std::string name = stack_file(first_, bench_.options.layout);
    if (!name.empty() && stack_.frames() > 0) write_linear_png(bench_.tree.path_of(folder_ + name), stack_.mean());
    bench_.maker->session_over(first_.session);
}

}  // namespace nightstack::device::sim
