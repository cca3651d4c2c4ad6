// SPDX-License-Identifier: MIT
#include "io/fetch/card_tree.h"

#include <algorithm>
#include <deque>
#include <string_view>

#include "io/remote/remote_name.h"
#include "io/session/name_hints.h"
#include "pipeline/core/ascii.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {
namespace {

constexpr std::size_t kMostRefused = 1000;

bool starts(std::string_view text, std::string_view with) { return text.starts_with(with); }

// What one folder's name makes of all below it.
CardKind kind_of(std::string_view name, std::string_view above) {
    const std::string low = lower_case(name);
    const FolderKind parsed = parse_folder_name(name).kind;
    if (parsed == FolderKind::scratch) return CardKind::other;
    if (starts(low, "dwarf_panorama") || low == "panoramas") return CardKind::panoramas;
    if (parsed == FolderKind::dark_tree || parsed == FolderKind::calibration_tree) return CardKind::darks;
    if (parsed == FolderKind::session || starts(low, "restacked_dwarf_raw")) return CardKind::session;
    for (const std::string_view photos : {"normal_photos", "normal photos", "burst", "bursts", "videos", "timelapse"})
        if (low == photos) return CardKind::photos;
    // The first firmware let its client choose the name of a session.
    return lower_case(above) == "astronomy" ? CardKind::session : CardKind::other;
}

bool is_scratch(std::string_view name) { return parse_folder_name(name).kind == FolderKind::scratch; }

int depth_of(const std::string& folder) {
    return folder.empty() ? 0 : 1 + static_cast<int>(std::count(folder.begin(), folder.end(), '/'));
}

void refuse(CardTree& tree, const std::string& folder, const std::string& why) {
    if (tree.refused.size() < kMostRefused) tree.refused.push_back({printable(folder), why});
}

void cut_short(CardTree& tree, const std::string& why) {
    tree.complete = false;
    if (tree.cut_short.empty()) tree.cut_short = why;
}

bool full(const CardTree& tree, const FetchOptions& options) {
    return tree.files.size() + tree.folders.size() + tree.links + tree.refused.size() >= options.entries;
}

}  // namespace

std::string CardFile::local() const {
    std::string path;
    for (const std::string& folder : folders) path += folder + "/";
    return path + name;
}

CardPlace card_place(const std::string& folder) {
    CardPlace place;
    std::string_view above;
    for (std::size_t at = 0; at < folder.size();) {
        const std::size_t end = std::min(folder.find('/', at), folder.size());
        const std::string_view part = std::string_view(folder).substr(at, end - at);
        if (is_scratch(part)) return {};
        // "Panoramas" and "Normal_Photos" hold groups, sessions and dark trees are groups.
        const CardKind kind = kind_of(part, above);
        const bool holds = lower_case(above) == "panoramas" && place.kind == CardKind::panoramas;
        if (place.kind == CardKind::other && kind != CardKind::other)
            place = {kind, folder.substr(0, end)};
        else if (holds)
            place.group = folder.substr(0, end);
        above = part;
        at = end + 1;
    }
    return place;
}

bool is_wanted(const CardFile& file, const FetchOptions& options) {
    if (options.wanted) return options.wanted(file);
    if (options.session.empty()) return file.kind != CardKind::other;
    return file.group == options.session || file.group.ends_with("/" + options.session);
}

void read_folder(const ListFolder& list, const CardFolder& folder, const FetchOptions& options, CardTree& tree) {
    std::vector<RemoteEntry> entries = list(folder.remote);
    // The same names here at every run, whatever the order of the server.
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    const CardPlace place = card_place(folder.remote);
    LocalNames names;
    for (RemoteEntry& entry : entries) {
        if (full(tree, options))
            return cut_short(tree, "more than " + std::to_string(options.entries) + " entries on the card");
        if (entry.kind == RemoteEntry::Kind::other) {
            ++tree.links;
            continue;
        }
        LocalName name = names.add(entry.name);
        if (!name.taken()) {
            refuse(tree, folder.remote, name.refusal);
            continue;
        }
        const std::string path = joined_path(folder.remote, entry.name);
        if (entry.kind == RemoteEntry::Kind::file) {
            tree.files.push_back(
                {path, folder.folders, std::move(name.text), std::move(entry), place.kind, place.group});
            continue;
        }
        std::vector<std::string> folders = folder.folders;
        folders.push_back(std::move(name.text));
        tree.folders.push_back({path, std::move(folders)});
    }
}

namespace {

// False for what vanished or must not be read; anything else is thrown.
bool try_folder(const ListFolder& list, const CardFolder& folder, const FetchOptions& options, CardTree& tree) {
    try {
        read_folder(list, folder, options, tree);
        return true;
    } catch (const RemoteError& e) {
        const bool at_root = folder.remote == options.root;
        if (at_root || e.kind() == RemoteError::Kind::refused || e.kind() == RemoteError::Kind::lost) throw;
        tree.all_listed = false;
        refuse(tree, folder.remote, std::string("cannot be listed: ") + e.what());
        return false;
    }
}

std::vector<std::string> local_folders_of(const std::string& root) {
    std::vector<std::string> folders;
    for (std::size_t at = 0; at < root.size();) {
        const std::size_t end = std::min(root.find('/', at), root.size());
        folders.push_back(local_name(root.substr(at, end - at)).text);
        at = end + 1;
    }
    return folders;
}

}  // namespace

CardTree walk_card(const ListFolder& list, const FetchOptions& options) {
    CardTree tree;
    check_remote_path(options.root);
    std::deque<CardFolder> waiting{{options.root, local_folders_of(options.root)}};
    tree.folders.push_back(waiting.front());
    while (!waiting.empty() && !full(tree, options)) {
        const std::size_t known = tree.folders.size();
        try_folder(list, waiting.front(), options, tree);
        waiting.pop_front();
        for (std::size_t i = known; i < tree.folders.size(); ++i) {
            const CardFolder& found = tree.folders[i];
            const std::string& path = found.remote;
            if (is_scratch(path.substr(path.rfind('/') + 1))) continue;
            if (depth_of(path) - depth_of(options.root) > options.depth)
                cut_short(tree, printable(path) + " lies deeper than " + std::to_string(options.depth) + " folders");
            else
                waiting.push_back(found);
        }
    }
    return tree;
}

}  // namespace nightstack::io
