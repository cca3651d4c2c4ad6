// SPDX-License-Identifier: MIT
// From the words of the command line to the options of a run.
#pragma once

#include <string>

#include "pipeline/graph/offline_run.h"
#include "tools/session/products.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

// Everything but memory and the reference, which need the inputs. Throws OptionError.
OfflineOptions offline_options(const StackOptions& options);

// --rejection in full: "sigma 3 2.5". Throws OptionError.
std::string rejection_words(const StackOptions& options);

// Which files the user wants, and how the values stand in them.
ProductFormats product_formats(const StackOptions& options);

}  // namespace nightstack::tools
