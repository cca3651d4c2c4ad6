// SPDX-License-Identifier: MIT
// The assembler puts the files into the program: half a megabyte as text of a .cpp would cost the
// compiler seconds and gain nothing.
#include "device/targets/embedded_lists.h"

#define NIGHTSTACK_EMBED(symbol, file)                \
    asm(".section .rodata\n"                          \
        ".global " #symbol "_begin\n" #symbol         \
        "_begin:\n"                                   \
        ".incbin \"" NIGHTSTACK_TARGET_LISTS "/" file \
        "\"\n"                                        \
        ".global " #symbol "_end\n" #symbol           \
        "_end:\n"                                     \
        ".byte 0\n"                                   \
        ".previous\n");                               \
    extern "C" const char symbol##_begin[];           \
    extern "C" const char symbol##_end[]

NIGHTSTACK_EMBED(nightstack_openngc, "openngc.txt");
NIGHTSTACK_EMBED(nightstack_stars, "stars.txt");
NIGHTSTACK_EMBED(nightstack_extra, "extra.txt");

namespace nightstack::device {

std::string_view openngc_list() { return {nightstack_openngc_begin, nightstack_openngc_end}; }
std::string_view star_list() { return {nightstack_stars_begin, nightstack_stars_end}; }
std::string_view extra_list() { return {nightstack_extra_begin, nightstack_extra_end}; }

}  // namespace nightstack::device
