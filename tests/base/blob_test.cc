#include "base/blob.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <thread>
#include <vector>

#include "base/error.h"
#include "tests/base/temporary_directory.h"

using namespace stagecast;
namespace fs = std::filesystem;

namespace {

void write_file(const fs::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace

TEST_CASE("what was put is got, by this store and the next one on the same directory", "[blob]") {
    const TemporaryDirectory directory;
    const std::string bytes("a\0b\xff", 4);
    {
        BlobStore blobs(directory.path() / "new" / "blobs");
        blobs.put("stems/ab/abc.opus", bytes);
        blobs.put("stems/ab/empty", "");
        CHECK(blobs.get("stems/ab/abc.opus") == bytes);
    }
    BlobStore blobs(directory.path() / "new" / "blobs");
    CHECK(blobs.get("stems/ab/abc.opus") == bytes);
    CHECK(blobs.size_bytes("stems/ab/abc.opus") == 4);
    CHECK(blobs.get("stems/ab/empty").empty());
    blobs.put("stems/ab/abc.opus", "shorter now");
    CHECK(blobs.get("stems/ab/abc.opus") == "shorter now");
}

TEST_CASE("a range is clipped to the blob", "[blob]") {
    const TemporaryDirectory directory;
    BlobStore blobs(directory.path());
    blobs.put("x", "0123456789");
    CHECK(blobs.get_range("x", 0, 10) == "0123456789");
    CHECK(blobs.get_range("x", 3, 4) == "3456");
    CHECK(blobs.get_range("x", 8, UINT64_MAX) == "89");
    CHECK(blobs.get_range("x", 10, 1).empty());
    CHECK(blobs.get_range("x", UINT64_MAX, UINT64_MAX).empty());
}

TEST_CASE("what was erased is gone, and erasing it again says so", "[blob]") {
    const TemporaryDirectory directory;
    BlobStore blobs(directory.path());
    blobs.put("a/b", "x");
    const fs::path path = blobs.local_path("a/b");
    CHECK(blobs.erase("a/b"));
    CHECK_FALSE(fs::exists(path));
    CHECK_FALSE(blobs.erase("a/b"));
    CHECK_FALSE(blobs.erase("a/b/c"));
    CHECK_FALSE(blobs.size_bytes("a/b").has_value());
    CHECK_THROWS_AS(blobs.get("a/b"), NotFound);
    CHECK_THROWS_AS(blobs.get("a"), NotFound);  // a folder is no blob
}

TEST_CASE("a finished file is moved in, and a local path can be written to at once", "[blob]") {
    const TemporaryDirectory directory;
    BlobStore blobs(directory.path());
    const fs::path finished = blobs.scratch() / "rendered";
    write_file(finished, "episode");
    blobs.put_file("episodes/1.m4a", finished);
    CHECK(blobs.get("episodes/1.m4a") == "episode");
    CHECK_FALSE(fs::exists(finished));
    write_file(blobs.local_path("stems/new/stem.opus"), "packets");
    CHECK(blobs.get("stems/new/stem.opus") == "packets");
    CHECK_THROWS_AS(blobs.put_file("episodes/2.m4a", finished), NotFound);
}

TEST_CASE("what a crash left in the scratch directory is gone at the next start", "[blob]") {
    const TemporaryDirectory directory;
    {
        const BlobStore blobs(directory.path());
        write_file(blobs.scratch() / "half a put", "secret");
        fs::create_directory(blobs.scratch() / "work");
    }
    const BlobStore blobs(directory.path());
    CHECK(fs::is_empty(blobs.scratch()));
}

TEST_CASE("only its owner may read what the store keeps", "[blob]") {
    const TemporaryDirectory directory;
    BlobStore blobs(directory.path() / "blobs");
    blobs.put("a/b", "x");
    const auto others = fs::perms::group_all | fs::perms::others_all;
    for (const fs::path& path : {directory.path() / "blobs", blobs.scratch(), blobs.local_path("a/b"),
                                 blobs.local_path("a/b").parent_path()})
        CHECK((fs::status(path).permissions() & others) == fs::perms::none);
}

TEST_CASE("a key that leaves the store or is not a key is refused", "[blob]") {
    const TemporaryDirectory directory;
    BlobStore blobs(directory.path() / "blobs");
    write_file(directory.path() / "outside", "x");
    for (const std::string& key :
         {std::string(), std::string("../outside"), std::string("/etc/passwd"),
          std::string("a/../../outside"), std::string("a//b"), std::string("a/"), std::string("./a"),
          std::string(".scratch/x"), std::string("a/.b"), std::string("A"), std::string("a b"),
          std::string("a\0b", 3), std::string("é"), std::string(201, 'a')}) {
        INFO(key);
        CHECK_THROWS_AS(blobs.put(key, "x"), Invalid);
        CHECK_THROWS_AS(blobs.get(key), Invalid);
        CHECK_THROWS_AS(blobs.erase(key), Invalid);
        CHECK_THROWS_AS(blobs.local_path(key), Invalid);
    }
}

TEST_CASE("a disk that refuses is Unavailable, and what was there stays", "[blob]") {
    const TemporaryDirectory directory;
    BlobStore blobs(directory.path());
    blobs.put("a", "old");
    CHECK_THROWS_AS(blobs.put("a/b", "x"), Unavailable);  // a file where a folder is needed
    fs::remove_all(blobs.scratch());
    CHECK_THROWS_AS(blobs.put("a", "new"), Unavailable);
    CHECK(blobs.get("a") == "old");
}

TEST_CASE("many threads put and get one key: every reader sees one whole value", "[blob]") {
    const TemporaryDirectory directory;
    BlobStore blobs(directory.path());
    const auto value = [](char c) { return std::string(5000, c); };
    blobs.put("k/v", value('a'));
    std::vector<std::jthread> writers;
    for (const char c : {'b', 'c', 'd'})
        writers.emplace_back([&blobs, c, &value] {
            for (int i = 0; i < 20; ++i) blobs.put("k/v", value(c));
        });
    for (int i = 0; i < 200; ++i) {
        const std::string seen = blobs.get("k/v");
        REQUIRE(seen == value(seen.at(0)));
    }
    writers.clear();
    CHECK(fs::is_empty(blobs.scratch()));
}
