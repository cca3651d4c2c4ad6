// SPDX-License-Identifier: MIT
// From what a server calls a file to what the file may be called here. A server may be broken or hostile: no name of
// it leads out of the folder it is meant for, hides, reads as an option or harms a terminal. Pure functions and a
// plain value; any thread.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace nightstack::io {

inline constexpr std::size_t kLongestLocalName = 128;  // bytes

struct LocalName {
    std::string text;     // of letters, digits, ". _ -", spaces and %XX; "" when refused
    std::string refusal;  // why, fit for a screen; "" when taken
    bool taken() const { return refusal.empty(); }
};

// Bytes outside of letters, digits, ". _ - " and space become %XX, and so do a '.' or '-' at the beginning, spaces at
// either end, a '.' at the end and the second of two dots; different names stay different. Refused: no name, "." and
// "..", a path, a NUL, and what is too long then.
LocalName local_name(std::string_view remote);

// The names of one folder. Two that differ in nothing but case would be one file on a card or a stick: the later gets
// eight digits made of its own name, which are the same at every call. Add what is already here first.
class LocalNames {
public:
    // Refused also: the same name a second time.
    LocalName add(std::string_view remote);

private:
    std::set<std::string, std::less<>> remote_;
    std::set<std::string> taken_;  // in lower case
};

// What may be asked for below the root: parts separated by single '/', none of them "", "." or "..", no NUL; "" is the
// root itself. Throws RemoteError (broken): such a path can only have come from a server's names.
void check_remote_path(std::string_view path);
// "folder/name", or the name alone at the root; checked as above.
std::string joined_path(std::string_view folder, std::string_view name);

}  // namespace nightstack::io
