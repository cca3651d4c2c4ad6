// SPDX-License-Identifier: MIT
// Links pipeline_core only, so this line must not compile: pixels know no files.
#include "io/files/file.h"
