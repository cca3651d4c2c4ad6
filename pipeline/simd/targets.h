// SPDX-License-Identifier: MIT
// Include before <hwy/highway.h> in every kernel file: we build three levels, the portable baseline
// (SSE2 on x86), AVX2 and AVX-512. How a kernel file looks is shown in docs/kernels.md.
#pragma once

#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3_DL)
