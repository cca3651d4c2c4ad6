// SPDX-License-Identifier: MIT
// Files of device/targets/data in the program. The assembler puts them there: as text of a .cpp they would cost the
// compiler seconds and gain nothing. Only for .cpp files that CMake gives NIGHTSTACK_TARGET_LISTS, the data folder.
#pragma once

// Defines symbol_begin and symbol_end; a zero byte stands behind the end.
#define NIGHTSTACK_EMBED(symbol, file)                \
    asm(".section .rodata\n"                          \
        ".balign 8\n"                                 \
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
