// SPDX-License-Identifier: MIT
#include "device/dwarf/jobs/outcome.h"

#include "device/dwarf/protocol/codes.h"

namespace nightstack::device::dwarf::jobs {

Outcome done(std::string words) { return {Outcome::Kind::done, {}, std::move(words)}; }
Outcome failed(std::string words) { return {Outcome::Kind::failed, {}, std::move(words)}; }
Outcome stopped(std::string words) { return {Outcome::Kind::stopped, {}, std::move(words)}; }
Outcome unknown(std::string words) { return {Outcome::Kind::unknown, {}, std::move(words)}; }

Outcome failed_with(std::int64_t code, const std::string& doing) {
    return {Outcome::Kind::failed, code, doing + " failed: " + describe_code(code)};  // the advice is in it
}

}  // namespace nightstack::device::dwarf::jobs
