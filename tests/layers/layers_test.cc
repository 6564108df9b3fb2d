// The rule of the house, checked against every #include of every source. The folders' charters (their
// CMakeLists.txt) say it in words.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Folders = std::set<std::string>;

const fs::path kRoot = STAGECAST_SOURCE_DIR;

// What each folder may see beside itself.
const std::map<std::string, Folders>& sees() {
    static const std::map<std::string, Folders> kSees = [] {
        const Folders below_studio{"base",  "store", "access",   "scheduler",
                                   "media", "mixer", "recorder", "feeds"};
        Folders below_web = below_studio;
        below_web.insert("studio");
        Folders below_app = below_web;
        below_app.insert("web");
        return std::map<std::string, Folders>{
            {"base", {}},
            {"store", {"base"}},
            {"access", {"base", "store"}},
            {"scheduler", {"base", "store"}},
            {"media", {"base"}},
            {"mixer", {"base", "media"}},
            {"recorder", {"base", "store", "media"}},
            {"feeds", {"base"}},
            {"studio", below_studio},
            {"web", below_web},
            {"app", below_app},
        };
    }();
    return kSees;
}

struct Wrapper {
    std::string_view header;  // or how it begins
    Folders folders;          // the only ones that may know the library
};

// The first that fits decides.
const std::vector<Wrapper>& wrappers() {
    static const std::vector<Wrapper> kWrappers{
        {"sqlite3.h", {"store"}},
        {"Poco/Data/", {"store"}},
        {"Poco/Net/", {"web"}},
        {"Poco/", {"store", "web"}},
        {"sodium.h", {"base", "access"}},
        {"libical/", {"scheduler", "feeds"}},
        {"curl/", {"base"}},
        {"toml++/", {"base"}},
        {"opus/opus.h", {"media", "mixer"}},  // the mixer joins packets with the repacketizer
        {"opus/", {"media"}},
        {"ogg/", {"media"}},
        {"libav", {"media"}},
        {"libswresample/", {"media"}},
        {"ebur128.h", {"media"}},
        {"seccomp.h", {"media"}},
        {"gst/", {"mixer"}},
        {"glib", {"mixer"}},
        {"srtp2/", {"mixer"}},
        {"openssl/ssl.h", {"mixer"}},
        {"openssl/", {"base", "mixer", "studio"}},
        {"kainjow/", {"web"}},
        {"md4c", {"feeds", "web"}},
        {"nlohmann/", {"recorder", "feeds", "studio", "web", "app"}},
        {"libdeflate.h", {"base"}},
        {"zlib.h", {"mixer"}},  // checksums
        {"fmt/",
         {"base", "store", "access", "scheduler", "media", "mixer", "recorder", "feeds", "studio", "web",
          "app"}},
    };
    return kWrappers;
}

// The compiler's and the system's own: C++ headers have neither '.' nor '/'.
bool is_system_header(const std::string& header) {
    static const Folders kPosix{"dirent.h", "dlfcn.h",   "fcntl.h", "ifaddrs.h", "netdb.h",
                                "poll.h",   "pthread.h", "sched.h", "signal.h",  "spawn.h",
                                "stdlib.h", "string.h",  "time.h",  "unistd.h"};
    if (kPosix.contains(header)) return true;
    for (const std::string_view folder : {"sys/", "netinet/", "arpa/", "linux/", "net/"})
        if (header.starts_with(folder)) return true;
    return header.find_first_of("./") == std::string::npos;
}

std::string list(const Folders& folders) {
    std::string out;
    for (const std::string& folder : folders) out += (out.empty() ? "" : ", ") + folder;
    return out.empty() ? "nothing of ours" : out;
}

// Why a file in `folder` may not have that line; nothing if it may.
std::optional<std::string> why_not(const std::string& folder, std::string_view line) {
    const auto hash = line.find_first_not_of(" \t");
    if (hash == std::string_view::npos || line[hash] != '#') return std::nullopt;
    const auto word = line.find_first_not_of(" \t", hash + 1);
    if (word == std::string_view::npos || !line.substr(word).starts_with("include")) return std::nullopt;
    const auto open = line.find_first_of("<\"", word);
    const auto close = open == std::string_view::npos ? open : line.find_first_of(">\"", open + 1);
    if (close == std::string_view::npos) return "an #include must name its file in <> or \"\"";
    const std::string header(line.substr(open + 1, close - open - 1));

    if (line[open] == '"') {
        const std::string owner = header.substr(0, header.find('/'));
        if (header.find("..") != std::string::npos || !sees().contains(owner) || owner == header)
            return "\"" + header + "\" must be named from the root, in a folder of the house";
        if (owner == folder || sees().at(folder).contains(owner)) return std::nullopt;
        return folder + " sees " + list(sees().at(folder)) + "; " + owner +
               (sees().at(owner).contains(folder) ? " lies above it"
                                                  : " is its sibling: meet in studio, or below both");
    }
    const auto wrapper =
        std::ranges::find_if(wrappers(), [&](const Wrapper& w) { return header.starts_with(w.header); });
    if (wrapper != wrappers().end()) {
        if (wrapper->folders.contains(folder)) return std::nullopt;
        return "<" + header + "> stops at the folder that wraps it: " + list(wrapper->folders);
    }
    if (is_system_header(header)) return std::nullopt;
    return "<" + header + "> has no folder that wraps it: name one in tests/layers";
}

std::vector<fs::path> sources_of(const std::string& folder) {
    std::vector<fs::path> sources;
    for (auto entry = fs::recursive_directory_iterator(kRoot / folder);
         entry != fs::recursive_directory_iterator(); ++entry) {
        if (entry->path().filename() == "node_modules") entry.disable_recursion_pending();
        if (entry->path().extension() == ".h" || entry->path().extension() == ".cc")
            sources.push_back(entry->path());
    }
    return sources;
}

std::string read(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("every #include of the house keeps to its layers", "[layers]") {
    for (const auto& [folder, unused] : sees()) {
        const auto sources = sources_of(folder);
        CHECK(sources.size() >= 2);  // a folder that was not found would pass
        for (const fs::path& source : sources) {
            std::istringstream lines(read(source));
            int number = 1;
            for (std::string line; std::getline(lines, line); ++number)
                if (const auto why = why_not(folder, line))
                    FAIL_CHECK(fs::relative(source, kRoot).string()
                               << ":" << number << ": " << line << "\n  " << *why);
        }
    }
}

TEST_CASE("a line that breaks the rule is named with the reason", "[layers]") {
    CHECK(why_not("scheduler", "#include \"mixer/sound.h\"") ==
          "scheduler sees base, store; mixer is its sibling: meet in studio, or below both");
    CHECK(why_not("base", "#include \"store/database.h\"") ==
          "base sees nothing of ours; store lies above it");
    CHECK(why_not("studio", "#include \"web/server.h\"").value().ends_with("web lies above it"));
    CHECK(why_not("web", "#include <gst/gst.h>") == "<gst/gst.h> stops at the folder that wraps it: mixer");
    CHECK(why_not("recorder", "  #  include <ogg/ogg.h>") ==
          "<ogg/ogg.h> stops at the folder that wraps it: media");
    CHECK(why_not("studio", "#include <openssl/ssl.h>").has_value());
    CHECK(why_not("mixer", "#include <opus/opus_custom.h>").has_value());
    CHECK(why_not("web", "#include <Poco/Data/Session.h>").has_value());
    CHECK(why_not("web", "#include <boost/asio.hpp>") ==
          "<boost/asio.hpp> has no folder that wraps it: name one in tests/layers");
    CHECK(why_not("web", "#include \"http.h\"").has_value());
    CHECK(why_not("web", "#include \"web/../store/database.h\"").has_value());
    CHECK(why_not("web", "#include \"tests/base/temporary_directory.h\"").has_value());
    CHECK(why_not("web", "#include HEADER").has_value());
}

TEST_CASE("a line that keeps the rule passes", "[layers]") {
    for (const char* line :
         {"#include \"mixer/rtc/dtls.h\"", "#include \"base/audio.h\"", "#include <gst/gst.h>",
          "#include <opus/opus.h>", "#include <vector>", "#include <sys/socket.h>", "int x;", ""}) {
        INFO(line);
        CHECK_FALSE(why_not("mixer", line).has_value());
    }
}

TEST_CASE("no folder links what it may not see", "[layers]") {
    for (const auto& [folder, seen] : sees()) {
        std::istringstream words(read(kRoot / folder / "CMakeLists.txt"));
        bool in_sees = false;
        for (std::string word; words >> word;) {
            const bool ends = word.ends_with(')');
            if (ends) word.pop_back();
            if (word == "PACKAGES" || word == "LIBRARIES") in_sees = false;
            INFO(folder << " links " << word);
            if (in_sees) CHECK(seen.contains(word));
            in_sees = (in_sees || word == "SEES") && !ends;
        }
    }
}
