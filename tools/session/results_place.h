// SPDX-License-Identifier: MIT
// Where results go: with --output to that name, with --out into that folder, otherwise into a folder
// "nightstack" beside the folder the user named, or beside the folder of the files the user named.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "io/session/session_scan.h"
#include "tools/session/products.h"
#include "tools/session/stack_facts.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

// Of a session's results; not for --output.
std::filesystem::path results_folder(const StackOptions& options, const io::Session& session);

// Places that cannot be written to are told before the work, not after it. Throws IoError with the
// advice to use --out; OptionError when a file of --output exists already (with --force: and is no result of ours)
// or has no folder.
void check_places(const StackOptions& options, std::span<const io::Session> sessions);

// A name nobody has yet, unless --force is given: then results of ours are replaced, other files refused. `facts` tell
// object, time and exposure.
ProductPaths product_paths(const StackOptions& options, const io::Session& session, const StackFacts& facts,
                           std::size_t stacked);

// A folder that is made, with those above it, when it is not there; what was made is gone again with
// this object if nothing has been put into it. Throws IoError.
class MadeFolder {
public:
    explicit MadeFolder(const std::filesystem::path& folder);
    ~MadeFolder();
    MadeFolder(const MadeFolder&) = delete;
    MadeFolder& operator=(const MadeFolder&) = delete;

private:
    std::vector<std::filesystem::path> made_;  // the innermost first
};

}  // namespace nightstack::tools
