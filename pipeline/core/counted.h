// SPDX-License-Identifier: MIT
// Numbers of things in words: "1 tile", "2 tiles". Pure, any thread.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace nightstack {

std::string counted(std::integral auto n, std::string_view one, std::string_view many) {
    return std::to_string(n) + ' ' + std::string(n == 1 ? one : many);
}

}  // namespace nightstack
