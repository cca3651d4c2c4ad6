# Eight files are compiled as one, for most of the compiler's time goes into what they share. Files whose names collide with
# those of others of their folder are compiled alone: those under ALONE, and what Highway compiles once for each level.
function(ns_compile_together target alone)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  target_compile_options(${target} PRIVATE -Wno-subobject-linkage)  # it takes the files of one compilation for headers
  get_target_property(sources ${target} SOURCES)
  foreach(source ${sources})
    if(source MATCHES "\\.cpp$" AND EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${source})
      file(STRINGS ${source} levels REGEX "HWY_TARGET_INCLUDE" LIMIT_COUNT 1)
      if(levels)
        list(APPEND alone ${source})
      endif()
    endif()
  endforeach()
  if(alone)
    set_source_files_properties(${alone} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
endfunction()

# ns_module(NAME pipeline_core SOURCES a.cpp HEADERS a.h PUBLIC ... PRIVATE ...)
#
# One static library per leaf folder, called from that folder's CMakeLists.txt. A module exports an
# include *view*: a folder in the build tree that holds nothing but a link to this one folder under
# its full path. Everybody writes #include "io/fits/reader.h"; without linking io_fits that line
# does not compile. PUBLIC names the modules our headers use, PRIVATE the rest.
function(ns_module)
  cmake_parse_arguments(M "" "NAME" "SOURCES;ALONE;HEADERS;PUBLIC;PRIVATE" ${ARGN})
  file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  set(view ${CMAKE_BINARY_DIR}/include-views/${M_NAME})
  get_filename_component(parent ${view}/${folder} DIRECTORY)
  file(MAKE_DIRECTORY ${parent})
  if(NOT EXISTS ${view}/${folder})
    file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${view}/${folder} SYMBOLIC)
  endif()
  list(TRANSFORM M_HEADERS PREPEND ${view}/${folder}/)
  add_library(${M_NAME} STATIC ${M_SOURCES} ${M_ALONE})
  target_sources(${M_NAME} PUBLIC FILE_SET HEADERS BASE_DIRS ${view} FILES ${M_HEADERS})
  target_link_libraries(${M_NAME} PUBLIC ${M_PUBLIC} PRIVATE ${M_PRIVATE} nightstack_flags)
  set_target_properties(${M_NAME} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  set_target_properties(${M_NAME} PROPERTIES NIGHTSTACK_ALONE "${M_ALONE}")
  if(NIGHTSTACK_QUICK_MODULES)
    target_precompile_headers(${M_NAME} REUSE_FROM module_headers-O1)
    ns_compile_together(${M_NAME} "${M_ALONE}")
  endif()
  # Servers and drivers of programs for the tests; their pixels are in tests/pipeline and the rest of tests/support.
  if((NIGHTSTACK_QUICK_MODULES OR NIGHTSTACK_TOGETHER) AND folder MATCHES "^tests/(io|device|tools|support/(remote|scope))(/|$)")
    ns_without_pixels(${M_NAME})
  endif()
endfunction()

# ns_without_pixels(NAME): nothing in this target loops over pixels, but its headers (Beast, CLI11, toml11, JSON) are heavy.
# -O1 takes the compiler a third to a half less time than a release's -O3, and under sanitizers -O0 again a third less
# than -O1. Behind the flags of the build type, so it wins.
if(NIGHTSTACK_SANITIZE)
  set(NIGHTSTACK_WITHOUT_PIXELS -O0)
else()
  set(NIGHTSTACK_WITHOUT_PIXELS $<$<CONFIG:Release>:-O1>)
endif()
function(ns_without_pixels target)
  target_compile_options(${target} PRIVATE ${NIGHTSTACK_WITHOUT_PIXELS})
  get_target_property(headers ${target} PRECOMPILE_HEADERS_REUSE_FROM)
  if(headers)
    target_precompile_headers(${target} REUSE_FROM module_headers-O0)
  elseif(NIGHTSTACK_TOGETHER)
    get_target_property(alone ${target} NIGHTSTACK_ALONE)
    if(NOT alone)
      set(alone "")
    endif()
    ns_compile_together(${target} "${alone}")
  endif()
endfunction()
# The same for some of a target's files. Where files are compiled together, under sanitizers it holds for the whole target,
# and in a release the others are compiled apart, as fast as ever.
function(ns_files_without_pixels)
  get_property(targets DIRECTORY PROPERTY BUILDSYSTEM_TARGETS)
  if(NIGHTSTACK_QUICK_MODULES OR NIGHTSTACK_TOGETHER)
    foreach(target ${targets})
      ns_without_pixels(${target})
      get_target_property(with_pixels ${target} SOURCES)
      list(FILTER with_pixels INCLUDE REGEX "\\.cpp$")
      list(REMOVE_ITEM with_pixels ${ARGN})
      if(NIGHTSTACK_TOGETHER AND with_pixels)
        set_property(SOURCE ${with_pixels} APPEND PROPERTY COMPILE_OPTIONS -O3)
        set_source_files_properties(${with_pixels} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
      endif()
    endforeach()
  else()
    set_property(SOURCE ${ARGN} APPEND PROPERTY COMPILE_OPTIONS ${NIGHTSTACK_WITHOUT_PIXELS})
    set_property(SOURCE ${ARGN} PROPERTY SKIP_PRECOMPILE_HEADERS ON)
  endif()
endfunction()

# Test programs spend most of their compile time in the same few headers, and optimising them beyond -O1 buys nothing.
# So the headers are compiled once for all of them. Not with a compiler launcher: caches do not know what is in a
# precompiled header. There, too, a test shows that lacks an include of its own.
if(CMAKE_CXX_COMPILER_LAUNCHER)
  option(NIGHTSTACK_QUICK_TESTS "Tests at -O1, with precompiled headers" OFF)
else()
  option(NIGHTSTACK_QUICK_TESTS "Tests at -O1, with precompiled headers" ON)
endif()

# The product's own files have them under sanitizers alone: a file that lacks an include of its own fails the release build.
# GCC alone: what clang instruments for fuzzing differs from file to file.
if(NIGHTSTACK_QUICK_TESTS AND NIGHTSTACK_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  set(NIGHTSTACK_QUICK_MODULES ON)
endif()

# In a release, what touches no pixels is compiled eight files at once, which halves its time: a first build with
# its tests is a fifth shorter. Not with a compiler launcher, whose user compiles one file again and again; there, too,
# a file shows that lacks an include of its own. What touches pixels is compiled apart everywhere: its bits are the same
# in every build.
set(together_by_default OFF)
if(CMAKE_BUILD_TYPE STREQUAL Release AND NOT CMAKE_CXX_COMPILER_LAUNCHER AND NOT NIGHTSTACK_SANITIZE
   AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  set(together_by_default ON)
endif()
option(NIGHTSTACK_TOGETHER "Product files without pixels: eight are compiled as one" ${together_by_default})
set(NIGHTSTACK_COMMON_HEADERS <algorithm> <array> <chrono> <cmath> <cstring> <filesystem> <fstream> <functional> <map>
  <memory> <numbers> <numeric> <optional> <random> <span> <string> <thread> <vector>)

# With sanitizers what touches no pixels is not optimised at all: that costs such tests no time.
function(ns_test_optimisation out)
  set(${out} -O1 PARENT_SCOPE)
  if(NIGHTSTACK_SANITIZE AND NOT CMAKE_CURRENT_SOURCE_DIR MATCHES "/tests/pipeline")
    set(${out} -O0 PARENT_SCOPE)
  endif()
endfunction()

# Warnings that follow the flow of data go by what was inlined. Where -O1 inlines half of std::string, GCC 12 sees
# faults that are none; at the release's own -O3 (builds with a compiler launcher) the same tests are held to all of them.
set(NIGHTSTACK_QUICK_TEST_FLAGS -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread
  -Wno-maybe-uninitialized -Wno-mismatched-new-delete)
if(NIGHTSTACK_SANITIZE MATCHES address AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # Checks by calls: tests take no time, compiling them does.
  list(APPEND NIGHTSTACK_QUICK_TEST_FLAGS "SHELL:--param asan-instrumentation-with-call-threshold=0")
endif()

# A library for nothing but its headers: what uses them must be compiled in the same way, to the last option.
function(ns_module_headers NAME OPTIMISATION)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/${NAME}.cpp CONTENT "")
  add_library(${NAME} STATIC ${CMAKE_BINARY_DIR}/generated/${NAME}.cpp)
  target_link_libraries(${NAME} PRIVATE nightstack_flags)
  target_compile_options(${NAME} PRIVATE ${OPTIMISATION})
  target_precompile_headers(${NAME} PRIVATE ${NIGHTSTACK_COMMON_HEADERS})
endfunction()
if(NIGHTSTACK_QUICK_MODULES)
  ns_module_headers(module_headers-O0 -O0)
  ns_module_headers(module_headers-O1 -O1)
endif()

# A program for nothing but its headers: what uses them must be compiled in the same way, to the last option.
function(ns_test_headers NAME OPTIMISATION)
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${NAME}.cpp CONTENT "int main() {}\n")
  add_executable(${NAME} ${CMAKE_CURRENT_BINARY_DIR}/${NAME}.cpp)
  target_link_libraries(${NAME} PRIVATE nightstack_flags GTest::gmock GTest::gtest_main)
  target_compile_options(${NAME} PRIVATE ${OPTIMISATION} ${NIGHTSTACK_QUICK_TEST_FLAGS})
  set_target_properties(${NAME} PROPERTIES NIGHTSTACK_TEST_CODE ON)
  target_precompile_headers(${NAME} PRIVATE ${ARGN})
  if(NIGHTSTACK_TEST_OBJECTS)
    set_target_properties(${NAME} PROPERTIES EXCLUDE_FROM_ALL ON)  # nothing is compiled with them
  endif()
endfunction()

# Where another build has compiled the tests already, this one takes its objects: a test's own code is half of the compiler's
# time, and under sanitizers it is what is tested that is watched. tools/test does so; without it tests are compiled here.
set(NIGHTSTACK_TEST_OBJECTS "" CACHE PATH "Build folder whose compiled tests are used")

# ns_test(NAME io_fits_test SOURCES a_test.cpp LINK io_fits ...)
# A test program; each TEST becomes one ctest entry, a GTEST_SKIP shows as skipped. PRECOMPILED names another set of
# headers than test_headers-O0 or -O1. Eight files are compiled as one, for most of the time goes into what they share: names
# of helpers are other in each file of a program, or the file stands under ALONE.
function(ns_test)
  cmake_parse_arguments(T "" "NAME;TIMEOUT;PRECOMPILED" "SOURCES;ALONE;LINK;LABELS" ${ARGN})
  if(NOT T_LABELS)
    set(T_LABELS unit)
  endif()
  # What runs in release alone (whole nights against the twin, kills, judged nights) is not built for the sanitizers.
  set(in_release_alone OFF)
  if(NIGHTSTACK_SANITIZE MATCHES address AND NOT T_LABELS MATCHES "^(unit|program)$")
    set(in_release_alone ON)
  endif()
  if(NIGHTSTACK_TEST_OBJECTS AND NOT in_release_alone)
    ns_compiled_elsewhere(${T_NAME})
  else()
    add_executable(${T_NAME} ${T_SOURCES} ${T_ALONE})
    file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/test-objects/${T_NAME} CONTENT "$<JOIN:$<TARGET_OBJECTS:${T_NAME}>,\n>\n")
    if(NIGHTSTACK_QUICK_TESTS)
      ns_compile_quickly(${T_NAME} "${T_PRECOMPILED}" "${T_ALONE}")
    endif()
  endif()
  target_link_libraries(${T_NAME} PRIVATE ${T_LINK} nightstack_flags GTest::gmock GTest::gtest_main)
  if(in_release_alone)
    set_target_properties(${T_NAME} PROPERTIES EXCLUDE_FROM_ALL ON)
    return()
  endif()
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 120)
  endif()
  if(NIGHTSTACK_SANITIZE)  # on a busy machine the long ones came to 120 s and more
    math(EXPR T_TIMEOUT "3 * ${T_TIMEOUT}")
  endif()
  gtest_discover_tests(${T_NAME} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT ${T_TIMEOUT} LABELS ${T_LABELS})
endfunction()

function(ns_compile_quickly target precompiled alone)
  ns_test_optimisation(optimisation)
  target_compile_options(${target} PRIVATE ${optimisation} ${NIGHTSTACK_QUICK_TEST_FLAGS})
  set_target_properties(${target} PROPERTIES NIGHTSTACK_TEST_CODE ON)
  ns_compile_together(${target} "${alone}")
  if(NOT precompiled)
    set(precompiled test_headers${optimisation})
  endif()
  target_precompile_headers(${target} REUSE_FROM ${precompiled})
endfunction()

function(ns_compiled_elsewhere target)
  set(list ${NIGHTSTACK_TEST_OBJECTS}/test-objects/${target})
  if(NOT EXISTS ${list})
    message(FATAL_ERROR "${list} is missing: build ${NIGHTSTACK_TEST_OBJECTS} first")
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${list})
  file(STRINGS ${list} objects)
  set_source_files_properties(${objects} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
  add_executable(${target} ${objects})
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX)
endfunction()
