// SPDX-License-Identifier: MIT
// What programs of ours have left that were killed while they wrote: temporary files of OutputFile that nobody holds.
// Any thread; any number of programs at once in the same folder.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace nightstack::io {

// The name an OutputFile has until it is published: ".NAME.PROCESS-SERIAL.nightstack.part".
std::string temporary_file_name(const std::string& name, long process, int serial);
bool is_temporary_file_name(std::string_view name);

// Removes the regular files of such a name in this folder (none below it) that no program has locked, as an OutputFile
// has as long as it lives; files of others, and where the file system knows no locks, are left alone. Returns how many
// are gone. Throws nothing: what cannot be removed stays.
std::size_t remove_leftovers(const std::filesystem::path& folder) noexcept;

}  // namespace nightstack::io
