// SPDX-License-Identifier: MIT
#include "io/packed/unpacker_check.h"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "io/files/file.h"
#include "io/packed/unpacker.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

constexpr std::string_view kWords = "nightstack";
constexpr std::array<unsigned char, 30> kPacked{// the same, by gzip -9n
                                                0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03,
                                                0xCB, 0xCB, 0x4C, 0xCF, 0x28, 0x29, 0x2E, 0x49, 0x4C, 0xCE,
                                                0x06, 0x00, 0xCA, 0x03, 0x2A, 0xA9, 0x0A, 0x00, 0x00, 0x00};

std::string unpacked(const std::filesystem::path& helper, int input) {
    UnpackLimits limits;
    limits.output_bytes = kWords.size();
    std::string out;
    run_unpacker(
        helper, {"gzip"}, input, limits,
        [&](std::span<const std::byte> bytes) {
            out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        },
        "a sample");
    return out;
}

}  // namespace

std::string unpacker_trouble(const std::filesystem::path& helper) {
    if (::access(helper.c_str(), X_OK) != 0) return printable(helper.string()) + ": " + std::strerror(errno);
    const int input = ::memfd_create("nightstack-sample", MFD_CLOEXEC);
    std::string trouble;
    try {
        if (input < 0 || ::write(input, kPacked.data(), kPacked.size()) != std::ssize(kPacked))
            throw IoError("no memory for a sample", errno);
        if (unpacked(helper, input) != kWords) trouble = "a sample did not unpack to what it was";
    } catch (const Error& e) {
        trouble = e.what();
    }
    if (input >= 0) ::close(input);
    return trouble.empty() ? "" : printable(helper.string()) + ": " + trouble;
}

}  // namespace nightstack::io
