// SPDX-License-Identifier: MIT
#include "io/curl_files/curl_link.h"

#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <set>
#include <string_view>
#include <utility>

#include "io/remote/rate_floor.h"
#include "pipeline/core/printable.h"

namespace nightstack::io::curl_files {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kTickMs = 50;                           // how soon a stop is noticed
constexpr std::size_t kMostHeaderBytes = 256 * 1024;  // of one request
constexpr std::size_t kMostKeptHeader = 4096;

void start_library() {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started != CURLE_OK) throw IoError("libcurl does not start");
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.back() == '\r' || text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    return text;
}

// The value when `line` is that header; `name` in lower case.
std::optional<std::string> header_value(std::string_view line, std::string_view name) {
    if (line.size() <= name.size() || line[name.size()] != ':' || line.size() > kMostKeptHeader) return std::nullopt;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = line[i] >= 'A' && line[i] <= 'Z' ? static_cast<char>(line[i] - 'A' + 'a') : line[i];
        if (c != name[i]) return std::nullopt;
    }
    return std::string(trimmed(line.substr(name.size() + 1)));
}

}  // namespace

struct CurlLink::Library {
    Library(const std::string& name, const RemoteLimits& most, std::string login, std::string secret)
        : protocol(name), user(std::move(login)), password(std::move(secret)), limits(most) {
        start_library();
        multi = curl_multi_init();
        easy = curl_easy_init();
        if (multi == nullptr || easy == nullptr) throw IoError("libcurl has no handle for us");
    }
    // libcurl says good-bye to an FTP server and waits two minutes for the answer of one that has vanished; so the
    // sockets are closed to it first.
    ~Library() {
        for (const int fd : sockets) ::shutdown(fd, SHUT_RDWR);
        curl_easy_cleanup(easy);
        curl_multi_cleanup(multi);
    }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;

    template <class Value>
    void set(CURLoption option, Value value) {
        if (curl_easy_setopt(easy, option, value) != CURLE_OK)
            throw IoError("libcurl does not know option " + std::to_string(static_cast<int>(option)));
    }
    void set_safe_options();
    void set_request(const Request& request);
    void set_callbacks();
    void drive(const Request& request, const std::stop_token& stop);
    void check_time(const Request& request, Clock::time_point begin) const;
    void read_figures();
    Reply finish();

    static std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* self);
    static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
    static int close_socket(void* self, curl_socket_t fd);

    std::string protocol, user, password;
    RemoteLimits limits;
    CURLM* multi = nullptr;
    CURL* easy = nullptr;
    std::set<int> sockets;

    // Of the request under way.
    const Body* body = nullptr;
    bool head = false;
    Reply reply;
    std::size_t header_bytes = 0;
    Clock::time_point heard;
    RateFloor floor{{}, {}};
    bool anything_heard = false, answered_before = false;
    std::exception_ptr thrown;
    char words[CURL_ERROR_SIZE] = {};
};

std::size_t CurlLink::Library::take_body(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& l = *static_cast<Library*>(self);
    bool more = true;
    try {
        l.read_figures();
        if (!l.head) more = (*l.body)(l.reply, std::as_bytes(std::span(bytes, size * count)));
    } catch (...) {
        l.thrown = std::current_exception();
        more = false;
    }
    l.heard = Clock::now();  // after the sink, which may have been slow itself
    l.floor.heard(size * count, l.heard);
    l.anything_heard = true;
    l.reply.ended_by_sink = !more;
    return more ? size * count : 0;
}

std::size_t CurlLink::Library::take_header(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& l = *static_cast<Library*>(self);
    l.heard = Clock::now();
    l.anything_heard = true;
    const std::string_view line(bytes, size * count);
    l.header_bytes += line.size();
    if (l.header_bytes > kMostHeaderBytes) return 0;
    try {
        if (line.starts_with("HTTP/")) l.reply.content_range = l.reply.content_encoding = l.reply.location = "";
        if (auto value = header_value(line, "content-range")) l.reply.content_range = *std::move(value);
        if (auto value = header_value(line, "content-encoding")) l.reply.content_encoding = *std::move(value);
        if (auto value = header_value(line, "location")) l.reply.location = *std::move(value);
    } catch (...) {
        l.thrown = std::current_exception();
        return 0;
    }
    return line.size();
}

curl_socket_t CurlLink::Library::open_socket(void* self, curlsocktype, curl_sockaddr* address) {
    const int fd = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (fd < 0) return CURL_SOCKET_BAD;
    try {
        static_cast<Library*>(self)->sockets.insert(fd);
    } catch (...) {
        ::close(fd);
        return CURL_SOCKET_BAD;
    }
    return fd;
}

int CurlLink::Library::close_socket(void* self, curl_socket_t fd) {
    static_cast<Library*>(self)->sockets.erase(fd);
    return ::close(fd);
}

void CurlLink::Library::set_safe_options() {
    set(CURLOPT_PROTOCOLS_STR, protocol.c_str());
    set(CURLOPT_REDIR_PROTOCOLS_STR, protocol.c_str());
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_PROXY, "");  // not even one that the environment names
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L);  // a look-up of a name that hangs holds nobody up
    set(CURLOPT_PATH_AS_IS, 1L);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_HTTP09_ALLOWED, 0L);
    set(CURLOPT_FTP_SKIP_PASV_IP, 1L);  // data come from where the control connection goes
    set(CURLOPT_FTP_FILEMETHOD, static_cast<long>(CURLFTPMETHOD_SINGLECWD));
    set(CURLOPT_FTP_CREATE_MISSING_DIRS, static_cast<long>(CURLFTP_CREATE_DIR_NONE));
    set(CURLOPT_TCP_NODELAY, 1L);
    set(CURLOPT_BUFFERSIZE, 256L * 1024);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect.count()));
}

void CurlLink::Library::set_callbacks() {
    set(CURLOPT_ERRORBUFFER, words);
    set(CURLOPT_WRITEFUNCTION, &take_body);
    set(CURLOPT_WRITEDATA, static_cast<void*>(this));
    set(CURLOPT_HEADERFUNCTION, &take_header);
    set(CURLOPT_HEADERDATA, static_cast<void*>(this));
    set(CURLOPT_OPENSOCKETFUNCTION, &open_socket);
    set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(this));
    set(CURLOPT_CLOSESOCKETFUNCTION, &close_socket);
    set(CURLOPT_CLOSESOCKETDATA, static_cast<void*>(this));
}

void CurlLink::Library::set_request(const Request& request) {
    set(CURLOPT_URL, request.url.c_str());
    if (!user.empty()) {
        set(CURLOPT_USERNAME, user.c_str());
        set(CURLOPT_PASSWORD, password.c_str());
    }
    set(CURLOPT_NOBODY, request.head ? 1L : 0L);
    set(CURLOPT_FILETIME, request.head ? 1L : 0L);
    if (!request.command.empty()) set(CURLOPT_CUSTOMREQUEST, request.command.c_str());
    if (!request.range.empty()) set(CURLOPT_RANGE, request.range.c_str());
    if (request.resume_from > 0) set(CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(request.resume_from));
}

void CurlLink::Library::check_time(const Request& request, Clock::time_point begin) const {
    const auto now = Clock::now();
    const bool connecting = !anything_heard && !answered_before;
    const auto most = connecting ? std::max(limits.connect, limits.silence) : limits.silence;
    if (now - heard > most)
        throw RemoteError(RemoteError::Kind::lost, "not heard for " + std::to_string(most.count()) + " ms");
    if (request.most.count() == 0) return floor.check(now);
    if (now - begin > request.most)
        throw RemoteError(RemoteError::Kind::lost,
                          "no whole answer within " + std::to_string(request.most.count()) + " ms");
}

void CurlLink::Library::drive(const Request& request, const std::stop_token& stop) {
    const auto begin = heard = Clock::now();
    floor = RateFloor(limits, begin);
    for (int running = 1;;) {
        if (stop.stop_requested()) throw Interrupted();
        if (curl_multi_perform(multi, &running) != CURLM_OK) throw IoError("libcurl fails");
        if (running == 0) return;
        check_time(request, begin);
        curl_multi_poll(multi, nullptr, 0, kTickMs, nullptr);
    }
}

void CurlLink::Library::read_figures() {
    curl_off_t number = -1;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &reply.status);
    if (curl_easy_getinfo(easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &number) == CURLE_OK && number >= 0)
        reply.bytes = static_cast<std::uint64_t>(number);
    if (curl_easy_getinfo(easy, CURLINFO_FILETIME_T, &number) == CURLE_OK && number >= 0) reply.modified_s = number;
}

Reply CurlLink::Library::finish() {
    int left = 0;
    if (const CURLMsg* message = curl_multi_info_read(multi, &left); message != nullptr)
        reply.result = static_cast<int>(message->data.result);
    if (reply.ended_by_sink) reply.result = CURLE_OK;
    if (thrown) std::rethrow_exception(std::exchange(thrown, nullptr));
    if (header_bytes > kMostHeaderBytes)
        throw RemoteError(RemoteError::Kind::broken,
                          "headers of more than " + std::to_string(kMostHeaderBytes) + " bytes");
    read_figures();
    answered_before = answered_before || reply.result == CURLE_OK;
    reply.words = printable(words[0] != 0 ? words : curl_easy_strerror(static_cast<CURLcode>(reply.result)));
    return std::move(reply);
}

CurlLink::CurlLink(const std::string& protocol, const RemoteLimits& limits, std::string user, std::string password)
    : library_(std::make_unique<Library>(protocol, limits, std::move(user), std::move(password))) {}

CurlLink::~CurlLink() = default;

Reply CurlLink::ask(const Request& request, const Body& body, const std::stop_token& stop) {
    Library& l = *library_;
    curl_easy_reset(l.easy);
    l.set_safe_options();
    l.set_callbacks();
    l.set_request(request);
    l.body = &body;
    l.head = request.head;
    l.reply = {};
    l.header_bytes = 0;
    l.anything_heard = false;
    l.thrown = nullptr;
    l.words[0] = 0;
    if (curl_multi_add_handle(l.multi, l.easy) != CURLM_OK) throw IoError("libcurl fails");
    struct Removed {  // whatever happens; a request under way ends with its connection
        Library& library;
        ~Removed() { curl_multi_remove_handle(library.multi, library.easy); }
    } removed{l};
    l.drive(request, stop);
    return l.finish();
}

}  // namespace nightstack::io::curl_files
