// SPDX-License-Identifier: MIT
#include "pipeline/core/error.h"

#include <cerrno>

namespace nightstack {

// EFBIG: more than the file system or a limit of the system allows for one file; the remedy is the same.
bool IoError::disk_full() const { return code_ == ENOSPC || code_ == EDQUOT || code_ == EFBIG; }

}  // namespace nightstack
