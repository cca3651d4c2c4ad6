// SPDX-License-Identifier: MIT
#include "io/watch/tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>

#include "io/watch/watch.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {
namespace {

constexpr int kFolder = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK;

struct CloseListing {
    void operator()(DIR* d) const { ::closedir(d); }
};
using Listing = std::unique_ptr<DIR, CloseListing>;

// Of an open folder; the descriptor stays the caller's.
Listing listing_of(int folder) {
    const int fd = ::openat(folder, ".", kFolder);
    if (fd < 0) return nullptr;
    Listing listing(::fdopendir(fd));
    if (!listing) ::close(fd);
    return listing;
}

// The next name, "" at the end or when reading fails, which `errno` then tells.
std::string_view next_name(DIR* listing) {
    for (;;) {
        errno = 0;
        const dirent* entry = ::readdir(listing);
        if (entry == nullptr) return {};
        const std::string_view name(entry->d_name);
        if (name != "." && name != "..") return name;
    }
}

std::uint64_t device_of(int fd) {
    struct stat s {};
    return ::fstat(fd, &s) == 0 ? static_cast<std::uint64_t>(s.st_dev) : 0;
}

FileVersion version_of(const struct stat& s) {
    return {static_cast<std::uint64_t>(s.st_size), std::int64_t{s.st_mtim.tv_sec} * 1'000'000'000 + s.st_mtim.tv_nsec};
}

std::string words(const std::string& what, int code) { return printable(what) + ": " + std::strerror(code); }

}  // namespace

struct WatchedTree::Visit {
    const TreeVisitor& visitor;
    TreeLook look;
    bool said_link = false;
    bool cut = false;

    void incomplete(const std::string& words) {
        look.whole = false;
        visitor.notice(words);
    }
};

TreeLook WatchedTree::glance() const {
    TreeLook look;
    const Descriptor root(::open(root_.c_str(), kFolder));
    const Listing listing = root ? listing_of(root.get()) : nullptr;
    if (!listing) {
        look.away = words(root_.string(), errno);
        return look;
    }
    look.device = device_of(root.get());
    while (look.entries < 1 && !next_name(listing.get()).empty()) ++look.entries;
    if (look.entries == 0 && errno != 0) look.away = words(root_.string(), errno);
    return look;
}

TreeLook WatchedTree::visit(const TreeVisitor& visitor) const {
    Visit visit{visitor, {}};
    const Descriptor root(::open(root_.c_str(), kFolder));
    if (!root) {
        visit.look.away = words(root_.string(), errno);
        return visit.look;
    }
    visit.look.device = device_of(root.get());
    visit_folder(visit, root.get(), "", 0);
    return visit.look;
}

void WatchedTree::visit_folder(Visit& visit, int descriptor, const std::string& name, int depth) const {
    visit.visitor.folder(descriptor, name);  // first: what is made from now on is news
    const Listing listing = listing_of(descriptor);
    const std::string prefix = name.empty() ? "" : name + "/";
    while (listing && !visit.cut) {
        const std::string entry(next_name(listing.get()));
        if (entry.empty()) break;
        if (visit.look.entries == most_) {
            visit.cut = true;
            visit.incomplete("more than " + std::to_string(most_) +
                             " files and folders are watched; the rest is not looked at");
            return;
        }
        ++visit.look.entries;
        if (!is_passed_over(entry)) visit_entry(visit, descriptor, prefix, entry, depth);
        errno = 0;
    }
    if (!visit.cut && (!listing || errno != 0))
        visit.incomplete("cannot read " + words(name.empty() ? root_.string() : name, errno));
}

void WatchedTree::visit_entry(Visit& visit, int folder, const std::string& prefix, const std::string& name,
                              int depth) const {
    struct stat s {};
    if (::fstatat(folder, name.c_str(), &s, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno != ENOENT) visit.incomplete("cannot look at " + words(prefix + name, errno));
        return;
    }
    if (S_ISREG(s.st_mode)) return visit.visitor.file(prefix + name, version_of(s));
    if (S_ISLNK(s.st_mode) && !visit.said_link) {
        visit.said_link = true;
        visit.visitor.notice("links in the watched folder are not followed");
    }
    if (!S_ISDIR(s.st_mode)) return;
    if (depth == depth_) {
        visit.visitor.notice(printable(prefix + name) + " lies more than " + std::to_string(depth_) +
                             " folders down and is not watched");
        return;
    }
    const Descriptor below(::openat(folder, name.c_str(), kFolder | O_NOFOLLOW));
    if (below) return visit_folder(visit, below.get(), prefix + name, depth + 1);
    if (errno != ENOENT) visit.incomplete("cannot enter " + words(prefix + name, errno));
}

// The folder a name lies in, opened part by part; `last` becomes the rest of the name.
Descriptor WatchedTree::folder_of(const std::string& name, std::string& last) const {
    Descriptor here(::open(root_.c_str(), kFolder));
    std::size_t at = 0;
    for (std::size_t slash = name.find('/'); here && slash != std::string::npos; slash = name.find('/', at)) {
        here = Descriptor(::openat(here.get(), name.substr(at, slash - at).c_str(), kFolder | O_NOFOLLOW));
        at = slash + 1;
    }
    last = name.substr(at);
    return here;
}

std::optional<FileVersion> WatchedTree::find(const std::string& name) const {
    std::string last;
    const Descriptor folder = folder_of(name, last);
    struct stat s {};
    if (!folder || ::fstatat(folder.get(), last.c_str(), &s, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(s.st_mode))
        return std::nullopt;
    return version_of(s);
}

std::optional<FileContent> WatchedTree::content(const std::string& name) const {
    std::string last;
    const Descriptor folder = folder_of(name, last);
    const Descriptor file = folder ? open_local(folder.get(), last) : Descriptor();
    struct stat s {};
    if (!file || ::fstat(file.get(), &s) != 0) return std::nullopt;
    FileContent content{version_of(s), {}, false};
    try {
        content.completion = completion_of(file.get(), content.version.bytes, last);
        if (content.completion.state == Completeness::complete)
            content.ends_in_zeros = ends_in_zeros(file.get(), content.version.bytes, last);
    } catch (const IoError&) {
        return std::nullopt;
    }
    return content;
}

}  // namespace nightstack::io
