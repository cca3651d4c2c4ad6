// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

namespace nightstack::io {

// SHA-256 of bytes as they come. Not for several threads at once. Throws IoError if the library does.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;
    void add(std::span<const std::byte> bytes);
    void add(std::string_view text) { add(std::as_bytes(std::span(text))); }
    std::string hex();  // once, at the end; 64 lower-case digits

private:
    struct Context;
    std::unique_ptr<Context> context_;
};

// Of a whole file, read in blocks. Throws IoError; Interrupted when asked to stop.
std::string sha256_of_file(const std::filesystem::path& path, const std::stop_token& stop = {});

}  // namespace nightstack::io
