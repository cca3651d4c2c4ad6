// SPDX-License-Identifier: MIT
#include "io/fits/byte_source.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "io/files/file.h"
#include "io/files/handle_cache.h"
#include "pipeline/core/error.h"

namespace nightstack::io {

ByteSource file_source(const std::filesystem::path& path) {
    auto file = std::make_shared<const ReopenableFile>(path);
    const std::uint64_t size = file->size();
    return {printable(path.string()), size,
            [file](std::span<std::byte> out, std::uint64_t offset) { file->read_at(out, offset); }};
}

ByteSource memory_source(std::span<const std::byte> bytes, std::string name) {
    auto read = [bytes, name](std::span<std::byte> out, std::uint64_t offset) {
        if (offset > bytes.size() || out.size() > bytes.size() - offset) {
            throw FormatError(name + ": bytes end at " + std::to_string(bytes.size()));
        }
        std::ranges::copy(bytes.subspan(offset, out.size()), out.begin());
    };
    return {std::move(name), bytes.size(), std::move(read)};
}

}  // namespace nightstack::io
