// SPDX-License-Identifier: MIT
// The scope's two small HTTP services: clock and zone (8092), version (9901).
#pragma once

#include "device/sim/twin/body.h"

namespace nightstack::device::sim {

HttpAnswer answer_http(Body& body, HttpService service, std::string_view target);

}  // namespace nightstack::device::sim
