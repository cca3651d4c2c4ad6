// SPDX-License-Identifier: MIT
#include "tools/cli/number_between.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdlib>
#include <string>

namespace nightstack::tools {
namespace {

CLI::Validator a_number_in(const CLI::Range& range) {
    const auto fault = [range](std::string& text) {
        const std::string out_of_range = range(text);
        if (!out_of_range.empty() || !std::isnan(std::strtod(text.c_str(), nullptr))) return out_of_range;
        return text + " is no number";
    };
    return {fault, ""};
}

}  // namespace

CLI::Validator number_between(double least, double most) { return a_number_in(CLI::Range(least, most)); }
CLI::Validator number_between(int least, int most) { return a_number_in(CLI::Range(least, most)); }

}  // namespace nightstack::tools
