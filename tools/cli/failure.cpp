// SPDX-License-Identifier: MIT
#include "tools/cli/failure.h"

#include <new>

#include "pipeline/core/error.h"
#include "tools/cli/exit_code.h"

namespace nightstack::tools {

Failure failure_of(const std::exception& error) {
    if (dynamic_cast<const OptionError*>(&error) != nullptr) return {error.what(), kUsage};
    if (const auto* io = dynamic_cast<const IoError*>(&error))
        return {io->what(), io->disk_full() ? kDiskFull : kFailed};
    if (dynamic_cast<const DeviceError*>(&error) != nullptr) return {error.what(), kDevice};
    if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr)
        return {"out of memory; a smaller --memory uses less", kFailed};
    return {error.what(), kFailed};
}

}  // namespace nightstack::tools
