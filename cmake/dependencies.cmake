# Every outside library, found in one place. Package names: docs/adr/0001-dependencies.md.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(CAF 0.17.6 REQUIRED)
find_package(RocksDB REQUIRED)
find_package(spdlog REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(IDN2 REQUIRED IMPORTED_TARGET libidn2)
if(ISACBOT_TESTS)
  find_package(Catch2 3 REQUIRED) # 2.x has other header names: fail here, not later
endif()
if(ISACBOT_BENCH)
  find_package(benchmark REQUIRED)
  pkg_check_modules(HYPERSCAN IMPORTED_TARGET libhs)
endif()

set(ISACBOT_LIBRARY_VERSIONS "CAF ${CAF_VERSION}, Boost ${Boost_VERSION}, RocksDB ${RocksDB_VERSION}, \
OpenSSL ${OPENSSL_VERSION}, spdlog ${spdlog_VERSION}, toml++ ${tomlplusplus_VERSION}, CLI11 ${CLI11_VERSION}, libidn2 ${IDN2_VERSION}")
