// SPDX-License-Identifier: MIT
#include "tests/io/curl_files/helpers.h"

#include <fstream>
#include <random>
#include <utility>

#include "io/files/sha256.h"

namespace nightstack::io::test {
namespace {

namespace fs = std::filesystem;

const char* const kPython = "/usr/bin/python3";

std::string script(const char* name) { return std::string(NIGHTSTACK_SOURCE_DIR) + "/tests/io/curl_files/" + name; }

RemoteLimits patient() {
    RemoteLimits limits;  // a busy machine, sanitizers
    limits.connect = limits.silence = std::chrono::seconds(20);
    return limits;
}

}  // namespace

Served::Served() : temp_(std::make_unique<nightstack::test::TempFolder>()), port_(nightstack::test::free_port()) {
    fs::create_directories(card());
    fs::create_directories(*temp_ / "empty");
    fault("");
}

void Served::write(const std::string& of, const std::string& text) const { std::ofstream(*temp_ / of) << text; }

// Whole at once: the server may be reading.
void Served::fault(const std::string& words) const {
    write("fault.new", words);
    fs::rename(*temp_ / "fault.new", *temp_ / "fault");
}

void Served::start(const std::vector<std::string>& words) {
    child_ = std::make_unique<nightstack::test::ChildServer>(words, port_, *temp_ / "log");
}

Served Served::vsftpd() {
    Served s;
    s.write("conf", "listen=YES\nlisten_address=127.0.0.1\nlisten_port=" + std::to_string(s.port_) +
                        "\nbackground=NO\nanonymous_enable=YES\nlocal_enable=NO\nanon_root=" + s.card().string() +
                        "\nrun_as_launching_user=YES\nseccomp_sandbox=NO\nisolate=NO\nisolate_network=NO\n"
                        "xferlog_enable=NO\nsecure_chroot_dir=" +
                        s.name("empty") + "\n");
    s.start({"/usr/sbin/vsftpd", s.name("conf")});
    return s;
}

Served Served::nginx() {
    Served s;
    const std::string at = s.temp_->path().string();
    std::string places;
    for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
        places += std::string(kind) + "_temp_path " + at + "/" + kind + ";\n";
    s.write("conf", "daemon off;\nmaster_process off;\npid " + at + "/pid;\nerror_log " + at +
                        "/error;\nevents {}\nhttp {\naccess_log off;\n" + places +
                        "server { listen 127.0.0.1:" + std::to_string(s.port_) + "; root " + s.card().string() +
                        "; autoindex on; location /rounded/ { autoindex_exact_size off; } }\n}\n");
    s.start({"/usr/sbin/nginx", "-e", at + "/error", "-c", at + "/conf"});
    return s;
}

Served Served::python_http() {
    Served s;
    s.start({kPython, "-m", "http.server", std::to_string(s.port_), "--bind", "127.0.0.1", "--directory",
             s.card().string()});
    return s;
}

Served Served::test_ftp(const std::string& user, const std::string& password) {
    Served s;
    s.start({kPython, script("ftp_server.py"), std::to_string(s.port_), s.card().string(), s.name("fault"),
             s.name("asked"), user, password});
    return s;
}

Served Served::test_http() {
    Served s;
    s.start({kPython, script("http_server.py"), std::to_string(s.port_), s.card().string(), s.name("fault"),
             s.name("asked")});
    return s;
}

FtpOptions ftp_to(std::uint16_t port) {
    FtpOptions o;
    o.host = "127.0.0.1";
    o.port = port;
    o.limits = patient();
    return o;
}

HttpOptions http_to(std::uint16_t port) {
    HttpOptions o;
    o.host = "127.0.0.1";
    o.port = port;
    o.root = "";
    o.limits = patient();
    return o;
}

std::string make_file(const fs::path& path, std::size_t bytes, unsigned seed) {
    std::mt19937_64 dice(seed);
    std::string text(bytes, '\0');
    for (std::size_t i = 0; i < bytes; ++i)
        if (i % 8 == 0 || i + 8 > bytes) text[i] = static_cast<char>(dice());
    std::ofstream(path, std::ios::binary) << text;
    return sha256_of_file(path);
}

std::string sha256_of(RemoteFiles& files, const std::string& path) {
    Sha256 hash;
    files.read(path, 0, UINT64_MAX,
               [&](std::span<const std::byte> bytes) {
                   hash.add(bytes);
                   return true;
               },
               {});
    return hash.hex();
}

int open_descriptors() {
    int count = 0;
    for (const auto& entry : fs::directory_iterator("/proc/self/fd")) count += entry.exists() ? 1 : 0;
    return count;
}

long resident_kb() {
    std::ifstream in("/proc/self/statm");
    long size = 0, resident = 0;
    in >> size >> resident;
    return resident * 4;
}

}  // namespace nightstack::io::test
