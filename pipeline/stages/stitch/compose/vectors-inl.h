// SPDX-License-Identifier: MIT
// The compiler's vectors for the kernels of this folder; part of each kernel file, once for each CPU level. Lanes never
// meet, except where a kernel names them, so eight at a time and two times four give the same bits.
#if defined(NS_COMPOSE_VECTORS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NS_COMPOSE_VECTORS_INL_H
#undef NS_COMPOSE_VECTORS_INL_H
#else
#define NS_COMPOSE_VECTORS_INL_H
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

typedef float Four __attribute__((vector_size(16), aligned(4), may_alias));
// GCC takes vectors that are wider than the machine's apart lane by lane where they are compared.
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
#undef NS_WIDE_IS_EIGHT
#define NS_WIDE_IS_EIGHT 1
typedef float Wide __attribute__((vector_size(32), aligned(4), may_alias));
typedef int WideInts __attribute__((vector_size(32), aligned(4), may_alias));
constexpr int kWide = 8;
#else
#undef NS_WIDE_IS_EIGHT
#define NS_WIDE_IS_EIGHT 0
typedef float Wide __attribute__((vector_size(16), aligned(4), may_alias));
typedef int WideInts __attribute__((vector_size(16), aligned(4), may_alias));
constexpr int kWide = 4;
#endif

// Reads and writes at any address. No functions: their types would lose what is said about alignment. No memcpy: GCC
// copies 32 bytes by halves, and what loads both at once then waits for the two stores.
#undef NS_GET
#undef NS_PUT
#define NS_GET(type, p) (*reinterpret_cast<const type*>(p))
#define NS_PUT(type, p) (*reinterpret_cast<type*>(p))

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
