// SPDX-License-Identifier: MIT
// Words made from the table: help for one interface, the page docs/dwarf-api.md. Pure functions.
#pragma once

#include <string>

#include "device/dwarf/protocol/interface_table.h"

namespace nightstack::device::dwarf {

// A few lines for a terminal: what it does, camera, fields with types, limits and defaults, what comes back, source.
std::string help_text(const Interface& row);

// The whole of docs/dwarf-api.md, Markdown.
std::string docs_page();

}  // namespace nightstack::device::dwarf
