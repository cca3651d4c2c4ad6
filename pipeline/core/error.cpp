// SPDX-License-Identifier: MIT
#include "pipeline/core/error.h"

#include <cerrno>

namespace nightstack {

bool IoError::disk_full() const { return code_ == ENOSPC || code_ == EDQUOT; }

}  // namespace nightstack
