// SPDX-License-Identifier: MIT
// The first bytes of what a gzip file holds, enough for a FITS header. Internal to this folder.
#pragma once

#include <cstddef>
#include <string>

#include "io/fits/byte_source.h"

namespace nightstack::io {

// At most `limit` bytes, fewer when the content ends before. Throws FitsError (damaged), IoError.
std::string gzip_start(const ByteSource& source, std::size_t limit);

}  // namespace nightstack::io
