// SPDX-License-Identifier: MIT
// A file of 256 MiB on loopback, by two clients from two servers: sftp/<client>/<server>/<cipher>. Clients: ours, and
// OpenSSH's own `sftp`; servers: OpenSSH's, and the twin's (io/sftp_server), each a process of its own. All are
// connected before anything is timed, and all write into /dev/null. "default": the cipher the client prefers. --small:
// a file of 4 MiB, only to see that it runs.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>

#include "benchmarks/io/sftp/openssh_client.h"
#include "io/served/served_folder.h"
#include "io/sftp/sftp_files.h"
#include "io/sftp_server/sftp_server.h"
#include "tests/support/remote/sshd.h"
#include "tests/support/temp_folder.h"

namespace {

using namespace nightstack;
using Clock = std::chrono::steady_clock;

std::size_t file_bytes = std::size_t{256} << 20;

// A server with the file in it, and what a client must know of it.
struct World {
    virtual ~World() = default;
    virtual std::uint16_t port() const = 0;
    virtual io::SftpOptions options() const = 0;
    virtual std::string path() const = 0;  // of the file, for a client that knows no root
    virtual std::vector<std::string> log_in() const = 0;
};

void make_file(const std::filesystem::path& folder) {
    std::ofstream out(folder / "big.bin", std::ios::binary);
    const std::string block(1 << 20, '\x5a');
    for (std::size_t n = 0; n < file_bytes; n += block.size()) out << block;
}

struct OpenSshWorld final : World {
    explicit OpenSshWorld(const test::SshdOptions& with) : server(with) { make_file(server.folder()); }
    std::uint16_t port() const override { return server.port(); }
    io::SftpOptions options() const override {
        io::SftpOptions o;
        o.root = server.folder();
        o.user = test::test_user();
        o.key_file = server.client_key();
        return o;
    }
    std::string path() const override { return server.folder() / "big.bin"; }
    std::vector<std::string> log_in() const override {
        return {"-i", server.client_key().string(), "-o", "User=" + test::test_user()};
    }
    test::Sshd server;
};

// The twin's server ends with the process; its thread must not share the client's processor time in one process.
struct TwinWorld final : World {
    TwinWorld() {
        make_file(temp.path());
        int ports[2];
        if (::pipe(ports) != 0) throw std::runtime_error("no pipe");
        pid = ::fork();
        if (pid == 0) serve(ports[1]);
        ::close(ports[1]);
        if (::read(ports[0], &number, sizeof number) != sizeof number) throw std::runtime_error("the twin has no port");
        ::close(ports[0]);
    }
    ~TwinWorld() override {
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
    }
    [[noreturn]] void serve(int to) const {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        io::SftpServerOptions o;
        o.password = test::kTestPassword;
        const io::SftpServer server(std::make_shared<io::ServedFolder>(temp.path()), o);
        const std::uint16_t mine = server.port();
        if (::write(to, &mine, sizeof mine) != sizeof mine) ::_exit(1);
        for (;;) ::pause();
    }
    std::uint16_t port() const override { return number; }
    io::SftpOptions options() const override {
        io::SftpOptions o;
        o.root = "/";
        o.password = test::kTestPassword;
        return o;
    }
    std::string path() const override { return "/big.bin"; }
    std::vector<std::string> log_in() const override {
        const std::filesystem::path word = temp / "word";
        std::ofstream(word) << "#!/bin/sh\necho " << test::kTestPassword << "\n";
        std::filesystem::permissions(word, std::filesystem::perms::owner_all);
        ::setenv("SSH_ASKPASS", word.c_str(), 1);
        ::setenv("SSH_ASKPASS_REQUIRE", "force", 1);
        return {"-o", "User=root", "-o", "BatchMode=no", "-o", "PubkeyAuthentication=no"};
    }
    test::TempFolder temp;
    pid_t pid = -1;
    std::uint16_t number = 0;
};

std::vector<std::string> words_for(const World& world, const std::string& cipher) {
    std::vector<std::string> words{"/usr/bin/sftp", "-q", "-F", "none", "-P", std::to_string(world.port())};
    for (const std::string& word : world.log_in()) words.push_back(word);
    for (const char* option :
         {"StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "IdentitiesOnly=yes", "LogLevel=QUIET"})
        words.insert(words.end(), {"-o", option});
    if (cipher != "default") words.insert(words.end(), {"-o", "Ciphers=" + cipher});
    words.insert(words.end(), {"-b", "-", "127.0.0.1"});
    return words;
}

template <class Transfer>
void time_transfers(benchmark::State& state, const Transfer& transfer) {
    transfer();  // the page cache, the windows of TCP and SSH
    for ([[maybe_unused]] auto _ : state) {
        const auto begin = Clock::now();
        transfer();
        state.SetIterationTime(std::chrono::duration<double>(Clock::now() - begin).count());
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * file_bytes));
}

void ours(benchmark::State& state, const World& world) {
    io::SftpOptions o = world.options();
    const test::TempFolder temp;
    o.host = "127.0.0.1";
    o.port = world.port();
    o.host_keys = temp / "known_hosts";
    const auto files = io::connect_sftp(o, {});
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    const auto write = [&](std::span<const std::byte> bytes) {
        return ::write(nowhere, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
    };
    time_transfers(state, [&] {
        if (files->read("big.bin", 0, file_bytes, write, {}) != file_bytes)
            state.SkipWithError("the file is not whole");
    });
    ::close(nowhere);
}

void openssh(benchmark::State& state, const World& world, const std::string& cipher) {
    bench::OpenSshClient client(words_for(world, cipher));
    const std::string get = "get " + world.path() + " /dev/null";
    time_transfers(state, [&] { client.command(get); });
}

template <class Run>
void add(const std::string& name, const Run& run) {
    benchmark::RegisterBenchmark(("sftp/" + name).c_str(), run)->UseManualTime()->Unit(benchmark::kMillisecond);
}

}  // namespace

int main(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--small") != 0) continue;
        file_bytes = std::size_t{4} << 20;
        std::swap(argv[i], argv[--argc]);
    }
    for (const char* cipher : {"default", "aes128-gcm@openssh.com", "chacha20-poly1305@openssh.com", "aes256-ctr"}) {
        const std::string name(cipher), shown = name.substr(0, name.find('@'));
        add("ours/openssh/" + shown, [name](benchmark::State& state) {
            test::SshdOptions with;
            if (name != "default") with.more = "Ciphers " + name + "\n";
            ours(state, OpenSshWorld(with));
        });
        add("openssh/openssh/" + shown, [name](benchmark::State& state) { openssh(state, OpenSshWorld({}), name); });
        add("openssh/twin/" + shown, [name](benchmark::State& state) { openssh(state, TwinWorld(), name); });
    }
    add("ours/twin/default", [](benchmark::State& state) { ours(state, TwinWorld()); });
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
