// SPDX-License-Identifier: MIT
// fetch --list: what is on the card, a line for each session, dark tree, folder of photos, panorama.
#pragma once

#include <string>

#include "io/fetch/card_tree.h"
#include "tools/cli/talk.h"

namespace nightstack::tools {

// With a target (options.to): also how much of each is here already, and how much is new.
void show_card(const io::CardTree& tree, const io::FetchOptions& options, Talk& talk);

// "17 MB", "4.3 GB": as disks are sold.
std::string size_text(std::uint64_t bytes);

}  // namespace nightstack::tools
