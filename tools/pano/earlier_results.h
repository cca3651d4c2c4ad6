// SPDX-License-Identifier: MIT
// Pictures that earlier calls of `nightstack pano` made: they are no tiles of the next one.
#pragma once

#include <filesystem>
#include <set>
#include <string>

namespace nightstack::tools {

// The names of pictures that the reports in this folder tell of, printable, without folders. Reports are hostile until
// read: what is none of ours, or larger than 64 MB, tells nothing, and of more than 200 files the rest is not looked
// at. Any thread.
std::set<std::string> earlier_results(const std::filesystem::path& folder);

}  // namespace nightstack::tools
