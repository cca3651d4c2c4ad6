// SPDX-License-Identifier: MIT
#include "tools/unpack/limits.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <csignal>

namespace nightstack::unpack {
namespace {

bool limit(__rlimit_resource what, rlim_t value) {
    rlimit now{};
    if (::getrlimit(what, &now) != 0) return false;
    if (now.rlim_max != RLIM_INFINITY && value > now.rlim_max) value = now.rlim_max;
    const rlimit wanted{value, value};
    return ::setrlimit(what, &wanted) == 0;
}

}  // namespace

bool limit_self(long cpu_s, long memory_mb) {
    constexpr rlim_t kOwnWords = 4096;  // our line about what went wrong goes to a file in memory
    bool done = ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    // A second between the soft limit and the hard one: SIGXCPU tells what happened, SIGKILL would not.
    const rlimit cpu{static_cast<rlim_t>(cpu_s), static_cast<rlim_t>(cpu_s) + 1};
    done = done && ::setrlimit(RLIMIT_CPU, &cpu) == 0 && limit(RLIMIT_FSIZE, kOwnWords);
    done = done && limit(RLIMIT_CORE, 0) && limit(RLIMIT_NPROC, 0) && limit(RLIMIT_NOFILE, 16);
#if !defined(__SANITIZE_ADDRESS__)  // the sanitizer reserves terabytes of addresses
    done = done && limit(RLIMIT_AS, static_cast<rlim_t>(memory_mb) << 20);
#else
    static_cast<void>(memory_mb);
#endif
    return done;
}

}  // namespace nightstack::unpack
