// SPDX-License-Identifier: MIT
#include "tools/session/master_library.h"

#include <span>

#include "io/files/leftovers.h"
#include "io/files/sha256.h"
#include "io/fits/reader.h"
#include "io/fits/writer.h"
#include "pipeline/core/error.h"
#include "tools/version.h"

namespace nightstack::tools {
namespace {

// Raise it when the way masters are built changes: older files are then not found any more.
constexpr int kRecipe = 2;

constexpr const char* kDataCard = "DATASHA";  // SHA-256 of the pixels
constexpr const char* kNoiseCard = "NOISE";

std::string sha256_of(ImageView<const float> plane) {
    io::Sha256 sum;
    for (int y = 0; y < plane.height(); ++y)
        sum.add(std::as_bytes(std::span(plane.row_data(y), static_cast<std::size_t>(plane.width()))));
    return sum.hex();
}

}  // namespace

std::string MasterKey::name() const {
    io::Sha256 sum;
    sum.add("nightstack master " + std::to_string(kRecipe) + " " + kind + "\n");
    for (const std::string& hash : frame_sha256) sum.add(hash + "\n");
    sum.add("offset " + offset_sha256 + "\n");
    if (!pattern.empty()) sum.add("pattern " + pattern + "\n");
    return "master_" + kind + "_" + sum.hex().substr(0, 32);
}

std::optional<KeptMaster> MasterLibrary::find(const MasterKey& key, int width, int height) const {
    std::error_code error;
    if (!std::filesystem::exists(path_of(key), error)) return std::nullopt;
    try {
        const io::FitsFile file(path_of(key));
        if (file.layout().width != width || file.layout().height != height || file.layout().planes != 1)
            return std::nullopt;
        Image<float> master(width, height);
        file.read(master.view(), master.view().bounds(), 0);
        if (file.header().text(kDataCard) != sha256_of(master.cview())) return std::nullopt;
        const auto noise = file.header().number(kNoiseCard);
        if (!noise) return std::nullopt;
        return KeptMaster{std::move(master), *noise};
    } catch (const Error&) {
        return std::nullopt;  // damaged: it will be built and written again
    }
}

void MasterLibrary::keep(const MasterKey& key, ImageView<const float> master, int frames, double noise) const {
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    io::remove_leftovers(folder_);
    io::FitsCards cards;
    cards.text("PROGRAM", kProgram);
    cards.text("IMAGETYP", "Master " + key.kind);
    cards.text(kDataCard, sha256_of(master));
    cards.integer("NCOMBINE", frames, "frames in this master");
    cards.number(kNoiseCard, noise, "[adu] standard error of a pixel");
    try {
        io::write_fits(path_of(key), master, cards, io::Overwrite::yes);
    } catch (const Error&) {
        return;  // the master is in memory; keeping it is a courtesy
    }
}

}  // namespace nightstack::tools
