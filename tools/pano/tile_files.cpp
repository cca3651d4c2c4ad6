// SPDX-License-Identifier: MIT
#include "tools/pano/tile_files.h"

#include <algorithm>
#include <set>
#include <system_error>

#include "pipeline/core/ascii.h"
#include "pipeline/core/counted.h"
#include "pipeline/core/error.h"
#include "pipeline/core/natural_order.h"
#include "pipeline/core/printable.h"
#include "tools/pano/earlier_results.h"

namespace nightstack::tools {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostTiles = 20'000;

bool is_picture(const fs::path& path) {
    static const std::set<std::string> kEndings = {".jpg", ".jpeg", ".png", ".tif", ".tiff"};
    return kEndings.contains(lower_case(path.extension().string()));
}

// What is made of tiles is no tile.
bool is_product(const std::string& name) {
    const std::string n = lower_case(name);
    return n.find("thumbnail") != std::string::npos || n.starts_with("stitched") || n.starts_with("panorama.") ||
           n.find("-verify.") != std::string::npos;
}

void add_folder(const fs::path& folder, TileFiles& out) {
    std::error_code error;
    std::vector<fs::path> pictures, folders;
    std::size_t products = 0;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        const std::string name = it->path().filename().string();
        std::error_code gone;
        if (name.empty() || name[0] == '.') continue;
        if (it->is_directory(gone)) {
            if (lower_case(name) != "thumbnail") folders.push_back(it->path());
        } else if (is_picture(it->path()) && it->is_regular_file(gone)) {
            if (is_product(name))
                ++products;
            else
                pictures.push_back(it->path());
        }
        if (pictures.size() > kMostTiles)
            throw OptionError(printable(folder.string()) + ": more than " + std::to_string(kMostTiles) + " pictures");
    }
    if (error) throw IoError(printable(folder.string()) + ": " + error.message(), error.value());
    if (pictures.empty() && folders.size() == 1) return add_folder(folders.front(), out);
    const std::set<std::string> earlier = earlier_results(folder);
    products +=
        std::erase_if(pictures, [&](const fs::path& p) { return earlier.contains(printable(p.filename().string())); });
    if (products > 0)
        out.notes.push_back(printable(folder.string()) + ": " + counted(products, "picture", "pictures") +
                            " made of others passed over (thumbnails, panoramas)");
    out.files.insert(out.files.end(), pictures.begin(), pictures.end());
}

}  // namespace

bool earlier_tile(const fs::path& a, const fs::path& b) {
    return natural_less(a.filename().string(), b.filename().string());
}

TileFiles find_tiles(std::span<const fs::path> inputs) {
    TileFiles out;
    for (const fs::path& input : inputs) {
        std::error_code error;
        const fs::file_status status = fs::status(input, error);
        if (!fs::exists(status)) throw IoError(printable(input.string()) + ": no such file or folder", ENOENT);
        if (fs::is_directory(status))
            add_folder(input, out);
        else if (is_picture(input))
            out.files.push_back(input);
        else
            throw OptionError(printable(input.string()) + ": neither a folder nor a picture (.jpg .png .tif)");
    }
    std::stable_sort(out.files.begin(), out.files.end(), earlier_tile);
    std::set<fs::path> seen;
    std::erase_if(out.files, [&](const fs::path& p) {
        std::error_code error;
        const fs::path whole = fs::weakly_canonical(p, error);
        return !seen.insert(error ? p : whole).second;
    });
    return out;
}

}  // namespace nightstack::tools
