// SPDX-License-Identifier: MIT
// Include before <hwy/highway.h> in every kernel file: we build three levels, the portable baseline
// (SSE2 on x86), AVX2 and AVX-512. How a kernel file looks is shown in docs/kernels.md.
// Under sanitizers the third is left out: it is the same text again, and a third of their longest compilations.
#pragma once

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL | HWY_AVX3)
#else
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)
#endif
