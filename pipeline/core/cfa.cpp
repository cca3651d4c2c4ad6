// SPDX-License-Identifier: MIT
#include "pipeline/core/cfa.h"

#include <cctype>

namespace nightstack {

std::string_view name(CfaPattern p) {
    switch (p) {
        case CfaPattern::rggb: return "RGGB";
        case CfaPattern::grbg: return "GRBG";
        case CfaPattern::gbrg: return "GBRG";
        case CfaPattern::bggr: return "BGGR";
    }
    return "?";
}

std::optional<CfaPattern> parse_cfa_pattern(std::string_view text) {
    std::string word;
    for (const char c : text) {
        if (c != ' ') word += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    for (const CfaPattern p : {CfaPattern::rggb, CfaPattern::grbg, CfaPattern::gbrg, CfaPattern::bggr}) {
        if (word == name(p)) return p;
    }
    return std::nullopt;
}

}  // namespace nightstack
