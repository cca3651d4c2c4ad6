// SPDX-License-Identifier: MIT
#include "tools/session/stack_background.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "pipeline/core/error.h"

namespace nightstack::tools {
namespace {

// Pixels no frame saw as NaN: they are no sky.
void read_band(Image<float>& value, const StackPlanes& planes, int plane, Rect region) {
    Image<float> coverage(region.width, region.height);
    value.reshape(region.width, region.height);
    planes.read_value(value.view(), plane, region);
    planes.read_coverage(coverage.view(), plane, region);
    for (int y = 0; y < region.height; ++y) {
        float* p = value.view().row_data(y);
        const float* seen = coverage.cview().row_data(y);
        for (int x = 0; x < region.width; ++x) {
            if (seen[x] == 0) p[x] = std::numeric_limits<float>::quiet_NaN();
        }
    }
}

void for_bands(const StackPlanes& planes, int rows, Runner& runner, const std::stop_token& stop,
               const std::function<void(int, Rect)>& body) {
    runner.run((planes.height + rows - 1) / rows, 1, [&](int begin, int end) {
        for (int band = begin; band < end; ++band) {
            if (stop.stop_requested()) throw Interrupted();
            const int y = band * rows;
            body(band, {0, y, planes.width, std::min(rows, planes.height - y)});
        }
    });
}

BackgroundModel fit_plane(const StackPlanes& planes, int plane, const BackgroundOptions& options, Runner& runner,
                          const std::stop_token& stop) {
    SkyCells cells(planes.width, planes.height, options.measuring_cell_px());
    for_bands(planes, cells.cell_px, runner, stop, [&](int row, Rect region) {
        Image<float> band;
        read_band(band, planes, plane, region);
        measure_cells(cells, row, band.cview());
    });
    return BackgroundModel::fitted(cells, options);
}

void subtract_plane(const StackPlanes& planes, int plane, const BackgroundModel& model, Runner& runner,
                    const std::stop_token& stop) {
    constexpr int kRows = 32;
    for_bands(planes, kRows, runner, stop, [&](int, Rect region) {
        Image<float> band;
        read_band(band, planes, plane, region);
        model.subtract_from(band.view(), region.y);
        for (int y = 0; y < region.height; ++y) {
            for (float& v : band.view().row(y)) v = std::isfinite(v) ? v : 0;
        }
        planes.write_value(band.cview(), plane, region);
    });
}

std::string number(double value) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, value, std::chars_format::general, 4).ptr};
}

}  // namespace

BackgroundOptions background_options(const StackOptions& o) {
    BackgroundOptions options;
    const auto kind = parse_background_kind(o.background);
    if (!kind) throw OptionError("--background '" + o.background + "': none, poly or mesh expected");
    options.kind = *kind;
    options.degree = o.background_degree;
    options.check();
    return options;
}

BackgroundReport remove_background(const StackPlanes& planes, const BackgroundOptions& options, Runner& runner,
                                   const std::stop_token& stop) {
    BackgroundReport report{options, planes.planes, {}};
    for (int p = 0; p < planes.planes; ++p) {
        BackgroundModel& model = report.model[static_cast<std::size_t>(p)];
        model = fit_plane(planes, p, options, runner, stop);
        subtract_plane(planes, p, model, runner, stop);
    }
    return report;
}

std::string BackgroundReport::json() const {
    nlohmann::ordered_json j = {{"kind", name(options.kind)}};
    if (options.kind == BackgroundKind::poly) j["degree"] = options.degree;
    if (options.kind == BackgroundKind::mesh) j["cell_px"] = options.cell_px;
    j["planes"] = nlohmann::ordered_json::array();
    for (int p = 0; p < planes; ++p) {
        const BackgroundModel& m = model[static_cast<std::size_t>(p)];
        j["planes"].push_back({{"amplitude_adu", m.amplitude()},
                               {"level_adu", m.level()},
                               {"cells", m.cells()},
                               {"cells_used", m.cells_used()}});
    }
    return j.dump();
}

std::string BackgroundReport::text() const {
    std::string line = "background: " + std::string(name(options.kind));
    if (options.kind == BackgroundKind::poly) line += " of degree " + std::to_string(options.degree);
    line += " subtracted, amplitude";
    for (int p = 0; p < planes; ++p) {
        line += (p > 0 ? ", " : " ") + number(model[static_cast<std::size_t>(p)].amplitude());
    }
    return line + " ADU, the level of the sky kept";
}

}  // namespace nightstack::tools
