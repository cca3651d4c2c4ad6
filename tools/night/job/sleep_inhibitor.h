// SPDX-License-Identifier: MIT
// Keeps the computer awake while a night is taken, where the system offers that (systemd). Nothing happens where it
// does not, or says no. Ends with this object, and with the program however that ends.
#pragma once

#include <sys/types.h>

#include "io/files/local_file.h"

namespace nightstack::tools {

class SleepInhibitor {
public:
    SleepInhibitor();
    ~SleepInhibitor();
    SleepInhibitor(const SleepInhibitor&) = delete;
    SleepInhibitor& operator=(const SleepInhibitor&) = delete;

    bool is_at_work() const { return child_ > 0; }  // as far as it could be begun

private:
    io::Descriptor held_;  // the end of a pipe: closed, the helper ends
    pid_t child_ = -1;
};

}  // namespace nightstack::tools
