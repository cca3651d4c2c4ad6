# The day the sources in `folder` were made, in seconds of Unix time, into `out`: right clocks are not earlier.
# An archive made by git has it in cmake/commit-date.txt (.gitattributes), a clone in its newest commit; any other copy
# is as old as its changelog.
function(ns_release_day out folder)
  set(time "")
  set(stamp ${folder}/cmake/commit-date.txt)
  if(EXISTS ${stamp})
    file(STRINGS ${stamp} time LIMIT_COUNT 1)
  endif()
  if(NOT time MATCHES "^[0-9]+$" AND EXISTS ${folder}/.git)
    execute_process(COMMAND git -C ${folder} log -1 --format=%ct
      OUTPUT_VARIABLE time OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
  if(NOT time MATCHES "^[0-9]+$")
    file(TIMESTAMP ${folder}/CHANGELOG.md time "%s" UTC)
  endif()
  math(EXPR time "${time} / 86400 * 86400")  # the same header all day
  set(${out} ${time} PARENT_SCOPE)
endfunction()
