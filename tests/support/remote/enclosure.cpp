// SPDX-License-Identifier: MIT
#include "tests/support/remote/enclosure.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace nightstack::test {
namespace {

using Words = std::vector<std::string>;
using Clock = std::chrono::steady_clock;

pid_t start(Words words) {
    std::vector<char*> list;
    for (std::string& word : words) list.push_back(word.data());
    list.push_back(nullptr);
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int nowhere = ::open("/dev/null", O_RDWR);
    for (const int fd : {0, 1, 2}) ::dup2(nowhere, fd);
    ::close_range(3, ~0U, 0);
    ::execv(list[0], list.data());
    ::_exit(127);
}

int end_of(pid_t pid) {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

void stop(pid_t pid) {
    ::kill(pid, SIGKILL);
    end_of(pid);
}

// The namespace has been entered once its name differs from ours.
std::string network_of(const std::string& process) {
    char text[64] = {};
    const ssize_t n = ::readlink(("/proc/" + process + "/ns/net").c_str(), text, sizeof text - 1);
    return n > 0 ? text : "";
}

bool sleeps(pid_t pid) {
    std::ifstream in("/proc/" + std::to_string(pid) + "/comm");
    std::string name;
    in >> name;
    return name == "sleep";
}

// `words` become a sleeping program in namespaces of its own; -1 when that is not allowed.
pid_t start_holder(const Words& words) {
    const pid_t pid = start(words);
    const std::string ours = network_of("self");
    for (const auto end = Clock::now() + std::chrono::seconds(10); Clock::now() < end;) {
        if (::waitpid(pid, nullptr, WNOHANG) == pid) return -1;
        if (sleeps(pid) && network_of(std::to_string(pid)) != ours) return pid;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    stop(pid);
    return -1;
}

Words unshare(bool disks) {
    Words words{"/usr/bin/unshare", "--net"};
    if (disks) words.emplace_back("--mount");
    return words;
}

const Words kSleep{"/usr/bin/sleep", "600"};

Words joined(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

}  // namespace

std::unique_ptr<Enclosure> Enclosure::make(Own own, std::string& why_not) {
    why_not = "NIGHTSTACK_NO_NAMESPACES is set";
    if (std::getenv("NIGHTSTACK_NO_NAMESPACES") != nullptr) return nullptr;
    for (const bool own_users : {false, true}) {
        Words words = unshare(own == Own::network_and_disks);
        if (own_users) words.emplace_back("--map-root-user");
        const pid_t pid = start_holder(joined(words, kSleep));
        if (pid < 0) continue;
        std::unique_ptr<Enclosure> made(new Enclosure(pid, own, own_users));
        if (made->run({"/bin/true"})) return made;
    }
    why_not = "no namespaces for us on this machine";
    return nullptr;
}

std::unique_ptr<Enclosure> Enclosure::beside(std::string& why_not) const {
    const pid_t pid = start_holder(joined(joined(prefix(), unshare(own_ == Own::network_and_disks)), kSleep));
    why_not = "no second namespace for us on this machine";
    return pid < 0 ? nullptr : std::unique_ptr<Enclosure>(new Enclosure(pid, own_, own_users_));
}

Enclosure::~Enclosure() { stop(pid_); }

std::vector<std::string> Enclosure::prefix() const {
    Words words{"/usr/bin/nsenter", "--target", std::to_string(pid_), "--net"};
    if (own_ == Own::network_and_disks) words.emplace_back("--mount");
    if (own_users_) words.insert(words.end(), {"--user", "--preserve-credentials"});
    return words;
}

bool Enclosure::run(const std::vector<std::string>& words) const { return end_of(start(joined(prefix(), words))) == 0; }

std::filesystem::path Enclosure::path(const std::filesystem::path& absolute) const {
    return "/proc/" + std::to_string(pid_) + "/root" + absolute.string();
}

std::unique_ptr<CutableLink> CutableLink::make(std::string& why_not) {
    auto link = std::make_unique<CutableLink>();
    link->here_ = Enclosure::make(Enclosure::Own::network, why_not);
    if (!link->here_) return nullptr;
    link->scope_ = link->here_->beside(why_not);
    if (!link->scope_) return nullptr;
    const std::string scope = std::to_string(link->scope_->pid());
    const auto ip = [](const Enclosure& where, const Words& words) { return where.run(joined({"/sbin/ip"}, words)); };
    why_not = "no cable between two namespaces on this machine";
    const bool made =
        ip(*link->here_, {"link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", scope}) &&
        ip(*link->here_, {"address", "add", "10.77.0.1/24", "dev", "cable"}) &&
        ip(*link->scope_, {"address", "add", "10.77.0.2/24", "dev", "cable"}) &&
        ip(*link->here_, {"link", "set", "cable", "up"}) && ip(*link->scope_, {"link", "set", "cable", "up"}) &&
        ip(*link->here_, {"link", "set", "lo", "up"}) && ip(*link->scope_, {"link", "set", "lo", "up"});
    return made ? std::move(link) : nullptr;
}

void CutableLink::set(bool up) const {
    if (!scope_->run({"/sbin/ip", "link", "set", "cable", up ? "up" : "down"}))
        throw std::runtime_error("the cable cannot be cut");
}

std::uint64_t CutableLink::bytes_from_scope() const {
    // Of the network of the thread that asks: so a program within has to.
    const auto out = std::filesystem::temp_directory_path() / ("nightstack-cable-" + std::to_string(scope_->pid()));
    scope_->run({"/bin/sh", "-c", "ip -s -j link show cable > '" + out.string() + "'"});
    std::ifstream in(out);
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    std::filesystem::remove(out);
    const std::size_t at = text.find("\"bytes\":", text.find("\"tx\""));
    return at == std::string::npos ? 0 : std::stoull(text.substr(at + 8));
}

}  // namespace nightstack::test
