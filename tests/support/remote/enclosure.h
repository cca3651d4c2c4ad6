// SPDX-License-Identifier: MIT
// A network and a view of the file systems of its own, for programs under test: with a link that can be cut, and disks
// that can be full. Needs root, or a machine where ordinary users may have user namespaces; where neither is so, `make`
// says why, and a test takes another way. Needs unshare, nsenter, mount (util-linux) and ip (iproute2).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace nightstack::test {

// Ends with the object; what was mounted within goes with it. Programs within must have ended before.
class Enclosure {
public:
    enum class Own { network, network_and_disks };
    // nullptr where it is not allowed; `why_not` has the words.
    static std::unique_ptr<Enclosure> make(Own own, std::string& why_not);
    // One more, within the same user namespace.
    std::unique_ptr<Enclosure> beside(std::string& why_not) const;
    ~Enclosure();
    Enclosure(const Enclosure&) = delete;
    Enclosure& operator=(const Enclosure&) = delete;

    // What stands before the words of a program that shall run within.
    std::vector<std::string> prefix() const;
    // Runs a small program within; false when it fails.
    bool run(const std::vector<std::string>& words) const;
    // A file as it is seen from within.
    std::filesystem::path path(const std::filesystem::path& absolute) const;
    pid_t pid() const { return pid_; }

private:
    Enclosure(pid_t pid, Own own, bool own_users) : pid_(pid), own_(own), own_users_(own_users) {}
    pid_t pid_;
    Own own_;
    bool own_users_;
};

// Two enclosures joined by a cable: the scope's end is 10.77.0.2, the other one 10.77.0.1.
class CutableLink {
public:
    static std::unique_ptr<CutableLink> make(std::string& why_not);
    const Enclosure& here() const { return *here_; }
    const Enclosure& scope() const { return *scope_; }
    static const char* scope_address() { return "10.77.0.2"; }
    void set(bool up) const;                 // throws std::runtime_error
    std::uint64_t bytes_from_scope() const;  // that went over the cable, with all headers

private:
    std::unique_ptr<Enclosure> here_, scope_;
};

}  // namespace nightstack::test
