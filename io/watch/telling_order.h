// SPDX-License-Identifier: MIT
// In which order files are told that one look found: as io/session orders lights. Pure.
#pragma once

#include <vector>

#include "io/watch/watch.h"

namespace nightstack::io {

// Folder by folder, a folder's own files before those of folders in it, folders as people count; in a folder by the
// time in the names when all tell it, else as people count.
void put_in_telling_order(std::vector<WatchNews>& files);

}  // namespace nightstack::io
