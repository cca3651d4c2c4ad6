// SPDX-License-Identifier: MIT
#include "io/session/file_role.h"

#include "io/session/calibration_walk.h"
#include "io/session/name_hints.h"

namespace nightstack::io {
namespace fs = std::filesystem;
namespace {

bool is_calibration(ImageRole role) {
    return role == ImageRole::dark || role == ImageRole::flat || role == ImageRole::bias ||
           role == ImageRole::flat_dark;
}

// The nearest folder says whether names of frames need no header.
struct Way {
    bool all_lights = false;
    std::optional<FileRole> decided;
};

Way along(const fs::path& root, const fs::path& name) {
    Way way;
    std::error_code error;
    const fs::path real = fs::weakly_canonical(root, error);
    const auto look = [&](const std::string& folder, bool is_root) {
        const FolderKind kind = parse_folder_name(folder).kind;
        if (is_calibration_folder(kind)) way.decided = FileRole::calibration;
        switch (kind) {
            case FolderKind::session:
            case FolderKind::lights: way.all_lights = true; break;
            case FolderKind::other: way.all_lights = false; break;
            case FolderKind::scratch:
            case FolderKind::thumbnails:
            case FolderKind::hidden:
                if (!is_root) way.decided = FileRole::passed_over;  // whoever names it wants it
                break;
            default: break;
        }
    };
    look((error ? root : real).filename().string(), /*is_root=*/true);
    for (const fs::path& part : name.parent_path()) {
        if (!way.decided) look(part.string(), /*is_root=*/false);
    }
    return way;
}

FileRole by_header(const std::optional<HeaderSummary>& header) {
    if (!header) return FileRole::light;  // it will fail by name
    if (header->is_stack) return FileRole::passed_over;
    return is_calibration(header->info.role) ? FileRole::calibration : FileRole::light;
}

}  // namespace

FileRole role_of_file(const fs::path& root, const std::string& name,
                      const std::function<std::optional<HeaderSummary>(const fs::path&)>& header) {
    const Way way = along(root, name);
    if (way.decided) return *way.decided;
    const FileName file = parse_file_name(fs::path(name).filename().string());
    const bool picture = file.container == FrameContainer::picture;
    switch (file.kind) {
        case FileKind::frame:
            if (picture) return FileRole::picture;
            return way.all_lights || !header ? FileRole::light : by_header(header(root / name));
        case FileKind::failed_frame: return picture ? FileRole::passed_over : FileRole::failed_light;
        case FileKind::dark:
        case FileKind::flat:
        case FileKind::bias:
        case FileKind::flat_dark:
            if (picture) return FileRole::passed_over;
            return way.all_lights ? FileRole::light : FileRole::calibration;
        case FileKind::stacked_result:
        case FileKind::own_product:
        case FileKind::sidecar:
        case FileKind::compressed:
        case FileKind::partial:
        case FileKind::hidden:
        case FileKind::other: break;
    }
    return FileRole::passed_over;
}

}  // namespace nightstack::io
