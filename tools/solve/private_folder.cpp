// SPDX-License-Identifier: MIT
#include "tools/solve/private_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include "io/files/file.h"
#include "pipeline/core/error.h"

namespace nightstack::tools {

PrivateFolder::PrivateFolder() {
    std::error_code error;
    std::filesystem::path above = std::filesystem::temp_directory_path(error);
    if (error) above = "/tmp";
    std::string name = (above / "nightstack-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        throw IoError("cannot make a folder in " + io::printable(above.string()) + ": " + std::strerror(errno), errno);
    path_ = name;
}

PrivateFolder::~PrivateFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
}

}  // namespace nightstack::tools
