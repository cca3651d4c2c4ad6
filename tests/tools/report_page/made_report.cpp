// SPDX-License-Identifier: MIT
#include "tests/tools/report_page/made_report.h"

#include <cmath>

namespace nightstack::test {
namespace {

Json made_frame(std::size_t i, bool rejected, bool failed) {
    const double n = static_cast<double>(i);
    const double turn = 0.0001 * n;
    const double fwhm = rejected ? 6.5 : 2.5 + 0.2 * std::sin(n / 7);
    Json f = {{"file", "/nights/M 51/0" + std::to_string(i) + "_15s60_Astro.fits"},
              {"verdict", failed     ? "failed"
                          : rejected ? "rejected"
                                     : "stacked"},
              {"reason", failed     ? "truncated"
                         : rejected ? "fwhm"
                                    : ""},
              {"text", failed     ? "the file ends after 4096 bytes"
                       : rejected ? "stars are 6.50 px wide, the median is 2.50 px"
                                  : ""},
              {"limits", {{"fwhm", {fwhm, 3.75}}, {"stars", {200, 60}}}},
              {"weight", rejected ? 0.0 : 1.0},
              {"weights", {1, 1, 1}},
              {"stars", 200 + static_cast<int>(20 * std::sin(n / 11))},
              {"fwhm_px", fwhm},
              {"roundness", 0.9},
              {"background", 310.5 + n / 10},
              {"transparency", 1 - 0.0005 * n},
              {"residual_px", 0.1},
              {"sharpness", nullptr},
              {"ref_from_frame",
               {std::cos(turn), -std::sin(turn), 0.2 * n, std::sin(turn), std::cos(turn), 0.1 * n, 0, 0, 1}}};
    if (failed) {
        for (const char* key :
             {"stars", "fwhm_px", "roundness", "background", "transparency", "residual_px", "ref_from_frame"})
            f[key] = nullptr;
    }
    return f;
}

}  // namespace

Json made_report(std::size_t frames) {
    Json j;
    j["schema"] = 1;
    j["version"] = "nightstack 1.2.3";
    j["options"] = {{"method", "stream"}, {"rejection", "sigma 3 3"}, {"tiff", false}, {"include", Json::array()}};
    j["inputs"] = Json::array();
    j["problems"] = {{{"file", "/nights/link"}, {"text", "points to nothing"}}};
    j["applied"] = {
        {"dark",
         {{"source", "CALI_FRAME/dark_exp_15"}, {"frames", 20}, {"sha256", "ab"}, {"noise_adu", 0.75}, {"kept", true}}},
        {"flat", nullptr},
        {"bias", nullptr},
        {"why_not", {{"flat", "no flat frames were found"}, {"bias", "the dark has it"}}},
        {"defects", 321},
        {"impulse_filter", false},
        {"warnings", {"the dark is 3 degrees warmer than the lights"}}};
    j["reference"] = "/nights/M 51/0000.fits";
    j["transform"] = "similarity";
    j["distortion"] = nullptr;
    j["canvas"] = {{"x0", 0}, {"y0", 0}, {"width", 3840}, {"height", 2160}, {"scale", 1}};
    j["frames"] = Json::array();
    std::size_t rejected = 0;
    std::size_t failed = 0;
    for (std::size_t i = 0; i < frames; ++i) {
        const bool f = i % 50 == 49;
        const bool r = !f && i % 10 == 4;
        rejected += r ? 1 : 0;
        failed += f ? 1 : 0;
        j["frames"].push_back(made_frame(i, r, f));
        j["inputs"].push_back({{"file", "x"}, {"sha256", "00"}, {"role", "light"}, {"bytes", 16'594'560}});
    }
    j["result"] = {{"method", "stream"},
                   {"aligned_by", "stars"},
                   {"noise", {1.25, 0.8, 1.5}},
                   {"low_percent", {0.1, 0.1, 0.1}},
                   {"high_percent", {0.4, 0.4, 0.4}},
                   {"flagged_percent", nullptr},
                   {"livetime_s", 15.0 * static_cast<double>(frames - rejected - failed)}};
    j["wcs"] = "reference";
    j["counts"] = {{"in", frames}, {"stacked", frames - rejected - failed}, {"rejected", rejected}, {"failed", failed}};
    j["run"] = {{"wall_s", 61.5},
                {"cpu_s", 110},
                {"peak_mb", 812.5},
                {"threads", 2},
                {"cpu", "avx2"},
                {"phases", {{{"phase", "stacking"}, {"wall_s", 60}, {"cpu_s", 100}}}},
                {"options", {{"threads", 2}, {"memory", ""}}}};
    return j;
}

}  // namespace nightstack::test
