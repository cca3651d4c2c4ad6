// SPDX-License-Identifier: MIT
#include "pipeline/graph/probe_lights.h"

#include <algorithm>
#include <cstdint>
#include <exception>

#include "pipeline/core/error.h"
#include "pipeline/core/image.h"
#include "pipeline/graph/failure.h"

namespace nightstack {
namespace {

constexpr int kRows = 8;

std::optional<Judgement> probe(const Light& light) {
    const StreamFormat& format = light.format;
    const int planes = format.kind == PixelKind::rgb ? 3 : 1;
    const int rows = std::min(kRows, format.height);
    Image<float> row(format.width, 1);
    try {
        for (int plane = 0; plane < planes; ++plane) {
            for (int i = 0; i < rows; ++i) {
                const int y = rows > 1 ? static_cast<int>(std::int64_t{format.height - 1} * i / (rows - 1)) : 0;
                light.read(row.view(), {0, y, format.width, 1}, plane);
            }
        }
    } catch (const std::exception& e) {
        return failure_of(e);
    }
    return std::nullopt;
}

}  // namespace

std::vector<std::optional<Judgement>> probe_lights(std::span<const Light> lights, std::span<const std::size_t> which,
                                                   Runner& runner, const std::stop_token& stop) {
    std::vector<std::optional<Judgement>> lost(which.size());
    runner.run(static_cast<int>(which.size()), 1, [&](int begin, int end) {
        for (int k = begin; k < end; ++k) {
            if (stop.stop_requested()) throw Interrupted();
            const auto at = static_cast<std::size_t>(k);
            lost[at] = probe(lights[which[at]]);
        }
    });
    return lost;
}

}  // namespace nightstack
