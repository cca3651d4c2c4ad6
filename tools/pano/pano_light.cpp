// SPDX-License-Identifier: MIT
#include "tools/pano/pano_light.h"

#include <utility>
#include <vector>

#include "pipeline/stages/stitch/links/overlap.h"

namespace nightstack::tools {

LightFit light_of(std::span<const TileInput* const> tiles, std::span<const TileCamera> cameras,
                  const LightOptions& options, Runner& runner) {
    std::vector<std::pair<int, int>> pairs;
    for (std::size_t i = 0; i < cameras.size(); ++i)
        for (std::size_t j = i + 1; j < cameras.size(); ++j)
            if (may_overlap(cameras[i], cameras[j])) pairs.emplace_back(static_cast<int>(i), static_cast<int>(j));
    std::vector<std::vector<LightSample>> of_pair(pairs.size());
    runner.run(static_cast<int>(pairs.size()), 1, [&](int begin, int end) {
        for (int k = begin; k < end; ++k) {
            const auto [i, j] = pairs[static_cast<std::size_t>(k)];
            const auto a = static_cast<std::size_t>(i), b = static_cast<std::size_t>(j);
            of_pair[static_cast<std::size_t>(k)] =
                light_samples(i, cameras[a], tiles[a]->reduced_light(), j, cameras[b], tiles[b]->reduced_light());
        }
    });
    std::vector<LightSample> all;
    for (const auto& some : of_pair) all.insert(all.end(), some.begin(), some.end());
    return fit_light(all, static_cast<int>(tiles.size()), options);
}

}  // namespace nightstack::tools
