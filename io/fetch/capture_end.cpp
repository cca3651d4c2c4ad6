// SPDX-License-Identifier: MIT
#include "io/fetch/capture_end.h"

#include "io/session/shots_info.h"

namespace nightstack::io {

bool says_all_is_taken(std::string_view shots_info) {
    const auto info = parse_shots_info(shots_info).info;
    return info && info->shots_to_take.value_or(0) > 0 && info->shots_taken.value_or(0) >= *info->shots_to_take;
}

}  // namespace nightstack::io
