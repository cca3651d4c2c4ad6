// SPDX-License-Identifier: MIT
// A file of the mirror while it comes in: ".NAME.nightstack.part" beside its final name. It stays when the program ends
// early, so that the next one goes on from there. One thread's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string>

#include "io/fetch/mirror_folder.h"

namespace nightstack::io {

enum class Publish { only_new, replace_ours };

class PartFile {
public:
    // Of a folder of a mirror; what is there under the temporary name and is no plain file of one name is removed
    // first. Throws IoError.
    PartFile(int folder, const std::string& name);

    std::uint64_t size() const { return size_; }
    int descriptor() const { return file_.get(); }
    void append(std::span<const std::byte> bytes);
    void cut_to(std::uint64_t bytes);
    void remove();  // the object is of no use afterwards

    std::string sha256(const std::stop_token& stop) const;
    // To the disk, to its final name, and that to the disk. Throws IoError, also when there is such a name already and
    // `how` is only_new.
    void publish(Publish how);

private:
    int folder_;
    std::string name_, temporary_;
    Descriptor file_;
    std::uint64_t size_ = 0;
};

std::string part_name(const std::string& name);
// Of an open file, from its beginning to its end.
std::string sha256_of_descriptor(int fd, const std::string& name, const std::stop_token& stop);
// Gives the file another name, "NAME.kept-1" or so, that nobody has; that name. Throws IoError.
std::string set_aside(int folder, const std::string& name);

}  // namespace nightstack::io
