// SPDX-License-Identifier: MIT
#include "benchmarks/pipeline/decode/turbo.h"

namespace nightstack {

bool Turbo::there() { return false; }
Turbo::Turbo() = default;
Turbo::~Turbo() = default;
bool Turbo::planes(std::span<const std::byte> /*jpeg*/, const std::array<std::uint8_t*, 3>& /*out*/) { return false; }
bool Turbo::rgb(std::span<const std::byte> /*jpeg*/, std::uint8_t* /*out*/) { return false; }

}  // namespace nightstack
