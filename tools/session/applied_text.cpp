// SPDX-License-Identifier: MIT
#include "tools/session/applied_text.h"

#include <algorithm>

#include "io/files/file.h"

namespace nightstack::tools {
namespace {

constexpr const char* kOffFlats = "off the flats";

std::string group_name(const GroupMasters& group, bool with_session = true) {
    const std::string& session = group.lights.session;
    return "lights of " + describe(group.lights.key) +
           (session.empty() || !with_session ? "" : ", " + io::printable(session)) + " (" +
           std::to_string(group.lights.lights.size()) + ")";
}

struct Line {
    std::string kind;
    std::string text;
    bool misfit = false;
};

// What was decided about one group.
std::vector<Line> decisions(const GroupMasters& group) {
    std::vector<Line> out;
    for (const AppliedMaster& a : group.applied) {
        const bool doubled = a.text.starts_with(a.kind + " ");  // the line begins with the kind
        out.push_back({a.kind, doubled ? a.text.substr(a.kind.size() + 1) : a.text, a.misfit && a.kind != "bias"});
    }
    if (group.flat) out.push_back({kOffFlats, group.flat_offset.text});
    return out;
}

// One of several: that a group goes without what there is for others is more than a line in passing.
void tell_group(const GroupMasters& group, Talk& talk) {
    talk.say("  " + group_name(group) + ":");
    for (const Line& line : decisions(group)) {
        if (line.misfit) {
            talk.warn(group_name(group) + ": " + line.text);
        } else {
            talk.say("    " + line.kind + ": " + line.text);
        }
    }
    if (group.calibration.filter_impulses) talk.say("    no dark: single hot and cold pixels are filtered instead");
}

std::string summary_line(const char* indent, const std::string& kind, const std::string& text) {
    std::string label = kind + ":";
    label.resize(std::max<std::size_t>(label.size(), 15), ' ');
    return indent + label + " " + text + "\n";
}

void add_history(std::vector<std::string>& lines, const AppliedMaster& a, const char* verb) {
    if (a.source.empty()) return;
    lines.push_back(a.kind + " " + verb + ": master of " + std::to_string(a.frames) + " frames, sha256 " +
                    a.sha256.substr(0, 16) + (a.kept < 1 ? ", its noise reduced" : ""));
}

bool in_the_stack(const GroupMasters& group, const StackSummary& summary) {
    return std::any_of(group.lights.lights.begin(), group.lights.lights.end(),
                       [&](std::size_t i) { return summary.lights[i].judgement.verdict == Verdict::stacked; });
}

}  // namespace

void tell_masters(const SessionMasters& masters, Talk& talk) {
    if (masters.groups.size() == 1) {
        const GroupMasters& only = masters.groups.front();
        for (const Line& line : decisions(only)) talk.say("  " + line.kind + ": " + line.text);
    } else {
        for (const GroupMasters& group : masters.groups) tell_group(group, talk);
    }
    for (const std::string& warning : masters.warnings) talk.warn(warning);
    if (masters.groups.size() == 1 && masters.groups.front().calibration.filter_impulses)
        talk.say("  no dark: single hot and cold pixels are filtered instead");
}

std::string applied_text(const SessionMasters& masters) {
    std::string text;
    const bool several = masters.groups.size() > 1;
    for (const GroupMasters& group : masters.groups) {
        if (several) text += "  " + group_name(group) + ":\n";
        for (const Line& line : decisions(group)) text += summary_line(several ? "    " : "  ", line.kind, line.text);
    }
    return text;
}

std::vector<std::string> applied_history(const SessionMasters& masters) {
    std::vector<std::string> lines;
    for (const GroupMasters& group : masters.groups) {
        // A session's name is a folder's: no part of the header.
        if (masters.groups.size() > 1) lines.push_back(group_name(group, /*with_session=*/false) + ":");
        for (const AppliedMaster& a : group.applied) add_history(lines, a, "applied");
        if (group.flat) add_history(lines, group.flat_offset, kOffFlats);
    }
    return lines;
}

std::string calstat(const SessionMasters& masters, const StackSummary& summary) {
    std::string letters;
    for (const auto& [kind, letter] : {std::pair("bias", 'B'), std::pair("dark", 'D'), std::pair("flat", 'F')}) {
        std::size_t with = 0;
        std::size_t without = 0;
        for (const GroupMasters& group : masters.groups) {
            if (in_the_stack(group, summary)) ++(group.of(kind).source.empty() ? without : with);
        }
        if (with > 0 && without == 0) letters += letter;
    }
    return letters;
}

}  // namespace nightstack::tools
