// SPDX-License-Identifier: MIT
#include "io/sftp/host_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "io/files/file.h"
#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"

namespace nightstack::io {
namespace {

using nightstack::test::TempFolder;
using testing::HasSubstr;

const HostKey kOne{"ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAIJfHFjTyp8dR2nQMcf01mV8vH0MGeUyB6+6ylGgYbyk1"};
const HostKey kTwo{"ssh-rsa", "AAAAB3NzaC1yc2EAAAADAQABAAAAgQC5"};

void write(const std::filesystem::path& file, const std::string& text) { std::ofstream(file) << text; }

TEST(HostKeyStore, TrustsTheFirstKeyAndKeepsIt) {
    const TempFolder temp;
    const HostKeyStore store(temp / "deep/er/known_hosts");
    EXPECT_FALSE(store.find("192.168.88.1", 22));
    EXPECT_EQ(store.trust_first("192.168.88.1", 22, kOne), kOne);
    EXPECT_EQ(store.trust_first("192.168.88.1", 22, kTwo), kOne);
    EXPECT_EQ(store.trust_first("192.168.88.1", 2222, kTwo), kTwo);
    EXPECT_EQ(store.trust_first("Dwarf.Local", 22, kTwo), kTwo);
    EXPECT_EQ(store.trust_first("fe80::1%wlan0", 22, kTwo), kTwo);
    const HostKeyStore again(store.file());
    EXPECT_EQ(again.find("192.168.88.1", 22), kOne);
    EXPECT_EQ(again.find("dwarf.LOCAL", 22), kTwo);
    EXPECT_EQ(again.find("fe80::1%wlan0", 22), kTwo);
    EXPECT_EQ(again.all().size(), 4U);
    again.replace("192.168.88.1", 22, kTwo);
    EXPECT_EQ(store.find("192.168.88.1", 22), kTwo);
    EXPECT_TRUE(store.remove("192.168.88.1", 22));
    EXPECT_FALSE(store.remove("192.168.88.1", 22));
    EXPECT_FALSE(store.find("192.168.88.1", 22));
    struct stat s {};
    ASSERT_EQ(::stat(store.file().c_str(), &s), 0);
    EXPECT_EQ(s.st_mode & 0777U, 0600U);
}

TEST(HostKeyStore, ADamagedListIsNoEmptyOne) {
    const TempFolder temp;
    const std::filesystem::path file = temp / "known_hosts";
    const HostKeyStore store(file);
    for (const char* line :
         {"nonsense", "[h]:22 ssh-rsa", "h ssh-rsa AAAA", "[h]:0 ssh-rsa AAAA", "[h]:22x ssh-rsa AAAA",
          "[]:22 ssh-rsa AAAA", "[h]:22 ssh-rsa A!AA", "[h]:22 ssh-rsa AAAA more"}) {
        write(file, std::string("# comment\n\n") + line + "\n");
        ::chmod(file.c_str(), 0600);
        try {
            store.trust_first("h", 22, kOne);
            ADD_FAILURE() << line;
        } catch (const FormatError& e) {
            EXPECT_THAT(e.what(), HasSubstr("line 3"));
        }
    }
    write(file, "");
    ::chmod(file.c_str(), 0662);
    EXPECT_THROW(store.find("h", 22), OptionError);
    ::chmod(file.c_str(), 0600);
    EXPECT_FALSE(store.find("h", 22));
}

TEST(HostKeyStore, ManyAtOnceLoseNothing) {
    const TempFolder temp;
    const std::filesystem::path file = temp / "known_hosts";
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 10; ++i) HostKeyStore(file).trust_first("host" + std::to_string(i), 1000 + t, kOne);
        });
    threads.clear();
    EXPECT_EQ(HostKeyStore(file).all().size(), 40U);
}

// `ssh-keygen -l` of the same key, see trust_test.cpp for keys made by it at run time.
TEST(HostKeys, FingerprintsAreThoseOfOpenSsh) {
    EXPECT_EQ(fingerprint({"x", ""}), "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU");
    EXPECT_EQ(fingerprint({"x", "YWJj"}), "SHA256:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0");
    EXPECT_EQ(fingerprint({"x", "YWI="}), fingerprint({"y", "YWI"}));
    EXPECT_THROW(fingerprint({"x", "a b"}), FormatError);
}

}  // namespace
}  // namespace nightstack::io
