// SPDX-License-Identifier: MIT
// Loaded before the C library into an SSH or FTP server under test: the user who runs the test has another home and a
// password we know, so that nothing of the machine is touched and nobody need be root. NS_TEST_HOME and NS_TEST_SHADOW
// say which.
#include <dlfcn.h>
#include <pwd.h>
#include <shadow.h>

#include <cstdlib>

namespace {

template <class Function>
Function original(const char* name) {
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

passwd* at_home(passwd* entry) {
    static char none[] = "x";
    static char shell[] = "/bin/sh";
    char* home = std::getenv("NS_TEST_HOME");
    if (entry == nullptr || home == nullptr) return entry;
    entry->pw_dir = home;
    entry->pw_passwd = none;
    entry->pw_shell = shell;
    return entry;
}

}  // namespace

extern "C" passwd* getpwnam(const char* name) {
    static const auto real = original<passwd* (*)(const char*)>("getpwnam");
    return at_home(real(name));
}

extern "C" passwd* getpwuid(uid_t uid) {
    static const auto real = original<passwd* (*)(uid_t)>("getpwuid");
    return at_home(real(uid));
}

// PAM asks in this way.
extern "C" int getpwnam_r(const char* name, passwd* entry, char* buffer, size_t size, passwd** result) {
    static const auto real = original<int (*)(const char*, passwd*, char*, size_t, passwd**)>("getpwnam_r");
    const int code = real(name, entry, buffer, size, result);
    at_home(*result);
    return code;
}

extern "C" spwd* getspnam(const char* name) {
    static spwd entry{};
    entry.sp_namp = const_cast<char*>(name);
    entry.sp_pwdp = std::getenv("NS_TEST_SHADOW");
    entry.sp_lstchg = 19000;
    entry.sp_min = entry.sp_max = entry.sp_warn = entry.sp_inact = entry.sp_expire = -1;
    return entry.sp_pwdp == nullptr ? nullptr : &entry;
}

extern "C" int getspnam_r(const char* name, spwd* entry, char*, size_t, spwd** result) {
    const spwd* known = getspnam(name);
    if (known != nullptr) *entry = *known;
    *result = known == nullptr ? nullptr : entry;
    return 0;
}
