/// Endings of file names, as sorted tables.
#include "observables/file_extensions.hpp"

#include <array>
#include <cstdint>

namespace isacbot::observables {
namespace {

constexpr std::string_view files[] = {
    "7z",
    "accdb",
    "ace",
    "apk",
    "appx",
    "appxbundle",
    "arj",
    "arm",
    "arm5",
    "arm6",
    "arm7",
    "asa",
    "ascx",
    "ashx",
    "asmx",
    "asp",
    "aspx",
    "avi",
    "bak",
    "bas",
    "bash",
    "bat",
    "bin",
    "bmp",
    "bz2",
    "cer",
    "cfg",
    "cgi",
    "chm",
    "class",
    "cmd",
    "conf",
    "config",
    "cpl",
    "cpp",
    "crt",
    "crx",
    "cs",
    "csproj",
    "css",
    "csv",
    "cur",
    "dat",
    "db",
    "deb",
    "dex",
    "diagcab",
    "dll",
    "dmg",
    "dmp",
    "doc",
    "docm",
    "docx",
    "dotm",
    "dotx",
    "drv",
    "dylib",
    "ecf",
    "elf",
    "eml",
    "ess",
    "etl",
    "evtx",
    "exe",
    "fon",
    "gif",
    "go",
    "gz",
    "hlp",
    "hpp",
    "hta",
    "htm",
    "html",
    "hwp",
    "hwpx",
    "ico",
    "img",
    "inf",
    "ini",
    "ipa",
    "iqy",
    "iso",
    "jar",
    "jpeg",
    "jpg",
    "js",
    "jse",
    "jsp",
    "jspx",
    "kext",
    "key",
    "ko",
    "ldb",
    "lnk",
    "log",
    "lua",
    "lzh",
    "m3u",
    "mdb",
    "mht",
    "mhtml",
    "mips",
    "mipsel",
    "mkv",
    "mof",
    "mp3",
    "mp4",
    "mpsl",
    "msc",
    "msg",
    "msi",
    "msix",
    "msp",
    "mst",
    "nls",
    "ocx",
    "odg",
    "odp",
    "ods",
    "odt",
    "old",
    "ost",
    "ova",
    "p12",
    "pcap",
    "pcapng",
    "pdb",
    "pdf",
    "pem",
    "pfx",
    "php",
    "php3",
    "php5",
    "phtml",
    "pif",
    "pkg",
    "plist",
    "png",
    "pot",
    "potm",
    "pps",
    "ppsm",
    "ppsx",
    "ppt",
    "pptm",
    "pptx",
    "ps1",
    "psd1",
    "psm1",
    "pst",
    "pub2",
    "pyc",
    "pyd",
    "pyo",
    "pyw",
    "rar",
    "rb",
    "rdp",
    "reg",
    "rpm",
    "rtf",
    "scf",
    "scpt",
    "scr",
    "sct",
    "service",
    "settingcontent-ms",
    "sfx",
    "slk",
    "sln",
    "spc",
    "sql",
    "sqlite",
    "svg",
    "swf",
    "swp",
    "sys",
    "tar",
    "tbz",
    "tgz",
    "theme",
    "tif",
    "tiff",
    "tmp",
    "toml",
    "ts",
    "ttf",
    "txt",
    "txz",
    "url",
    "vb",
    "vba",
    "vbe",
    "vbproj",
    "vbs",
    "vcf",
    "vcxproj",
    "vhd",
    "vhdx",
    "vmdk",
    "vmx",
    "vxd",
    "war",
    "wav",
    "webp",
    "wim",
    "wll",
    "wma",
    "wmf",
    "wmv",
    "woff",
    "wsc",
    "wsf",
    "wsh",
    "x86",
    "xap",
    "xhtml",
    "xla",
    "xlam",
    "xll",
    "xls",
    "xlsb",
    "xlsm",
    "xlsx",
    "xlt",
    "xltm",
    "xml",
    "xpi",
    "xsl",
    "xz",
    "yaml",
    "yar",
    "yara",
    "yml",
    "zipx",
    "zpaq",
    "zst",
};
constexpr std::string_view likely_files[] = {"cab", "dot", "java", "map", "md",
                                             "mov", "pm",  "ps",   "py",  "zip"};
constexpr std::string_view likely_hosts[] = {"ai", "app", "ax", "bz", "cat", "cc", "com", "one",
                                             "pl", "pub", "rs", "sh", "so",  "st", "win"};

/// Endings of programs: words that authors write behind a dot without meaning a host.
constexpr std::string_view code_words[] = {
    "call",    "click",    "data", "date",  "do",     "download", "events",   "foo",   "family",  "final",
    "forward", "fun",      "get",  "group", "id",     "in",       "info",     "io",    "is",      "it",
    "java",    "link",     "map",  "me",    "media",  "my",       "name",     "net",   "network", "new",
    "next",    "now",      "open", "page",  "pid",    "post",     "py",       "read",  "run",     "save",
    "select",  "services", "sh",   "so",    "style",  "support",  "surf",     "tools", "to",      "top",
    "watch",   "win",      "zip",  "place", "report", "search",   "security", "rest",  "cat",     "as",
    "at",      "no",       "am",   "us",    "be",     "by",       "best",     "bar",   "box",     "host",
    "live",    "pub",      "app",
};

constexpr std::uint32_t hash_word(std::string_view word) noexcept {
  std::uint32_t h = 2166136261U;
  for (char c : word)
    h = (h ^ static_cast<unsigned char>(c)) * 16777619U;
  return h ^ h >> 15;
}

constexpr std::size_t slots = 1024;

struct row {
  std::string_view word;
  extension kind = extension::none;
  bool code = false;
};

/// All tables as one hash table, made by the compiler.
constexpr auto make_table() {
  std::array<row, slots> table{};
  auto find = [&](std::string_view word) -> row& {
    std::size_t at = hash_word(word) % slots;
    while (!table[at].word.empty() && table[at].word != word)
      at = (at + 1) % slots;
    table[at].word = word;
    return table[at];
  };
  for (std::string_view word : files)
    find(word).kind = extension::file;
  for (std::string_view word : likely_files)
    find(word).kind = extension::likely_file;
  for (std::string_view word : likely_hosts)
    find(word).kind = extension::likely_host;
  for (std::string_view word : code_words)
    find(word).code = true;
  return table;
}

constexpr auto table = make_table();

const row& find_row(std::string_view word) noexcept {
  std::size_t at = hash_word(word) % slots;
  while (!table[at].word.empty() && table[at].word != word)
    at = (at + 1) % slots;
  return table[at];
}

} // namespace

extension classify_extension(std::string_view lower) noexcept {
  return lower.empty() || lower.size() > 17 ? extension::none : find_row(lower).kind;
}

bool is_code_word(std::string_view lower) noexcept {
  return find_row(lower).code;
}

} // namespace isacbot::observables
