// SPDX-License-Identifier: MIT
#include "tools/session/stream_memory_talk.h"

#include <algorithm>
#include <string>
#include <vector>

#include "pipeline/core/error.h"
#include "pipeline/core/megabytes.h"

namespace nightstack::tools {
namespace {

// Ways that fit into `memory` with room to turn, the one that changes least first.
std::string cheaper(const StackOptions& options, const StreamFormat& format, std::size_t memory) {
    struct Way {
        std::string demosaic, framing, words;
    };
    const std::vector<Way> ways{{options.demosaic, "reference", "--framing reference"},
                                {"superpixel", options.framing, "--demosaic superpixel (half the size)"},
                                {"superpixel", "reference", "--demosaic superpixel --framing reference"}};
    std::string text;
    for (const Way& way : ways) {
        if (way.demosaic == options.demosaic && way.framing == options.framing) continue;
        const auto need = stream_memory_with(options, format, way.demosaic, way.framing);
        if (need && need->most <= memory)
            text += (text.empty() ? "; cheaper: " : ", ") + way.words + " with " + megabytes(need->most);
    }
    return text.empty() ? "; frames of this size need more --memory" : text;
}

}  // namespace

void tell_stream_memory(Talk& talk, std::span<const Light> lights, const StackOptions& options, const RunOptions& run) {
    const auto open = std::find_if(lights.begin(), lights.end(), [](const Light& l) { return !l.settled; });
    if (!run.stream || open == lights.end()) return;
    const StreamMemory need = stream_memory(open->format, run.stream->live, run.stream->finish);
    const std::size_t memory = run.stream->memory_bytes;
    if (need.least > memory) {
        throw OptionError("--memory is too small: the live stack needs " + megabytes(need.least) + ", " +
                          megabytes(memory) + " are left for it" + cheaper(options, open->format, memory));
    }
    std::string text = "memory: " + megabytes(need.least) + " for the live stack";
    if (need.most > need.least) {
        text += ", up to " + megabytes(need.most) + " should the field turn all the way round (" +
                std::to_string(need.most_width) + " x " + std::to_string(need.most_height) + " pixels)";
    }
    if (need.finish > 0)
        text += "; " + megabytes(need.finish) + " of it for each thread of the finishing pass, one is counted";
    if (need.most <= memory) return talk.say("  " + text);
    talk.warn(text + "; " + megabytes(memory) + " are left for it, and frames that need more will be rejected" +
              cheaper(options, open->format, memory));
}

}  // namespace nightstack::tools
