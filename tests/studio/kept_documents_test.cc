#include "studio/kept_documents.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>
#include <vector>

#include "base/error.h"

using namespace stagecast;
using namespace stagecast::studio;

namespace {

SharedDocument document(const std::string& bytes) {
    return std::make_shared<const Document>(bytes, "text/plain", "a.txt", Instant{});
}

}  // namespace

TEST_CASE("a document is made once for a revision, and again for a later one", "[studio]") {
    KeptDocuments kept(1u << 20);
    int made = 0;
    const auto get = [&](std::int64_t revision) {
        return kept.get("a", revision, [&] {
            ++made;
            return KeptDocuments::Made{revision, document(std::to_string(revision))};
        });
    };
    CHECK(*get(1)->bytes() == "1");
    CHECK(get(1) == get(1));
    CHECK(made == 1);
    CHECK(*get(2)->bytes() == "2");
    CHECK(made == 2);
    // Who read the revision before the change was made gets what is newer.
    CHECK(*get(1)->bytes() == "2");
    CHECK(made == 2);
}

TEST_CASE("what many ask for at the same time is made once", "[studio]") {
    constexpr int kAsking = 8;
    KeptDocuments kept(1u << 20);
    std::atomic<int> made{0}, asking{0};
    std::vector<SharedDocument> got(kAsking);
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < kAsking; ++i)
            threads.emplace_back([&, i] {
                ++asking;
                got[static_cast<std::size_t>(i)] = kept.get("a", 1, [&] {
                    while (asking < kAsking) std::this_thread::yield();
                    ++made;
                    return KeptDocuments::Made{1, document("a")};
                });
            });
    }
    CHECK(made == 1);
    for (const auto& one : got) CHECK(one == got.front());
}

TEST_CASE("what is being made for an older revision is not given to who asks for a later one", "[studio]") {
    KeptDocuments kept(1u << 20);
    const auto later = [] { return KeptDocuments::Made{2, document("later")}; };
    const auto earlier = kept.get("a", 1, [&] {
        CHECK(*kept.get("a", 2, later)->bytes() == "later");
        return KeptDocuments::Made{1, document("earlier")};
    });
    CHECK(*earlier->bytes() == "earlier");
    // And it does not take the place of the later one.
    CHECK(*kept.get("a", 2, []() -> KeptDocuments::Made { throw NotFound("made again"); })->bytes() ==
          "later");
}

TEST_CASE("an error is told, and the next who ask try again", "[studio]") {
    KeptDocuments kept(1u << 20);
    CHECK_THROWS_AS(kept.get("a", 1, []() -> KeptDocuments::Made { throw NotFound("a"); }), NotFound);
    CHECK(*kept.get("a", 1, [] { return KeptDocuments::Made{1, document("a")}; })->bytes() == "a");
}

TEST_CASE("the bytes that are kept are bounded, what was not asked for the longest goes first", "[studio]") {
    KeptDocuments kept(100'000);
    int made = 0;
    const auto get = [&](const std::string& name) {
        return kept.get(name, 1, [&] {
            ++made;
            return KeptDocuments::Made{1, document(std::string(20'000, 'x'))};
        });
    };
    get("a");
    get("b");
    CHECK(kept.bytes() > 80'000);
    get("a");
    get("c");  // b goes
    CHECK(kept.bytes() < 100'000);
    made = 0;
    get("a");
    get("c");
    CHECK(made == 0);
    get("b");
    CHECK(made == 1);
    // One that is too large for all is given, and not kept.
    const auto large = kept.get("d", 1, [] {
        return KeptDocuments::Made{1, document(std::string(60'000, 'x'))};
    });
    CHECK(large->bytes()->size() == 60'000);
    CHECK(kept.bytes() < 100'000);
}

TEST_CASE("a document's tag is of its bytes, and its gzip form is made once", "[studio]") {
    const auto one = document("one"), other = document("other");
    CHECK(one->etag() != other->etag());
    CHECK(one->etag() == document("one")->etag());
    CHECK(one->etag().front() == '"');
    CHECK(one->packed() == one->packed());
    CHECK(one->packed()->substr(0, 2) == "\x1f\x8b");
}
