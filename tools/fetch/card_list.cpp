// SPDX-License-Identifier: MIT
#include "tools/fetch/card_list.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "io/fetch/completeness.h"
#include "pipeline/core/printable.h"

namespace nightstack::tools {
namespace {

struct Group {
    std::string name;
    io::CardKind kind = io::CardKind::other;
    std::size_t files = 0, frames = 0;
    std::uint64_t bytes = 0;
};

std::vector<Group> groups_of(const io::CardTree& tree, const io::FetchOptions& options) {
    std::map<std::string, Group> groups;
    for (const io::CardFile& file : tree.files) {
        if (file.kind == io::CardKind::other || !io::is_wanted(file, options)) continue;
        Group& group = groups[file.group];
        group.name = file.group.substr(file.group.rfind('/') + 1);
        group.kind = file.kind;
        ++group.files;
        group.frames += io::tells_its_size(file.name);
        group.bytes += file.now.bytes.value_or(0);
    }
    std::vector<Group> list;
    for (auto& [path, group] : groups) list.push_back(std::move(group));
    std::stable_sort(list.begin(), list.end(), [](const Group& a, const Group& b) { return a.kind < b.kind; });
    return list;
}

std::string line_of(const Group& g) {
    char head[80];
    std::snprintf(head, sizeof head, "%-10s %6zu files %5zu FITS %9s  ", std::string(name(g.kind)).c_str(), g.files,
                  g.frames, size_text(g.bytes).c_str());
    return head + printable(g.name) + "\n";
}

}  // namespace

std::string size_text(std::uint64_t bytes) {
    char text[32];
    const auto value = static_cast<double>(bytes);
    if (value >= 1e9)
        std::snprintf(text, sizeof text, "%.1f GB", value / 1e9);
    else if (value >= 1e6)
        std::snprintf(text, sizeof text, "%.0f MB", value / 1e6);
    else
        std::snprintf(text, sizeof text, "%.0f kB", value / 1e3);
    return text;
}

void show_card(const io::CardTree& tree, const io::FetchOptions& options, Talk& talk) {
    const std::vector<Group> groups = groups_of(tree, options);
    for (const Group& g : groups) {
        const nlohmann::ordered_json line{{"event", "group"}, {"name", printable(g.name)}, {"kind", name(g.kind)},
                                          {"files", g.files}, {"frames", g.frames},        {"bytes", g.bytes}};
        talk.event(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
        if (!talk.json()) talk.result(line_of(g));
    }
    if (groups.empty()) talk.say("nothing to fetch on this card");
    for (const io::RefusedName& refused : tree.refused) talk.warn("left out in " + refused.where + ": " + refused.why);
    if (!tree.complete) talk.warn("not all of the card is looked at: " + tree.cut_short);
}

}  // namespace nightstack::tools
