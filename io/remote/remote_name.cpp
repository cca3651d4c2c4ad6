// SPDX-License-Identifier: MIT
#include "io/remote/remote_name.h"

#include <array>
#include <cstdint>

#include "io/remote/remote_files.h"
#include "pipeline/core/ascii.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {
namespace {

constexpr std::size_t kLongestPath = 4096;
constexpr std::size_t kShown = 80;  // bytes of a foreign name in a message

std::string shown(std::string_view text) {
    return text.size() <= kShown ? printable(text) : printable(text.substr(0, kShown)) + "...";
}

LocalName refused(std::string_view remote, const std::string& why) {
    return {{}, "the name '" + shown(remote) + "' " + why};
}

// Not isalnum: the set must be the same in every language of the user.
bool plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-' || c == ' ';
}

// A plain byte that would mean something in this place.
bool awkward(std::string_view name, std::size_t i) {
    const char c = name[i];
    const bool first = i == 0, last = i + 1 == name.size();
    if (first) return c == '.' || c == '-' || c == ' ';
    return (c == '.' && (name[i - 1] == '.' || last)) || (c == ' ' && last);
}

void append_escaped(std::string& out, char c) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 15U];
}

// FNV-1a: no secret, only the same digits for the same name.
std::string digits_of(std::string_view text) {
    std::uint32_t hash = 2166136261U;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    std::string digits;
    for (int shift = 28; shift >= 0; shift -= 4)
        digits += "0123456789abcdef"[(hash >> static_cast<unsigned>(shift)) & 15U];
    return digits;
}

// "m31.fits" -> "m31-1a2b3c4d.fits"
std::string with_digits(const std::string& name, const std::string& digits) {
    const std::size_t dot = name.rfind('.');
    return dot == std::string::npos ? name + "-" + digits : name.substr(0, dot) + "-" + digits + name.substr(dot);
}

[[noreturn]] void bad_path(std::string_view path, const std::string& why) {
    throw RemoteError(RemoteError::Kind::broken, "the remote path '" + shown(path) + "' " + why);
}

}  // namespace

LocalName local_name(std::string_view remote) {
    if (remote.empty()) return refused(remote, "is empty");
    if (remote == "." || remote == "..") return refused(remote, "is no name of a file");
    if (remote.find('\0') != std::string_view::npos) return refused(remote, "holds a NUL");
    if (remote.find('/') != std::string_view::npos) return refused(remote, "is a path, not a name");
    LocalName name;
    for (std::size_t i = 0; i < remote.size() && name.text.size() <= kLongestLocalName; ++i) {
        if (plain(remote[i]) && !awkward(remote, i))
            name.text += remote[i];
        else
            append_escaped(name.text, remote[i]);
    }
    if (name.text.size() > kLongestLocalName)
        return refused(remote, "is longer than " + std::to_string(kLongestLocalName) + " bytes");
    return name;
}

LocalName LocalNames::add(std::string_view remote) {
    LocalName name = local_name(remote);
    if (!name.taken()) return name;
    if (!remote_.emplace(remote).second) return refused(remote, "stands twice in one folder");
    if (taken_.insert(lower_case(name.text)).second) return name;
    name.text = with_digits(name.text, digits_of(remote));
    if (name.text.size() > kLongestLocalName || !taken_.insert(lower_case(name.text)).second)
        return refused(remote, "differs from another one in nothing but case");
    return name;
}

void check_remote_path(std::string_view path) {
    if (path.empty()) return;
    if (path.size() > kLongestPath) bad_path(path, "is longer than " + std::to_string(kLongestPath) + " bytes");
    if (path.find('\0') != std::string_view::npos) bad_path(path, "holds a NUL");
    for (std::size_t at = 0; at <= path.size();) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        const std::string_view part = path.substr(at, end - at);
        if (part.empty() || part == "." || part == "..") bad_path(path, "leads elsewhere");
        at = end + 1;
    }
}

std::string joined_path(std::string_view folder, std::string_view name) {
    if (name.find('/') != std::string_view::npos || name.empty()) bad_path(name, "is no name of a file");
    std::string path(folder);
    if (!path.empty()) path += '/';
    path += name;
    check_remote_path(path);
    return path;
}

}  // namespace nightstack::io
