// SPDX-License-Identifier: MIT
#include "io/watch/notifier.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "io/watch/watch.h"

namespace nightstack::io {
namespace {

constexpr std::uint32_t kMask = IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE |
                                IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK;
constexpr std::size_t kMostEvents = 4096;

FileEvent::What what_of(std::uint32_t mask) {
    if ((mask & (IN_DELETE | IN_MOVED_FROM)) != 0) return FileEvent::What::gone;
    if ((mask & IN_MOVED_TO) != 0) return FileEvent::What::moved_in;
    if ((mask & IN_MODIFY) != 0) return FileEvent::What::writing;
    return (mask & IN_CREATE) != 0 ? FileEvent::What::made : FileEvent::What::closed;
}

}  // namespace

Notifier::Notifier(std::size_t most_folders) : most_folders_(most_folders) {
    if (most_folders_ == 0) return;
    news_ = Descriptor(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    if (!news_) no_news("the system gives no news of files", errno);
}

void Notifier::no_news(const std::string& what, int code) {
    if (why_not_.empty()) why_not_ = what + ": " + std::strerror(code);
}

void Notifier::follow(int folder, const std::string& name) {
    if (!news_) return;
    // By descriptor, so that a link put in its place meanwhile is not followed.
    const std::string path = "/proc/self/fd/" + std::to_string(folder);
    const bool room = folders_.size() < most_folders_;
    // Where there is no room, a folder that is followed already is renewed all the same.
    const int number = ::inotify_add_watch(news_.get(), path.c_str(), kMask);
    if (number < 0) return no_news("the system gives no news of some folders", errno);
    if (!room && !folders_.contains(number)) {
        ::inotify_rm_watch(news_.get(), number);
        return no_news("news of at most " + std::to_string(most_folders_) + " folders", ENOSPC);
    }
    folders_[number] = {name, look_};
}

void Notifier::end_look() {
    for (auto it = folders_.begin(); it != folders_.end();) {
        if (it->second.look == look_) {
            ++it;
            continue;
        }
        ::inotify_rm_watch(news_.get(), it->first);
        it = folders_.erase(it);
    }
    ++look_;
}

void Notifier::add(int number, std::uint32_t mask, const std::string& name, std::vector<FileEvent>& events) {
    const auto folder = folders_.find(number);
    const bool self = (mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED | IN_Q_OVERFLOW)) != 0;
    if (self || ((mask & IN_ISDIR) != 0 && !is_passed_over(name))) {
        // An end of our own making (end_look) is no news.
        if ((mask & IN_IGNORED) != 0 && folder == folders_.end()) return;
        if ((mask & IN_IGNORED) != 0) folders_.erase(folder);
        events.push_back({FileEvent::What::look_over, {}});
        return;
    }
    if ((mask & IN_ISDIR) != 0 || folder == folders_.end() || name.empty() || is_passed_over(name)) return;
    const std::string& where = folder->second.name;
    events.push_back({what_of(mask), where.empty() ? name : where + "/" + name});
}

std::vector<FileEvent> Notifier::read() {
    std::vector<FileEvent> events;
    alignas(inotify_event) std::array<char, 64 * 1024> bytes;
    while (news_ && events.size() < kMostEvents) {
        const ssize_t n = ::read(news_.get(), bytes.data(), bytes.size());
        if (n <= 0) break;
        for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(n);) {
            inotify_event event{};
            std::memcpy(&event, bytes.data() + at, sizeof event);
            const char* text = bytes.data() + at + sizeof event;
            add(event.wd, event.mask, std::string(text, ::strnlen(text, event.len)), events);
            at += sizeof event + event.len;
        }
    }
    return events;
}

}  // namespace nightstack::io
