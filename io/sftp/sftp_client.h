// SPDX-License-Identifier: MIT
// Files over the bytes of an SFTP server, however they come to us: looks and reads, nothing else.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "io/remote/remote_files.h"
#include "io/sftp/byte_line.h"
#include "io/sftp/conversation.h"

namespace nightstack::io::sftp {

class SftpClient final : public RemoteFiles {
public:
    // Greets the server. `root`: what paths are relative to, "" where the server puts us; `where`: for messages.
    SftpClient(std::unique_ptr<ByteLine> line, std::string root, std::string where, const RemoteLimits& limits,
               const std::stop_token& stop);

    std::vector<RemoteEntry> list(const std::string& path, const std::stop_token& stop) override;
    // The root may be a link, as /sdcard is; below it links are not followed.
    RemoteEntry stat(const std::string& path, const std::stop_token& stop) override;
    std::uint64_t read(const std::string& path, std::uint64_t from, std::uint64_t count, const Sink& sink,
                       const std::stop_token& stop) override;
    const std::string& where() const override { return where_; }

private:
    std::string remote(const std::string& path) const;
    const std::string& shown(const std::string& path) const { return path.empty() ? where_ : path; }
    RemoteEntry attributes(std::uint32_t id, const std::string& path, const std::stop_token& stop);

    std::string root_, where_;
    RemoteLimits limits_;
    std::unique_ptr<ByteLine> line_;
    Conversation conversation_;
};

}  // namespace nightstack::io::sftp
