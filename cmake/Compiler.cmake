# Flags of our own targets, in two interface targets that every module links privately.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O3")          # no NDEBUG: asserts stay alive, hot loops hold none
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")

option(NIGHTSTACK_WERROR "Treat warnings as errors" OFF)
set(NIGHTSTACK_SANITIZE "" CACHE STRING "address,undefined or thread")

add_library(nightstack_flags INTERFACE)
# -ffp-contract=off: the same bits on every instruction level, so never fuse a*b+c behind our back.
target_compile_options(nightstack_flags INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wno-restrict  # g++ 12 sees overlaps in every "text" + std::string (its bug 105651)
  -ffp-contract=off -fno-math-errno -fstack-protector-strong)
target_compile_definitions(nightstack_flags INTERFACE _GLIBCXX_ASSERTIONS)
target_link_options(nightstack_flags INTERFACE -Wl,-z,relro,-z,now)
# For the fuzz programs: Boost 1.74 does not know that clang 14 has coroutines, and that one does not say so.
if(CMAKE_CXX_COMPILER_ID STREQUAL Clang AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 15)
  target_compile_definitions(nightstack_flags INTERFACE
    BOOST_ASIO_HAS_CO_AWAIT BOOST_ASIO_HAS_STD_COROUTINE __cpp_impl_coroutine=201902L)
endif()
if(NIGHTSTACK_WERROR)
  target_compile_options(nightstack_flags INTERFACE -Werror)
endif()
if(NIGHTSTACK_SANITIZE)
  # vptr off: TBB's headers trip that check at every message.
  # The tests' own code (NIGHTSTACK_TEST_CODE, see ns_test) is watched for addresses alone: undefined behaviour is looked for
  # in what it tests, and compiling 700 files takes a third less time.
  string(REGEX REPLACE ",.*" "" first_sanitizer ${NIGHTSTACK_SANITIZE})
  string(REPLACE "," "$<COMMA>" all_sanitizers ${NIGHTSTACK_SANITIZE})
  set(is_test_code $<BOOL:$<TARGET_PROPERTY:NIGHTSTACK_TEST_CODE>>)
  target_compile_options(nightstack_flags INTERFACE
    $<IF:${is_test_code},-fsanitize=${first_sanitizer},-fsanitize=${all_sanitizers}>
    -fno-sanitize-recover=all -fno-omit-frame-pointer)
  if(NIGHTSTACK_SANITIZE MATCHES undefined)
    target_compile_options(nightstack_flags INTERFACE -fno-sanitize=vptr
      $<$<CXX_COMPILER_ID:Clang>:-fno-sanitize=function>)  # clang 14 cannot assemble coroutines with it
  endif()
  # GCC follows the pointers of a checked kernel for minutes (combine_row.cpp: 320 s, 140 s without).
  target_compile_options(nightstack_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-fno-tree-pta>)
  target_link_options(nightstack_flags INTERFACE -fsanitize=${NIGHTSTACK_SANITIZE})
else()
  target_compile_definitions(nightstack_flags INTERFACE $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
endif()
