// SPDX-License-Identifier: MIT
// The peer of our decoder: bare calls of TurboJPEG, one handle, into memory that is there.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace nightstack {

class Turbo {
public:
    static bool there();  // whether this program was built with it
    Turbo();
    ~Turbo();
    // False when it fails. Planes and rows are without gaps.
    bool planes(std::span<const std::byte> jpeg, const std::array<std::uint8_t*, 3>& out);
    bool rgb(std::span<const std::byte> jpeg, std::uint8_t* out);

private:
    void* handle_ = nullptr;
};

}  // namespace nightstack
