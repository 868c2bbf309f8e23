# Compiler launcher, linker, warnings and sanitizers: everything about how, nothing about what.
find_program(ISACBOT_CCACHE ccache)
if(ISACBOT_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${ISACBOT_CCACHE}")
endif()
find_program(ISACBOT_MOLD mold)
if(ISACBOT_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# In development only: whoever just wants the program is not to be stopped by what a newer compiler warns of.
set(is_debug OFF)
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  set(is_debug ON)
endif()
option(ISACBOT_WARNINGS_ARE_ERRORS "Stop at the first warning" ${is_debug})

add_library(isacbot_warnings INTERFACE)
target_compile_options(isacbot_warnings INTERFACE
  -Wall -Wextra -Wpedantic $<$<BOOL:${ISACBOT_WARNINGS_ARE_ERRORS}>:-Werror> -Wshadow -Wnon-virtual-dtor
  -Woverloaded-virtual -Wcast-align -Wformat=2
  -Wimplicit-fallthrough -Wswitch)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False alarms of g++ 12 in optimised standard library and coroutine code (GCC bugs 105329, 105562, 105593).
  target_compile_options(isacbot_warnings INTERFACE
    -Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds -Wno-dangling-pointer)
endif()

add_compile_definitions(BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE CAF_ENABLE_TYPE_ID_CHECKS)
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
endif()

if(ISACBOT_SANITIZE)
  string(REPLACE "," ";" sanitizers "${ISACBOT_SANITIZE}")
  foreach(sanitizer IN LISTS sanitizers)
    add_compile_options(-fsanitize=${sanitizer})
    add_link_options(-fsanitize=${sanitizer})
  endforeach()
  add_compile_options(-fno-omit-frame-pointer -fno-sanitize-recover=all)
  if("undefined" IN_LIST sanitizers)
    # null: trips over a CAF 0.17 header; function and vptr: clang 14 cannot emit them for coroutine files.
    add_compile_options(-fno-sanitize=null,vptr)
    if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
      add_compile_options(-fno-sanitize=function)
    endif()
  endif()
  add_compile_definitions(ISACBOT_SANITIZED=1)
endif()
