// SPDX-License-Identifier: MIT
// One client of the FTP server, from greeting to its end; blocks on the client's own thread. Another thread ends it by
// shutting its socket down.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "io/ftp_server/ftp_server.h"
#include "io/ftp_server/line_socket.h"

namespace nightstack::io {

class FtpConversation {
public:
    FtpConversation(int fd, const ServedFolder& folder, const FtpServerOptions& options, std::atomic<bool>& logged_in);
    ~FtpConversation();
    FtpConversation(const FtpConversation&) = delete;
    FtpConversation& operator=(const FtpConversation&) = delete;

    void run();

private:
    enum class Listing { long_lines, names, facts };

    bool say(std::string_view line);  // false: the client is gone
    bool obey(const std::string& line);
    bool log_in(const std::string& verb, const std::string& word);
    bool answer(const std::string& verb, const std::string& word);
    bool answer_about_files(const std::string& verb, const std::string& word);
    bool change_folder(const std::string& word);
    bool tell(const std::string& verb, const std::string& word);
    bool listen_for_data(bool extended);
    bool list(const std::string& word, Listing how);
    bool retrieve(const std::string& word);
    bool transfer(const std::function<bool(int)>& send);
    void forget_data();
    bool ended() const;  // the other half of the control connection is gone, or the server ends
    std::string where(const std::string& word) const { return walked_path(folder_now_, word); }

    const int fd_;
    const ServedFolder& folder_;
    const FtpServerOptions& options_;
    std::atomic<bool>& logged_in_;
    LineSocket lines_;
    std::string user_, folder_now_ = "/";
    int refusals_ = 0;
    int data_ = -1;  // listens
    std::uint64_t start_ = 0;
};

}  // namespace nightstack::io
