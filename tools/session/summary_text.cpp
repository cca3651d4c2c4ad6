// SPDX-License-Identifier: MIT
#include "tools/session/summary_text.h"

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "tools/cli/progress.h"
#include "tools/live/history_lines.h"
#include "tools/session/applied_text.h"

namespace nightstack::tools {
namespace {

template <class... Args>
std::string format(const char* pattern, Args... args) {
    char buffer[256];
    const int n = std::snprintf(buffer, sizeof buffer, pattern, args...);
    return {buffer, static_cast<std::size_t>(n < 0 ? 0 : n < 255 ? n : 255)};
}

const char* channel_name(int plane, int planes) {
    static constexpr const char* kRgb[] = {"red", "green", "blue"};
    return planes == 3 ? kRgb[plane] : "mono";
}

std::string rejection_text(const RejectOptions& r) {
    if (r.kind == RejectKind::none) return "none";
    return std::string(name(r.kind)) + format(" %g %g", r.low, r.high);
}

// "live 3 3, depth 4" where lights were taken one by one.
std::string rejection_text(const RunOptions& run) {
    if (!run.stream) return rejection_text(run.offline.integrate.combine.rejection);
    const LiveRunOptions& live = run.stream->live;
    return format("live %g %g, depth %d", live.kappa_low, live.kappa_high, live.clip_depth);
}

std::string grow_text(CombineOptions combine, int grow_px) {
    combine.grow_px = grow_px;
    return grow_border(combine) == 0 ? "" : format(", grown by %d px", grow_px);
}

}  // namespace

std::string summary_text(const StackReport& report, const RunOptions& options) {
    const OfflineOptions& run = options.offline;
    const StackSummary& s = *report.summary;
    std::string text;
    for (int p = 0; p < s.planes; ++p) {
        const auto k = static_cast<std::size_t>(p);
        text += format("Pixel rejection in channel #%d: %.3f%% - %.3f%%\n", p, s.low_percent[k], s.high_percent[k]);
    }
    text += format("Integration of %zu images on %zu (%zu rejected, %zu failed):\n", s.stacked, s.lights.size(),
                   s.rejected, s.failed);
    text += format("  Combination:    %s\n", std::string(name(run.integrate.combine.combine)).c_str());
    text += "  Rejection:      " + rejection_text(options) + "\n";
    text += format("  Normalisation:  %s\n", std::string(name(run.normalisation)).c_str());
    text += format("  Weights:        %s\n", std::string(name(run.weights)).c_str());
    text += format("  Registration:   %s, reference %s\n", std::string(name(s.model)).c_str(),
                   report.reference.empty() ? report.lights[*s.reference].path.filename().string().c_str()
                                            : report.reference.c_str());
    if (s.lens) text += format("  Distortion:     k1 %.5f, k2 %.5f\n", s.lens->k1, s.lens->k2);
    text += applied_text(*report.masters);
    text += format("  Canvas:         %d x %d\n", s.canvas.width, s.canvas.height);
    text += "  Total exposure: " + duration_text(report.livetime_s) + "\n";
    for (int p = 0; p < s.planes; ++p) {
        text += format("Background noise value (channel #%d, %s): %.3f ADU\n", p, channel_name(p, s.planes),
                       report.noise[static_cast<std::size_t>(p)]);
    }
    text += format("Done in %s (%.1f s of processor time, peak memory %.0f MB).",
                   duration_text(report.run.wall_s).c_str(), report.run.cpu_s, report.run.peak_mb);
    return text;
}

std::vector<std::string> channel_lines(const StackSummary& s) {
    std::vector<std::string> lines;
    for (int p = 0; p < s.planes; ++p) {
        const auto k = static_cast<std::size_t>(p);
        lines.push_back(kChannelLine +
                        format("%d: low=%.3f%% high=%.3f%% rejected", p, s.low_percent[k], s.high_percent[k]));
    }
    return lines;
}

std::string finish_text(const StackSummary& s) {
    std::string text = "finishing pass: flagged before";
    for (int p = 0; p < s.planes; ++p)
        text += format(" %.3f%%", s.finish->flagged_percent[static_cast<std::size_t>(p)]);
    text += format(", %zu pixels rebuilt from all frames of %zu blocks", s.finish->rebuilt, s.finish->blocks);
    if (s.finish->unread.empty()) return text;
    return text + format(", %zu keep their flags for frames not read", s.finish->left);
}

std::string unread_text(const LiveFinish& finish) {
    constexpr std::size_t kNamed = 5;
    const std::size_t n = finish.unread.size();
    std::string text = format("finishing pass: %zu %s cannot be read any more (", n, n == 1 ? "frame" : "frames");
    std::size_t named = 0;
    for (const auto& [name, why] : finish.unread) {
        if (named == kNamed) break;
        text += named++ == 0 ? "" : "; ";
        // Readers name the file themselves.
        text += why.find(name) == std::string::npos ? name + ": " + why : why;
    }
    if (n > kNamed) text += format("; and %zu more", n - kNamed);
    return text + format("): %zu pixels of all planes keep their flags", finish.left);
}

std::vector<std::string> retold_history(std::vector<std::string> kept, const StackSummary& s) {
    std::erase_if(kept, [](const std::string& line) { return line.starts_with(kChannelLine); });
    const auto counted = std::ranges::find_if(kept, [&](std::string& line) { return recount(line, s.stacked); });
    std::vector<std::string> lines = channel_lines(s);
    if (s.finish) lines.push_back(finish_text(s));
    kept.insert(counted == kept.end() ? kept.begin() : counted + 1, lines.begin(), lines.end());
    return kept;
}

std::string sampling_text(const OfflineOptions& run) {
    std::string text;
    if (run.integrate.drizzle) {
        text = "drizzle " + std::string(name(run.integrate.drizzle->kernel)) +
               format(", pixfrac %g", run.integrate.drizzle->pixfrac);
    } else {
        text =
            "demosaic " + std::string(name(run.integrate.demosaic)) + ", warp " + std::string(name(run.integrate.warp));
    }
    return text + (run.scale == 1 ? "" : format(", scale %d", run.scale));
}

std::vector<std::string> history(const RunOptions& options, const StackSummary& s, const SessionMasters& masters) {
    const OfflineOptions& run = options.offline;
    std::vector<std::string> lines;
    lines.push_back(format("%s stacking of %zu frames, rejection %s%s",
                           std::string(name(run.integrate.combine.combine)).c_str(), s.stacked,
                           rejection_text(options).c_str(),
                           options.stream ? "" : grow_text(run.integrate.combine, s.grow_px).c_str()));
    for (std::string& line : channel_lines(s)) lines.push_back(std::move(line));
    if (s.finish) lines.push_back(finish_text(s));
    lines.push_back(format("normalisation %s, weights %s", std::string(name(run.normalisation)).c_str(),
                           std::string(name(run.weights)).c_str()));
    lines.push_back(sampling_text(run) + ", transform " + std::string(name(s.model)));
    if (s.lens) lines.push_back(format("distortion k1 %.6f, k2 %.6f", s.lens->k1, s.lens->k2));
    for (std::string& line : applied_history(masters)) lines.push_back(std::move(line));
    return lines;
}

}  // namespace nightstack::tools
