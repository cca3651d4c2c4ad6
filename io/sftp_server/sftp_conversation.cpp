// SPDX-License-Identifier: MIT
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "io/sftp_server/sftp_conversation-inl.h"

namespace nightstack::io {
namespace {

constexpr int kMostLoginTries = 6;
constexpr int kMostMessages = 64;                // before the subsystem is asked for
constexpr std::uint32_t kMostRead = 128 * 1024;  // of one request; more is answered by less, as the RFC allows
constexpr std::size_t kNamesAtOnce = 64;         // of one listing packet
constexpr std::uint32_t kFilePermissions = 0444, kFolderPermissions = 0555;
constexpr std::uint32_t kWriteFlags = SSH_FXF_WRITE | SSH_FXF_APPEND | SSH_FXF_CREAT | SSH_FXF_TRUNC | SSH_FXF_EXCL;

sftp_attributes_struct attributes_of(const ServedEntry& entry) {
    sftp_attributes_struct out{};
    out.flags =
        SSH_FILEXFER_ATTR_SIZE | SSH_FILEXFER_ATTR_UIDGID | SSH_FILEXFER_ATTR_PERMISSIONS | SSH_FILEXFER_ATTR_ACMODTIME;
    out.size = entry.bytes;
    out.permissions = entry.folder ? S_IFDIR | kFolderPermissions : S_IFREG | kFilePermissions;
    out.mtime = out.atime = static_cast<std::uint32_t>(std::clamp<std::int64_t>(entry.modified_s, 0, UINT32_MAX));
    return out;
}

// As `ls -l` writes it; some clients show it as it is.
std::string long_name(const ServedEntry& entry) {
    constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm t{};
    const std::time_t time = entry.modified_s;
    ::gmtime_r(&time, &t);
    char text[96];
    std::snprintf(text, sizeof text, "%s    1 root     root     %12llu %s %2d  %d ",
                  entry.folder ? "dr-xr-xr-x" : "-r--r--r--", static_cast<unsigned long long>(entry.bytes),
                  kMonths[static_cast<std::size_t>(t.tm_mon)], t.tm_mday, t.tm_year + 1900);
    return text + entry.name;
}

// Deprecated in favour of callbacks, which come from libssh's own event loop; here one thread asks.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
const char* password_of(ssh_message message) { return ssh_message_auth_password(message); }
#pragma GCC diagnostic pop

bool same(const char* given, const std::string& expected) { return given != nullptr && expected == given; }

}  // namespace

SftpConversation::SftpConversation(ssh_session session, const ServedFolder& folder, const SftpServerOptions& options,
                                   std::atomic<bool>& logged_in)
    : session_(session), folder_(folder), options_(options), logged_in_(logged_in), piece_(kMostRead, '\0') {}

// The handles' targets are ours, their table is libssh's. The channel goes with the session.
SftpConversation::~SftpConversation() {
    for (const auto& [handle, open] : open_) sftp_handle_remove(sftp_, handle);
    if (sftp_ != nullptr) sftp_server_free(sftp_);
}

void SftpConversation::run() {
    ssh_set_auth_methods(session_, SSH_AUTH_METHOD_PASSWORD);
    if (ssh_handle_key_exchange(session_) != SSH_OK || !log_in()) return;
    logged_in_ = true;
    if (!open_channel()) return;
    sftp_ = sftp_server_new(session_, channel_);
    if (sftp_ == nullptr || sftp_server_init(sftp_) != SSH_OK) return;
    while (const sftp_client_message message = sftp_get_client_message(sftp_)) {
        answer(message);
        sftp_client_message_free(message);
    }
}

bool SftpConversation::log_in() {
    int tries = 0;
    for (int i = 0; i < kMostMessages && tries < kMostLoginTries; ++i) {
        const ssh_message message = ssh_message_get(session_);
        if (message == nullptr) return false;
        bool good = false;
        if (ssh_message_type(message) == SSH_REQUEST_AUTH && ssh_message_subtype(message) == SSH_AUTH_METHOD_PASSWORD) {
            ++tries;
            good = same(ssh_message_auth_user(message), options_.user) && same(password_of(message), options_.password);
        }
        if (good) {
            ssh_message_auth_reply_success(message, 0);
        } else {
            if (ssh_message_type(message) == SSH_REQUEST_AUTH)
                ssh_message_auth_set_methods(message, SSH_AUTH_METHOD_PASSWORD);
            ssh_message_reply_default(message);
        }
        ssh_message_free(message);
        if (good) return true;
    }
    return false;
}

// One channel, and in it nothing but the subsystem "sftp": no shell, no command, no forwarding.
bool SftpConversation::open_channel() {
    for (int i = 0; i < kMostMessages; ++i) {
        const ssh_message message = ssh_message_get(session_);
        if (message == nullptr) return false;
        const int type = ssh_message_type(message), subtype = ssh_message_subtype(message);
        bool ready = false;
        if (type == SSH_REQUEST_CHANNEL_OPEN && subtype == SSH_CHANNEL_SESSION && channel_ == nullptr) {
            channel_ = ssh_message_channel_request_open_reply_accept(message);
        } else if (type == SSH_REQUEST_CHANNEL && subtype == SSH_CHANNEL_REQUEST_SUBSYSTEM && channel_ != nullptr &&
                   same(ssh_message_channel_request_subsystem(message), "sftp")) {
            ready = ssh_message_channel_request_reply_success(message) == SSH_OK;
        } else {
            ssh_message_reply_default(message);
        }
        ssh_message_free(message);
        if (ready) return true;
    }
    return false;
}

void SftpConversation::answer(sftp_client_message message) {
    switch (sftp_client_message_get_type(message)) {
        case SSH_FXP_OPEN: return answer_open(message);
        case SSH_FXP_OPENDIR: return answer_open_folder(message);
        case SSH_FXP_READ: return answer_read(message);
        case SSH_FXP_READDIR: return answer_read_folder(message);
        case SSH_FXP_STAT:
        case SSH_FXP_LSTAT: return answer_stat(message);
        case SSH_FXP_FSTAT: return answer_file_stat(message);
        case SSH_FXP_REALPATH: return answer_real_path(message);
        case SSH_FXP_CLOSE: return answer_close(message);
        case SSH_FXP_WRITE:
        case SSH_FXP_SETSTAT:
        case SSH_FXP_FSETSTAT:
        case SSH_FXP_REMOVE:
        case SSH_FXP_MKDIR:
        case SSH_FXP_RMDIR:
        case SSH_FXP_RENAME:
        case SSH_FXP_EXTENDED:  // those that libssh offers rename and link
        case SSH_FXP_SYMLINK: sftp_reply_status(message, SSH_FX_PERMISSION_DENIED, "this card is read only"); return;
        case SSH_FXP_READLINK: sftp_reply_status(message, SSH_FX_NO_SUCH_FILE, "no such link"); return;
        default: sftp_reply_status(message, SSH_FX_OP_UNSUPPORTED, "not known here"); return;
    }
}

SftpConversation::Place SftpConversation::place(const char* text) const {
    Place out;
    out.path = walked_path("/", text == nullptr ? "" : text);
    for (const std::string& mount : options_.mounts) {
        const std::string stem = mount == "/" ? "" : mount;
        if (out.path == mount || out.path.starts_with(stem + "/")) {
            out.inner = out.path.substr(stem.size());
            return out;
        }
    }
    out.above = true;
    return out;
}

std::optional<ServedEntry> SftpConversation::look(const Place& place) const {
    if (!place.above) return folder_.stat(place.inner);
    if (!list(place)) return std::nullopt;
    ServedEntry entry;
    entry.folder = true;
    return entry;
}

std::optional<std::vector<ServedEntry>> SftpConversation::list(const Place& place) const {
    if (!place.above) return folder_.list(place.inner);
    std::vector<ServedEntry> out;
    const std::string stem = place.path == "/" ? "/" : place.path + "/";
    for (const std::string& mount : options_.mounts) {
        if (!mount.starts_with(stem)) continue;
        ServedEntry entry;
        entry.folder = true;
        entry.name = mount.substr(stem.size(), mount.find('/', stem.size()) - stem.size());
        if (std::ranges::none_of(out, [&](const ServedEntry& known) { return known.name == entry.name; }))
            out.push_back(entry);
    }
    if (out.empty()) return std::nullopt;
    return out;
}

void SftpConversation::give_handle(sftp_client_message message, std::unique_ptr<Open> open) {
    const ssh_string handle = sftp_handle_alloc(sftp_, open.get());
    if (handle == nullptr) {
        sftp_reply_status(message, SSH_FX_FAILURE, "too many open files");
        return;
    }
    sftp_reply_handle(message, handle);
    ssh_string_free(handle);
    void* const key = open.get();
    open_[key] = std::move(open);
}

SftpConversation::Open* SftpConversation::opened(sftp_client_message message) const {
    const auto found = message->handle == nullptr ? open_.end() : open_.find(sftp_handle(sftp_, message->handle));
    return found == open_.end() ? nullptr : found->second.get();
}

void SftpConversation::answer_open(sftp_client_message message) {
    if ((sftp_client_message_get_flags(message) & kWriteFlags) != 0) {
        sftp_reply_status(message, SSH_FX_PERMISSION_DENIED, "this card is read only");
        return;
    }
    const Place where = place(sftp_client_message_get_filename(message));
    auto file = where.above ? std::nullopt : folder_.open(where.inner);
    if (!file) {
        sftp_reply_status(message, SSH_FX_NO_SUCH_FILE, "no such file");
        return;
    }
    auto open = std::make_unique<Open>();
    open->file.emplace(std::move(*file));
    give_handle(message, std::move(open));
}

void SftpConversation::answer_open_folder(sftp_client_message message) {
    auto entries = list(place(sftp_client_message_get_filename(message)));
    if (!entries) {
        sftp_reply_status(message, SSH_FX_NO_SUCH_FILE, "no such folder");
        return;
    }
    auto open = std::make_unique<Open>();
    open->entries = std::move(*entries);
    give_handle(message, std::move(open));
}

void SftpConversation::answer_read(sftp_client_message message) {
    const Open* open = opened(message);
    if (open == nullptr || !open->file) {
        sftp_reply_status(message, SSH_FX_INVALID_HANDLE, "no such handle");
        return;
    }
    const std::size_t most = std::min(message->len, kMostRead);
    const std::size_t n = open->file->read(message->offset, std::span(piece_.data(), most));
    if (n == 0 && most > 0)
        sftp_reply_status(message, SSH_FX_EOF, "end of file");
    else
        sftp_reply_data(message, piece_.data(), static_cast<int>(n));
}

void SftpConversation::answer_read_folder(sftp_client_message message) {
    Open* open = opened(message);
    if (open == nullptr || open->file) {
        sftp_reply_status(message, SSH_FX_INVALID_HANDLE, "no such handle");
        return;
    }
    if (open->told == open->entries.size()) {
        sftp_reply_status(message, SSH_FX_EOF, "end of folder");
        return;
    }
    const std::size_t end = std::min(open->told + kNamesAtOnce, open->entries.size());
    for (; open->told < end; ++open->told) {
        const ServedEntry& entry = open->entries[open->told];
        sftp_attributes_struct attributes = attributes_of(entry);
        sftp_reply_names_add(message, entry.name.c_str(), long_name(entry).c_str(), &attributes);
    }
    sftp_reply_names(message);
}

void SftpConversation::answer_stat(sftp_client_message message) {
    const auto entry = look(place(sftp_client_message_get_filename(message)));
    if (!entry) {
        sftp_reply_status(message, SSH_FX_NO_SUCH_FILE, "no such file");
        return;
    }
    sftp_attributes_struct attributes = attributes_of(*entry);
    sftp_reply_attr(message, &attributes);
}

void SftpConversation::answer_file_stat(sftp_client_message message) {
    const Open* open = opened(message);
    if (open == nullptr || !open->file) {
        sftp_reply_status(message, SSH_FX_INVALID_HANDLE, "no such handle");
        return;
    }
    sftp_attributes_struct attributes = attributes_of(open->file->now());
    sftp_reply_attr(message, &attributes);
}

void SftpConversation::answer_real_path(sftp_client_message message) {
    const Place where = place(sftp_client_message_get_filename(message));
    sftp_attributes_struct none{};
    sftp_reply_name(message, where.path.c_str(), &none);
}

void SftpConversation::answer_close(sftp_client_message message) {
    Open* open = opened(message);
    if (open == nullptr) {
        sftp_reply_status(message, SSH_FX_INVALID_HANDLE, "no such handle");
        return;
    }
    sftp_handle_remove(sftp_, open);
    open_.erase(open);
    sftp_reply_status(message, SSH_FX_OK, "closed");
}

}  // namespace nightstack::io
