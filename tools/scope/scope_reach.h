// SPDX-License-Identifier: MIT
// The way to a scope: from what the user has set to an address, and from what is in the way to words. Pure functions.
#pragma once

#include <string>

#include "device/dwarf/session/scope.h"
#include "device/dwarf/session/standing.h"
#include "tools/scope/scope_address.h"

namespace nightstack::tools {

device::dwarf::ScopeAddress address_of(const ScopePlace& place);

// Without its last mark: a question for the user to go on from. `where`: host and port, fit for a screen.
std::string no_connection(device::dwarf::Obstacle::Kind kind, const std::string& where);

}  // namespace nightstack::tools
