// SPDX-License-Identifier: MIT
#include "tools/session/found_frames.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "io/files/file.h"
#include "io/session/calibration_scan.h"

namespace nightstack::tools {
namespace {

// Masters that were applied together, as the ledger has them.
using MasterSet = std::vector<std::string>;

std::vector<RecordedMaster> recorded(const LiveLedger& ledger, const MasterSet& set) {
    std::vector<RecordedMaster> out;
    for (const LedgerMaster& m : ledger.masters) {
        if (std::ranges::find(set, m.sha256) != set.end()) out.push_back({m.kind, m.sha256, m.frames});
    }
    return out;
}

std::vector<const LedgerMaster*> used_masters(const LiveLedger& ledger, std::span<const std::size_t> wanted) {
    std::set<std::string> used;
    for (const std::size_t i : wanted) {
        const MasterSet& set = ledger.frames[i].recipe->masters;
        used.insert(set.begin(), set.end());
    }
    std::vector<const LedgerMaster*> out;
    for (const LedgerMaster& m : ledger.masters) {
        if (used.contains(m.sha256)) out.push_back(&m);
    }
    return out;
}

// Lights first, then the files of the masters.
RecordedStack recorded_stack(const LiveLedger& ledger, std::span<const std::size_t> wanted,
                             const std::filesystem::path& folder) {
    RecordedStack stack;
    const auto add_input = [&](const std::string& file, const std::string& sha, const std::string& role,
                               std::uint64_t bytes) {
        stack.inputs.push_back({(folder / file).string(), sha, role, bytes});
    };
    std::vector<MasterSet> sets;
    for (const std::size_t i : wanted) {
        const LedgerFrame& f = ledger.frames[i];
        const auto set = std::ranges::find(sets, f.recipe->masters);
        const auto group = static_cast<std::size_t>(set - sets.begin());
        if (set == sets.end()) sets.push_back(f.recipe->masters);
        add_input(f.file, f.sha256, "light", f.bytes);
        stack.frames.push_back({f.file, "stacked", "", group});
    }
    for (const LedgerMaster* m : used_masters(ledger, wanted)) {
        for (const LedgerFile& f : m->files) add_input(f.file, f.sha256, m->kind, f.bytes);
        stack.masters.push_back({m->kind, m->sha256, m->frames});
    }
    if (sets.size() > 1) {
        for (const MasterSet& set : sets) stack.groups.push_back(recorded(ledger, set));
    }
    return stack;
}

// A job takes lights of one size, camera and binning; nights on one grid may differ in all of them.
std::vector<std::vector<std::size_t>> alike(const LiveLedger& ledger, std::span<const std::size_t> wanted) {
    using Key = std::tuple<int, int, std::string, int>;
    std::map<Key, std::vector<std::size_t>> sorted;
    for (const std::size_t i : wanted) {
        const LedgerFrame& f = ledger.frames[i];
        sorted[{f.recipe->width, f.recipe->height, f.info.camera, f.info.binning.value_or(0)}].push_back(i);
    }
    std::vector<std::vector<std::size_t>> out;
    for (auto& [key, positions] : sorted) out.push_back(std::move(positions));
    return out;
}

std::string missing_text(const RecordedInput& input) {
    return io::printable(std::filesystem::path(input.file).filename().string()) + " is missing or has changed";
}

// Why each light of `all` cannot be had, "" where it can: it is not there itself, or a file of its masters is not.
std::vector<std::string> reasons(const LiveLedger& ledger, const FoundFrames& all) {
    std::map<std::string, std::string> lost;  // masters, by hash
    std::size_t at = all.positions.size();
    for (const LedgerMaster* m : used_masters(ledger, all.positions)) {
        for (std::size_t i = 0; i < m->files.size(); ++i, ++at) {
            if (all.found.paths[at].empty())
                lost.try_emplace(m->sha256, "its " + m->kind + " " + missing_text(all.stack.inputs[at]));
        }
    }
    std::vector<std::string> out;
    for (std::size_t k = 0; k < all.positions.size(); ++k) {
        std::string why = all.found.paths[k].empty() ? missing_text(all.stack.inputs[k]) : "";
        for (const std::string& sha : ledger.frames[all.positions[k]].recipe->masters) {
            if (why.empty() && lost.contains(sha)) why = lost.at(sha);
        }
        out.push_back(std::move(why));
    }
    return out;
}

// The same with the lights that can be had.
FoundFrames without_missing(const LiveLedger& ledger, FoundFrames all, const std::filesystem::path& folder,
                            FrameFinds& finds) {
    if (all.found.refused.empty()) return all;
    const auto key = [](const RecordedInput& i) { return std::tuple(i.role, i.sha256, i.file); };
    std::map<std::tuple<std::string, std::string, std::string>, std::filesystem::path> paths;
    for (std::size_t i = 0; i < all.stack.inputs.size(); ++i) paths[key(all.stack.inputs[i])] = all.found.paths[i];
    const std::vector<std::string> why = reasons(ledger, all);
    FoundFrames left;
    for (std::size_t k = 0; k < why.size(); ++k) {
        if (why[k].empty()) {
            left.positions.push_back(all.positions[k]);
        } else {
            finds.missing.emplace_back(all.positions[k], why[k]);
        }
    }
    left.stack = recorded_stack(ledger, left.positions, folder);
    for (const RecordedInput& i : left.stack.inputs) left.found.paths.push_back(paths.at(key(i)));
    return left;
}

// Where a session in this folder would have its darks, flats and biases.
std::vector<std::filesystem::path> calibration_about(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> out;
    for (const io::CalibrationCandidate& c : io::find_calibration(std::filesystem::absolute(folder)).candidates)
        out.insert(out.end(), c.paths.begin(), c.paths.end());
    return out;
}

}  // namespace

FrameFinds find_frames(const LiveLedger& ledger, std::span<const std::size_t> wanted, const FileSearch& asked,
                       Runner& runner, const std::stop_token& stop) {
    FrameFinds finds;
    const std::filesystem::path& folder = asked.below;
    FileSearch search{folder, calibration_about(folder)};
    search.files.insert(search.files.end(), asked.files.begin(), asked.files.end());
    for (std::vector<std::size_t>& positions : alike(ledger, wanted)) {
        FoundFrames all;
        all.stack = recorded_stack(ledger, positions, folder);
        all.positions = std::move(positions);
        all.found = find_inputs(all.stack, search, runner, stop);
        finds.files += all.stack.inputs.size();
        finds.refused.insert(finds.refused.end(), all.found.refused.begin(), all.found.refused.end());
        FoundFrames left = without_missing(ledger, std::move(all), folder, finds);
        if (!left.positions.empty()) finds.alike.push_back(std::move(left));
    }
    return finds;
}

}  // namespace nightstack::tools
