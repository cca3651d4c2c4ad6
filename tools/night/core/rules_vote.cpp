// SPDX-License-Identifier: MIT
#include "tools/night/core/rules_vote.h"

#include "pipeline/core/exposure.h"
#include "pipeline/core/printable.h"
#include "tools/session/product_name.h"

namespace nightstack::tools {
namespace {

std::string number_text(double value) { return exposure_text(Seconds(value)); }

}  // namespace

std::string kind_difference(const FrameInfo& night, const FrameInfo& frame, bool mix) {
    if (!night.camera.empty() && !frame.camera.empty() && frame.camera != night.camera)
        return "camera '" + printable(frame.camera) + "', the session's is '" + printable(night.camera) + "'";
    if (night.binning && frame.binning && *night.binning != *frame.binning)
        return "binning " + std::to_string(*frame.binning) + ", the session's is " + std::to_string(*night.binning);
    if (mix) return "";
    const auto differs = [](const char* field, const std::string& a, const std::string& b) {
        return std::string(field) + " " + a + ", the session's is " + b + "; --mix stacks them together";
    };
    if (night.exposure && frame.exposure && !same_exposure(night.exposure, frame.exposure))
        return differs("exposure", exposure_text(*frame.exposure) + " s", exposure_text(*night.exposure) + " s");
    if (night.gain && frame.gain && *night.gain != *frame.gain)
        return differs("gain", number_text(*frame.gain), number_text(*night.gain));
    if (!night.filter.empty() && !frame.filter.empty() && frame.filter != night.filter)
        return differs("filter", printable(frame.filter), printable(night.filter));
    return "";
}

void RulesVote::agrees() {
    against_ = 0;
    if (++for_ > 1) settle();
}

void RulesVote::disagrees(const FrameKind& frame, bool mix) {
    if (!open_) return;
    const bool alike = against_ > 0 && first_against_->format == frame.format &&
                       kind_difference(first_against_->info, frame.info, mix).empty();
    if (!alike) {
        first_against_ = frame;
        against_ = 0;
    }
    ++against_;
}

}  // namespace nightstack::tools
