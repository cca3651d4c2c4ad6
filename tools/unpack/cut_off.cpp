// SPDX-License-Identifier: MIT
// cfitsio can fetch files from the network (libcurl) and undo bzip2. Here it shall do neither: it is linked
// as an archive, and in place of those libraries it finds these functions, which all say no. The program
// that sees hostile bytes so holds no network code, and starts in a tenth of the time.
extern "C" {

void* curl_easy_init() { return nullptr; }
int curl_easy_setopt(void* /*handle*/, int /*option*/, ...) { return 1; }
int curl_easy_perform(void* /*handle*/) { return 1; }
void curl_easy_cleanup(void* /*handle*/) {}
int curl_global_init(long /*flags*/) { return 1; }
void curl_global_cleanup() {}

void* BZ2_bzReadOpen(int* error, void* /*file*/, int /*verbosity*/, int /*small*/, void* /*unused*/, int /*count*/) {
    *error = -9;  // BZ_CONFIG_ERROR
    return nullptr;
}
int BZ2_bzRead(int* error, void* /*handle*/, void* /*out*/, int /*size*/) {
    *error = -9;
    return 0;
}
void BZ2_bzReadClose(int* error, void* /*handle*/) { *error = -9; }
}
