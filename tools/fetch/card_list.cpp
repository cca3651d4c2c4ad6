// SPDX-License-Identifier: MIT
#include "tools/fetch/card_list.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "io/fetch/mirror_look.h"
#include "io/fits/completeness.h"
#include "pipeline/core/printable.h"

namespace nightstack::tools {
namespace {

struct Group {
    std::string name;
    io::CardKind kind = io::CardKind::other;
    std::size_t files = 0, frames = 0, fresh = 0;
    std::uint64_t bytes = 0, fresh_bytes = 0;
};

using Mirror = std::optional<io::MirrorLook>;  // nothing without a target

std::vector<Group> groups_of(const io::CardTree& tree, const io::FetchOptions& options, const Mirror& mirror) {
    std::map<std::string, Group> groups;
    for (const io::CardFile& file : tree.files) {
        if (file.kind == io::CardKind::other || !io::is_wanted(file, options)) continue;
        Group& group = groups[file.group];
        group.name = file.group.substr(file.group.rfind('/') + 1);
        group.kind = file.kind;
        ++group.files;
        group.frames += io::tells_its_size(file.name);
        group.bytes += file.now.bytes.value_or(0);
        if (!mirror || mirror->has(file)) continue;
        ++group.fresh;
        group.fresh_bytes += file.now.bytes.value_or(0);
    }
    std::vector<Group> list;
    for (auto& [path, group] : groups) list.push_back(std::move(group));
    std::stable_sort(list.begin(), list.end(), [](const Group& a, const Group& b) { return a.kind < b.kind; });
    return list;
}

std::string line_of(const Group& g, const Mirror& mirror) {
    char text[80];
    std::snprintf(text, sizeof text, "%-10s %6zu files %5zu FITS %9s  ", std::string(name(g.kind)).c_str(), g.files,
                  g.frames, size_text(g.bytes).c_str());
    std::string line = text;
    if (mirror && g.fresh > 0) {
        std::snprintf(text, sizeof text, "%6zu new %9s  ", g.fresh, size_text(g.fresh_bytes).c_str());
        line += text;
    } else if (mirror) {
        line += "   all here            ";
    }
    return line + printable(g.name) + "\n";
}

std::string json_of(const Group& g, const Mirror& mirror) {
    nlohmann::ordered_json line{{"event", "group"}, {"name", printable(g.name)}, {"kind", name(g.kind)},
                                {"files", g.files}, {"frames", g.frames},        {"bytes", g.bytes}};
    if (mirror) {
        line["here"] = g.files - g.fresh;
        line["new"] = g.fresh;
        line["new_bytes"] = g.fresh_bytes;
    }
    return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void say_sum(const std::vector<Group>& groups, Talk& talk) {
    Group all;
    for (const Group& g : groups) {
        all.files += g.files;
        all.fresh += g.fresh;
        all.fresh_bytes += g.fresh_bytes;
    }
    talk.say(std::to_string(all.files - all.fresh) + " files are here already; " + std::to_string(all.fresh) +
             " are new, " + size_text(all.fresh_bytes));
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
    const Mirror mirror = options.to.empty() ? Mirror() : Mirror(options.to);
    const std::vector<Group> groups = groups_of(tree, options, mirror);
    for (const Group& g : groups) {
        talk.event(json_of(g, mirror));
        if (!talk.json()) talk.result(line_of(g, mirror));
    }
    if (groups.empty()) talk.say("nothing to fetch on this card");
    if (!groups.empty() && mirror) say_sum(groups, talk);
    for (const io::RefusedName& refused : tree.refused) talk.warn("left out in " + refused.where + ": " + refused.why);
    if (!tree.complete) talk.warn("not all of the card is looked at: " + tree.cut_short);
}

}  // namespace nightstack::tools
