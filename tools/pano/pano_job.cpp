// SPDX-License-Identifier: MIT
#include "tools/pano/pano_job.h"

#include <string>

#include "pipeline/core/counted.h"
#include "pipeline/core/error.h"
#include "tools/pano/growing_panorama.h"
#include "tools/pano/pano_ending.h"
#include "tools/pano/tile_files.h"

namespace nightstack::tools {

int run_pano(const PanoOptions& options, const std::vector<Setting>& settings, Runner& runner, Talk& talk,
             const std::stop_token& stop) {
    PanoEnding ending({options, settings, runner, talk, stop});
    const TileFiles found = find_tiles(options.inputs);
    for (const std::string& note : found.notes) talk.detail(note);
    if (found.files.empty()) throw OptionError("no pictures there (.jpg .png .tif)");
    ending.names().check(found.files, 1);
    GrowingPanorama tiles(options, runner, talk, stop);
    if (options.preview.empty()) {
        ending.phases().begin("opening");
        tiles.take(found.files);
        ending.phases().begin("placing");
        talk.say("placing " + counted(tiles.usable().size(), "tile", "tiles"));
        tiles.place();
    } else {
        ending.phases().begin("growing");
        for (const std::filesystem::path& file : found.files) tiles.grow(file);
        tiles.finish();
    }
    return ending.finish(tiles, found.notes);
}

}  // namespace nightstack::tools
