// SPDX-License-Identifier: MIT
#include "device/sim/card/factory_darks.h"

#include <vector>

#include "device/sim/card/card_names.h"
#include "device/sim/card/frame_bytes.h"

namespace nightstack::device::sim {
namespace {

Exposed dark_like(const Exposed& light, int index, int count) {
    Exposed dark;
    dark.kind = Exposed::Kind::dark;
    dark.exposure_s = light.exposure_s;
    dark.gain = light.gain;
    dark.binning = light.binning;
    dark.sensor_c = light.sensor_c;
    const auto step = std::chrono::milliseconds(static_cast<std::int64_t>((light.exposure_s + 1) * 1000));
    dark.begin = light.begin - std::chrono::days(1) + index * step;
    dark.clock_error = light.clock_error;
    dark.session = "DWARF_DARK";
    dark.index = index;
    dark.count = count;
    dark.number = (std::uint64_t{1} << 40) + light.number * 1000 + static_cast<std::uint64_t>(index);
    return dark;
}

void write_master(Bench& bench, const Exposed& light, int count) {
    std::vector<std::uint32_t> sum;
    Exposed dark;
    for (int i = 0; i < count; ++i) {
        dark = dark_like(light, i, count);
        bench.expose(dark, dark);
        const auto view = bench.pixels.cview();
        const auto width = static_cast<std::size_t>(view.width());
        sum.resize(width * static_cast<std::size_t>(view.height()));
        for (std::size_t at = 0; at < sum.size(); ++at)
            sum[at] += view.row_data(static_cast<int>(at / width))[at % width];
    }
    const auto view = bench.pixels.view();
    const auto width = static_cast<std::size_t>(view.width()), n = static_cast<std::size_t>(count);
    for (std::size_t at = 0; at < sum.size(); ++at)
        view.row_data(static_cast<int>(at / width))[at % width] = static_cast<std::uint16_t>((sum[at] + n / 2) / n);
    const std::string folder = factory_dark_folder(dark, bench.options.layout) + "/";
    bench.tree.write(folder + factory_master_file(dark, count), fits_bytes(dark, bench.options, bench.pixels.cview()));
}

}  // namespace

void write_factory_darks(Bench& bench, const Exposed& light) {
    const int count = bench.options.factory_darks;
    if (count <= 0) return;
    if (bench.options.layout == Layout::dwarf3) {
        const Exposed dark = dark_like(light, count - 1, count);
        const std::string folder = factory_dark_folder(dark, Layout::dwarf3) + "/";
        if (!bench.tree.has(folder + factory_master_file(dark, count))) write_master(bench, light, count);
        return;
    }
    const std::string folder = factory_dark_folder(dark_like(light, 0, count), bench.options.layout) + "/";
    if (bench.tree.has(folder)) return;
    for (int i = 0; i < count; ++i) {
        const Exposed dark = dark_like(light, i, count);
        bench.expose(dark, dark);
        bench.tree.write(folder + dark_file(dark, bench.options.layout),
                         fits_bytes(dark, bench.options, bench.pixels.cview()));
    }
}

}  // namespace nightstack::device::sim
