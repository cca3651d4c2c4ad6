// SPDX-License-Identifier: MIT
#include "tests/support/large_requests.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::size_t> limit{std::size_t{1} << 20};
std::atomic<std::size_t> requests{0};

}  // namespace

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
extern "C" void* mmap(void* address, std::size_t bytes, int protection, int flags, int file, off_t offset) noexcept {
    if (bytes >= limit) ++requests;
    return reinterpret_cast<void*>(::syscall(SYS_mmap, address, bytes, protection, flags, file, offset));
}

// Not inlined: half of a replaced pair seen in a caller, the other half not, is to GCC 12 a mismatch.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
    if (bytes >= limit) ++requests;
    if (void* p = std::malloc(bytes == 0 ? 1 : bytes)) return p;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }
#endif

namespace nightstack {

void count_requests_from(std::size_t bytes) { limit = bytes; }

std::size_t large_requests() { return requests; }

}  // namespace nightstack
