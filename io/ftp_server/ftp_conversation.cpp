// SPDX-License-Identifier: MIT
#include "io/ftp_server/ftp_conversation.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <set>
#include <utility>

#include "io/ftp_server/ftp_listing.h"
#include "io/served/listening_socket.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

constexpr std::size_t kPiece = 128 * 1024;
constexpr int kMostRefusals = 5;
constexpr auto kSayTime = std::chrono::milliseconds(10'000);

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return text;
}

bool writes(const std::string& verb) {
    static const std::set<std::string> kVerbs = {"STOR", "STOU", "APPE", "DELE", "RMD",  "MKD",
                                                 "RNFR", "RNTO", "XRMD", "XMKD", "MFMT", "SITE"};
    return kVerbs.contains(verb);
}

// Options as of `ls` are not a path; clients send "LIST -al".
std::string without_options(std::string word) {
    while (word.starts_with('-')) {
        const std::size_t blank = word.find(' ');
        word = blank == std::string::npos ? "" : word.substr(blank + 1);
    }
    return word;
}

// Names with line ends would be two lines for the client.
bool tellable(const std::string& name) { return name.find_first_of("\r\n") == std::string::npos; }

}  // namespace

FtpConversation::FtpConversation(int fd, const ServedFolder& folder, const FtpServerOptions& options,
                                 std::atomic<bool>& logged_in)
    : fd_(fd), folder_(folder), options_(options), logged_in_(logged_in), lines_(fd) {}

FtpConversation::~FtpConversation() { forget_data(); }

void FtpConversation::run() {
    if (!say("220 The memory card, read only.")) return;
    for (;;) {
        const auto line = lines_.read_line(logged_in_ ? options_.idle_time : options_.login_time);
        if (!line || !obey(*line)) return;
    }
}

bool FtpConversation::say(std::string_view line) { return send_all(fd_, std::string(line) + "\r\n", kSayTime); }

bool FtpConversation::obey(const std::string& line) {
    const std::size_t blank = std::min(line.find(' '), line.size());
    const std::string verb = upper(line.substr(0, blank));
    const std::string word = line.substr(std::min(blank + 1, line.size()));
    if (verb == "QUIT") {
        say("221 Goodbye.");
        return false;
    }
    if (verb == "USER" || verb == "PASS") return log_in(verb, word);
    if (verb == "FEAT")
        return say(
            "211-Features:\r\n EPSV\r\n MDTM\r\n MLST type*;size*;modify*;perm*;\r\n PASV\r\n "
            "REST STREAM\r\n SIZE\r\n UTF8\r\n211 End");
    if (!logged_in_) return say("530 Please login with USER and PASS.");
    const std::uint64_t start = start_;
    const bool goes_on = answer(verb, word);
    if (start_ == start && verb != "REST" && verb != "PASV" && verb != "EPSV" && verb != "TYPE") start_ = 0;
    return goes_on;
}

bool FtpConversation::log_in(const std::string& verb, const std::string& word) {
    if (verb == "USER") {
        user_ = word;
        return say("331 Please specify the password.");
    }
    const std::string name = upper(user_);
    const bool guest = options_.anonymous && name == "ANONYMOUS";
    const bool known =
        std::ranges::any_of(options_.users, [&](const auto& u) { return u.first == user_ && u.second == word; });
    if (guest || known) {
        logged_in_ = true;
        return say("230 Login successful.");
    }
    return say("530 Login incorrect.") && ++refusals_ < kMostRefusals;
}

bool FtpConversation::answer(const std::string& verb, const std::string& word) {
    if (verb == "NOOP") return say("200 NOOP ok.");
    if (verb == "SYST") return say("215 UNIX Type: L8");
    if (verb == "TYPE") return say(word.empty() ? "501 TYPE A or I." : "200 Switching mode.");
    if (verb == "MODE") return say(upper(word) == "S" ? "200 Mode set to S." : "504 Bad MODE command.");
    if (verb == "STRU") return say(upper(word) == "F" ? "200 Structure set to F." : "504 Bad STRU command.");
    if (verb == "OPTS")
        return say(upper(word) == "UTF8 ON" ? "200 Always in UTF8 mode." : "501 Option not understood.");
    if (verb == "ALLO") return say("202 ALLO command ignored.");
    if (verb == "ABOR") return say("225 No transfer to ABOR.");
    if (verb == "PASV" || verb == "EPSV") {
        if (upper(word) == "ALL") return say("200 EPSV ALL ok.");
        return listen_for_data(verb == "EPSV");
    }
    if (verb == "PORT" || verb == "EPRT") return say("502 Passive mode only.");
    if (writes(verb)) return say("550 Permission denied.");
    return answer_about_files(verb, word);
}

bool FtpConversation::answer_about_files(const std::string& verb, const std::string& word) {
    if (verb == "PWD" || verb == "XPWD") return say("257 \"" + folder_now_ + "\" is the current directory");
    if (verb == "CWD" || verb == "XCWD") return change_folder(word);
    if (verb == "CDUP" || verb == "XCUP") return change_folder("..");
    if (verb == "LIST") return list(without_options(word), Listing::long_lines);
    if (verb == "NLST") return list(without_options(word), Listing::names);
    if (verb == "MLSD") return list(word, Listing::facts);
    if (verb == "SIZE" || verb == "MDTM" || verb == "MLST") return tell(verb, word);
    if (verb == "RETR") return retrieve(word);
    if (verb != "REST") return say("500 Unknown command.");
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), start_);
    if (word.empty() || error != std::errc() || end != word.data() + word.size()) {
        start_ = 0;
        return say("501 REST and a number.");
    }
    return say("350 Restart position accepted (" + std::to_string(start_) + ").");
}

bool FtpConversation::change_folder(const std::string& word) {
    const std::string path = where(word);
    const auto entry = tellable(path) ? folder_.stat(path) : std::nullopt;
    if (!entry || !entry->folder) return say("550 Failed to change directory.");
    folder_now_ = path;
    return say("250 Directory successfully changed.");
}

bool FtpConversation::tell(const std::string& verb, const std::string& word) {
    const auto entry = folder_.stat(where(word));
    if (!entry || (entry->folder && verb != "MLST")) return say("550 Could not get file " + verb + ".");
    if (verb == "SIZE") return say("213 " + std::to_string(entry->bytes));
    if (verb == "MDTM") return say("213 " + fact_time(entry->modified_s));
    return say("250-Listing\r\n " + facts(*entry) + " " + where(word) + "\r\n250 End");
}

bool FtpConversation::listen_for_data(bool extended) {
    forget_data();
    const std::string address = local_address(fd_);
    try {
        data_ = listen_on(address, 0);
    } catch (const Error&) {
        return say("425 Cannot listen.");
    }
    const std::uint16_t port = local_port(data_);
    if (extended) return say("229 Entering Extended Passive Mode (|||" + std::to_string(port) + "|)");
    if (address.find(':') != std::string::npos) return say("425 EPSV for this address.");
    std::string numbers = address;
    std::ranges::replace(numbers, '.', ',');
    return say("227 Entering Passive Mode (" + numbers + "," + std::to_string(port / 256) + "," +
               std::to_string(port % 256) + ").");
}

void FtpConversation::forget_data() {
    if (data_ >= 0) ::close(data_);
    data_ = -1;
}

bool FtpConversation::ended() const {
    pollfd waiting{fd_, POLLRDHUP, 0};
    return ::poll(&waiting, 1, 0) > 0 && (waiting.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

// The data connection has to come from where the commands do, or somebody else gets the file.
bool FtpConversation::transfer(const std::function<bool(int)>& send) {
    if (data_ < 0) return say("425 Use PASV or EPSV first.");
    if (!say("150 Here it comes.")) return false;
    constexpr auto kLook = std::chrono::milliseconds(100);
    int fd = -1;
    for (auto waited = kLook; fd < 0 && waited < options_.data_time && !ended(); waited += kLook) {
        fd = accept_within(data_, kLook);
        if (fd < 0 || peer_address(fd) == peer_address(fd_)) continue;
        ::close(fd);
        fd = -1;
    }
    forget_data();
    if (fd < 0) return say("425 Failed to establish connection.");
    const bool good = send(fd);
    ::shutdown(fd, SHUT_WR);
    ::close(fd);
    return say(good ? "226 Transfer complete." : "426 Failure writing network stream.");
}

bool FtpConversation::list(const std::string& word, Listing how) {
    const std::string path = where(word);
    auto entries = folder_.list(path);
    if (!entries) {
        const auto entry = folder_.stat(path);
        if (!entry || how == Listing::facts) return say("550 No such folder.");
        entries = {*entry};
    }
    std::string text;
    const std::int64_t now = std::time(nullptr);
    for (const ServedEntry& entry : *entries) {
        if (!tellable(entry.name)) continue;
        text += how == Listing::long_lines ? ls_line(entry, now)
                : how == Listing::names    ? entry.name
                                           : facts(entry) + " " + entry.name;
        text += "\r\n";
    }
    return transfer([&](int fd) { return send_all(fd, text, options_.data_time); });
}

bool FtpConversation::retrieve(const std::string& word) {
    const auto file = folder_.open(where(word));
    if (!file) return say("550 Failed to open file.");
    std::uint64_t at = std::exchange(start_, 0);
    return transfer([&](int fd) {
        std::string piece(kPiece, '\0');
        while (const std::size_t n = file->read(at, piece)) {
            if (ended() || !send_all(fd, std::string_view(piece).substr(0, n), options_.data_time)) return false;
            at += n;
        }
        return true;
    });
}

}  // namespace nightstack::io
