// SPDX-License-Identifier: MIT
#include "tools/pano/result_names.h"

#include <algorithm>
#include <string>
#include <system_error>
#include <vector>

#include "io/pano_files/deep_zoom_folder.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/pano/picture_file.h"

namespace nightstack::tools {
namespace {

namespace fs = std::filesystem;

fs::path numbered(const fs::path& path, int number) {
    if (number == 0) return path;
    return path.parent_path() / (path.stem().string() + "-" + std::to_string(number + 1) + path.extension().string());
}

fs::path beside(const fs::path& path, const std::string& ending) {
    return path.parent_path() / (path.stem().string() + ending);
}

bool is_within(const fs::path& path, const fs::path& folder) {
    std::error_code error;
    const fs::path whole = fs::weakly_canonical(path, error), of = fs::weakly_canonical(folder, error);
    return !error && std::mismatch(of.begin(), of.end(), whole.begin(), whole.end()).first == of.end();
}

bool same_file(const fs::path& a, const fs::path& b) {
    std::error_code error;
    return fs::equivalent(a, b, error) && !error;
}

}  // namespace

fs::path ResultNames::image(int panorama) const { return numbered(o_.output, panorama); }
fs::path ResultNames::overlay(int panorama) const { return beside(image(panorama), "-verify.png"); }
fs::path ResultNames::report() const { return beside(o_.output, ".json"); }
fs::path ResultNames::page() const { return beside(o_.output, ".html"); }

void ResultNames::refuse(int first, int end) const {
    for (int p = first; p < end; ++p) {
        if (!o_.force) io::refuse_existing_output(image(p));
        if (!o_.force && o_.verify) io::refuse_existing_output(overlay(p));
        if (picture_kind(o_.output) == PictureKind::dzi) io::refuse_existing_deep_zoom(image(p), overwrite());
    }
}

void ResultNames::check() const {
    if (!picture_kind(o_.output))
        throw OptionError("-o " + printable(o_.output.string()) +
                          ": a name ending in .jpg, .png, .tif or .dzi expected");
    std::error_code error;
    const fs::path folder = o_.output.parent_path().empty() ? fs::path(".") : o_.output.parent_path();
    if (!fs::is_directory(folder, error))
        throw IoError("-o " + printable(o_.output.string()) + ": no folder " + printable(folder.string()));
    if (!o_.preview.empty() && o_.preview.extension() != ".png")
        throw OptionError("--preview " + printable(o_.preview.string()) + ": a name ending in .png expected");
    if (is_within(o_.preview, o_.output) || (o_.verify && is_within(o_.preview, overlay(0))))
        throw OptionError("--preview " + printable(o_.preview.string()) + ": is the name of another result");
    refuse(0, 1);
    if (o_.force) return;
    io::refuse_existing_output(report());
    if (o_.html) io::refuse_existing_output(page());
    if (!o_.preview.empty()) io::refuse_existing_output(o_.preview);
}

void ResultNames::check(std::span<const fs::path> tiles, int panoramas) const {
    refuse(1, panoramas);
    std::vector<fs::path> results, folders;
    if (!o_.preview.empty()) results.push_back(o_.preview);
    for (int p = 0; p < std::max(1, panoramas); ++p) {
        results.push_back(image(p));
        if (o_.verify) results.push_back(overlay(p));
        if (picture_kind(o_.output) == PictureKind::dzi) folders.push_back(io::deep_zoom_files(image(p)));
    }
    for (const fs::path& tile : tiles) {
        for (const fs::path& result : results)
            if (same_file(tile, result))
                throw OptionError(printable(result.string()) + ": is one of the tiles; give the result another name");
        for (const fs::path& folder : folders)
            if (is_within(tile, folder))
                throw OptionError(printable(folder.string()) +
                                  ": holds one of the tiles; give the result another name");
    }
}

}  // namespace nightstack::tools
