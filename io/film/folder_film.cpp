// SPDX-License-Identifier: MIT
#include <algorithm>

#include "io/files/file.h"
#include "io/film/avi_walk.h"
#include "io/film/film.h"
#include "io/session/name_hints.h"
#include "pipeline/core/error.h"
#include "pipeline/core/natural_order.h"

namespace nightstack::io {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 1'000'000;

bool is_jpeg(const fs::path& path) { return named_like_jpeg(path.filename().string()); }

class FolderFilm final : public Film {
public:
    explicit FolderFilm(const fs::path& folder) {
        std::error_code error;
        for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
            std::error_code none;
            if (is_jpeg(it->path()) && it->is_regular_file(none)) files_.push_back(it->path());
            if (files_.size() > kMostFiles)
                throw FormatError("more than " + std::to_string(kMostFiles) + " pictures in one folder");
        }
        if (error) throw IoError(printable(folder.string()) + ": " + error.message(), error.value());
        if (files_.empty()) throw FormatError("no JPEG lies in this folder");
        std::sort(files_.begin(), files_.end(), [](const fs::path& a, const fs::path& b) {
            return natural_less(a.filename().string(), b.filename().string());
        });
    }
    bool next(std::vector<std::byte>& jpeg) override {
        jpeg.clear();
        if (at_ == files_.size()) return false;
        read(files_[at_++], jpeg);
        return true;
    }
    std::uint64_t position() const override { return at_; }
    std::uint64_t size() const override { return files_.size(); }
    std::string kind() const override { return "folder of JPEGs"; }

private:
    // One that cannot be read is one lost picture, not the end of the film.
    static void read(const fs::path& path, std::vector<std::byte>& jpeg) {
        try {
            const File file(path);
            if (file.size() > kMostPictureBytes) return;
            jpeg.resize(static_cast<std::size_t>(file.size()));
            file.read_at(jpeg, 0);
        } catch (const Error&) {
            jpeg.clear();
        }
    }
    std::vector<fs::path> files_;
    std::size_t at_ = 0;
};

}  // namespace

bool holds_only_jpegs(const fs::path& folder) {
    std::error_code error;
    bool any = false;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        if (is_jpeg(it->path())) {
            any = true;
        } else if (named_like_frame(it->path().filename().string())) {
            return false;
        }
    }
    return any && !error;
}

std::unique_ptr<Film> open_folder_film(const fs::path& folder) { return std::make_unique<FolderFilm>(folder); }

}  // namespace nightstack::io
