// SPDX-License-Identifier: MIT
#include "io/files/io_failure.h"

#include <cstring>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {

void throw_io(std::string_view what, const std::string& where, int code) {
    throw IoError(std::string(what) + " " + printable(where) + ": " + std::strerror(code), code);
}

void throw_io(std::string_view what, const std::filesystem::path& where, int code) {
    throw_io(what, where.string(), code);
}

}  // namespace nightstack::io
