// SPDX-License-Identifier: MIT
// One client of the SFTP server, from key exchange to its end; blocks on the client's own thread. Another thread ends
// it by shutting its socket down. Part of the .cpp files of this folder only.
#pragma once

#include <libssh/libssh.h>
#include <libssh/server.h>
#include <libssh/sftp.h>

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/sftp_server/sftp_server.h"

namespace nightstack::io {

class SftpConversation {
public:
    // `session` after ssh_bind_accept_fd; owned by the caller. `logged_in` is set when the client has said who it is.
    SftpConversation(ssh_session session, const ServedFolder& folder, const SftpServerOptions& options,
                     std::atomic<bool>& logged_in);
    ~SftpConversation();
    SftpConversation(const SftpConversation&) = delete;
    SftpConversation& operator=(const SftpConversation&) = delete;

    void run();

private:
    struct Open {  // a file, or a folder's entries and how many have been told
        std::optional<ServedFile> file;
        std::vector<ServedEntry> entries;
        std::size_t told = 0;
    };
    // What a client's path means: a folder above the mounts, or a path in the served folder.
    struct Place {
        bool above = false;
        std::string path;  // the client's, normal
        std::string inner;
    };

    bool log_in();
    bool open_channel();
    void answer(sftp_client_message message);
    Place place(const char* text) const;
    std::optional<ServedEntry> look(const Place& place) const;
    std::optional<std::vector<ServedEntry>> list(const Place& place) const;
    void answer_open(sftp_client_message message);
    void answer_open_folder(sftp_client_message message);
    void answer_read(sftp_client_message message);
    void answer_read_folder(sftp_client_message message);
    void answer_stat(sftp_client_message message);
    void answer_file_stat(sftp_client_message message);
    void answer_real_path(sftp_client_message message);
    void answer_close(sftp_client_message message);
    void give_handle(sftp_client_message message, std::unique_ptr<Open> open);
    Open* opened(sftp_client_message message) const;

    ssh_session session_;
    const ServedFolder& folder_;
    const SftpServerOptions& options_;
    std::atomic<bool>& logged_in_;
    ssh_channel channel_ = nullptr;
    sftp_session sftp_ = nullptr;
    std::map<void*, std::unique_ptr<Open>> open_;
    std::string piece_;
};

}  // namespace nightstack::io
