// SPDX-License-Identifier: MIT
// A panorama while its tiles come: each is opened, held against those before, and shown in a small picture. Whatever
// the order in which they came, `finish` has what the same files give all at once. One thread calls; work is given to
// the runner.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <span>
#include <stop_token>
#include <vector>

#include "pipeline/core/runner.h"
#include "pipeline/graph/panorama/placing.h"
#include "tools/cli/talk.h"
#include "tools/pano/pano_options.h"
#include "tools/pano/tile_set.h"

namespace nightstack::tools {

class GrowingPanorama {
public:
    // All must outlive it.
    GrowingPanorama(const PanoOptions& options, Runner& runner, Talk& talk, const std::stop_token& stop);

    // Opens files and looks for what they have in common with the tiles before. Each costs itself alone, and is said.
    // Throws Interrupted; IoError where a disk is full.
    void take(std::span<const std::filesystem::path> files);
    // One more tile, and a new preview where one is asked for; but not while tiles come faster than twice the time the
    // last preview took: each looks at all tiles anew, and many would cost the square of them.
    void grow(const std::filesystem::path& file);
    // Where all of them lie. Throws Interrupted.
    void place();
    // For tiles that came in any order, perhaps twice: in the order of their names, and placed. The preview then shows
    // all of them.
    void finish();

    const std::vector<TileInput>& inputs() const { return inputs_; }
    std::vector<const TileInput*> usable() const;
    const PanoramaPlacement& placement() const { return placement_; }
    int previews() const { return previews_; }

private:
    using Clock = std::chrono::steady_clock;
    void show();
    void begin_anew();
    void order_by_name();

    const PanoOptions& o_;
    Runner& runner_;
    Talk& talk_;
    const std::stop_token& stop_;
    TileOpener opener_;
    PanoramaPlacing placing_;
    std::vector<TileInput> inputs_;
    PanoramaPlacement placement_;
    int previews_ = 0;
    bool behind_ = false;  // a tile came that the preview does not show
    Clock::time_point shown_at_{};
    Clock::duration show_took_{};
    bool anew_ = false;  // what was taken is not what lies there now, or the order decided something
};

}  // namespace nightstack::tools
