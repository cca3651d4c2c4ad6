// SPDX-License-Identifier: MIT
// A file of 256 MiB from OpenSSH's server on loopback, ours against OpenSSH's own `sftp`: sftp/<who>/<cipher>. Both are
// connected before anything is timed, and both write into /dev/null. "default": the cipher each prefers. --small: a
// file of 4 MiB, only to see that it runs.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>

#include "benchmarks/io/sftp/openssh_client.h"
#include "io/sftp/sftp_files.h"
#include "tests/support/remote/sshd.h"

namespace {

using namespace nightstack;
using Clock = std::chrono::steady_clock;

std::size_t file_bytes = std::size_t{256} << 20;

struct World {
    explicit World(const std::string& ciphers) {
        test::SshdOptions options;
        if (ciphers != "default") options.more = "Ciphers " + ciphers + "\n";
        server = std::make_unique<test::Sshd>(options);
        std::ofstream out(server->folder() / "big.bin", std::ios::binary);
        const std::string block(1 << 20, '\x5a');
        for (std::size_t n = 0; n < file_bytes; n += block.size()) out << block;
    }
    std::unique_ptr<test::Sshd> server;
};

io::SftpOptions options_for(const test::Sshd& server) {
    io::SftpOptions o;
    o.host = "127.0.0.1";
    o.port = server.port();
    o.root = server.folder();
    o.user = test::test_user();
    o.key_file = server.client_key();
    o.host_keys = server.folder() / "known_hosts";
    return o;
}

std::vector<std::string> words_for(const test::Sshd& server) {
    std::vector<std::string> words{
        "/usr/bin/sftp", "-q", "-b", "-", "-P", std::to_string(server.port()), "-i", server.client_key().string()};
    for (const char* option :
         {"StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "IdentitiesOnly=yes", "LogLevel=ERROR"})
        words.insert(words.end(), {"-o", option});
    words.push_back(test::test_user() + "@127.0.0.1");
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

void ours(benchmark::State& state, const std::string& cipher) {
    const World world(cipher);
    const auto files = io::connect_sftp(options_for(*world.server), {});
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

void openssh(benchmark::State& state, const std::string& cipher) {
    const World world(cipher);
    bench::OpenSshClient client(words_for(*world.server));
    const std::string get = "get " + (world.server->folder() / "big.bin").string() + " /dev/null";
    time_transfers(state, [&] { client.command(get); });
}

}  // namespace

int main(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--small") != 0) continue;
        file_bytes = std::size_t{4} << 20;
        std::swap(argv[i], argv[--argc]);
    }
    for (const char* cipher : {"default", "aes128-gcm@openssh.com", "chacha20-poly1305@openssh.com", "aes256-ctr"}) {
        const std::string name(cipher);
        const std::string shown = name.substr(0, name.find('@'));
        const auto add = [&](const char* who, auto run) {
            benchmark::RegisterBenchmark((std::string("sftp/") + who + "/" + shown).c_str(),
                                         [run, name](benchmark::State& state) { run(state, name); })
                ->UseManualTime()
                ->Unit(benchmark::kMillisecond);
        };
        add("ours", ours);
        add("openssh", openssh);
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
