// SPDX-License-Identifier: MIT
#include "tools/session/machine.h"

#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

namespace nightstack::tools {
namespace {

// "MemAvailable:  123 kB" of a /proc file, in bytes; 0 when not there.
std::uint64_t proc_value(const char* file, const std::string& key) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (line.rfind(key + ":", 0) == 0) return std::stoull(line.substr(key.size() + 1)) * 1024;
    }
    return 0;
}

// One number of a control group file; "max" and missing files count as no limit.
std::uint64_t group_value(const char* file, std::uint64_t otherwise) {
    std::ifstream in(file);
    std::uint64_t value = 0;
    return in >> value ? value : otherwise;
}

std::uint64_t group_room() {
    constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();
    const std::uint64_t v2 = group_value("/sys/fs/cgroup/memory.max", kNone);
    const std::uint64_t used2 = group_value("/sys/fs/cgroup/memory.current", 0);
    const std::uint64_t v1 = group_value("/sys/fs/cgroup/memory/memory.limit_in_bytes", kNone);
    const std::uint64_t used1 = group_value("/sys/fs/cgroup/memory/memory.usage_in_bytes", 0);
    const std::uint64_t room2 = v2 == kNone ? kNone : v2 - std::min(v2, used2);
    const std::uint64_t room1 = v1 == kNone ? kNone : v1 - std::min(v1, used1);
    return std::min(room1, room2);
}

}  // namespace

std::uint64_t available_memory() {
    std::uint64_t available = std::min(proc_value("/proc/meminfo", "MemAvailable"), group_room());
    rlimit limit{};
    if (::getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
        const std::uint64_t used = proc_value("/proc/self/status", "VmSize");
        available = std::min<std::uint64_t>(available, limit.rlim_cur - std::min<std::uint64_t>(limit.rlim_cur, used));
    }
    return available;
}

std::size_t resident_bytes() { return proc_value("/proc/self/status", "VmRSS"); }

std::size_t peak_bytes() { return proc_value("/proc/self/status", "VmHWM"); }

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace nightstack::tools
