#include "base/fold.h"

#include <catch2/catch.hpp>

using stagecast::fold;

TEST_CASE("fold: case and accents do not matter, in Latin, Greek and Cyrillic", "[base]") {
    CHECK(fold("CAFÉ du Soir") == "cafe du soir");
    CHECK(fold("Žižek İstanbul Łódź Ștefan") == "zizek istanbul lodz stefan");
    CHECK(fold("Nguyễn Thị Ánh") == "nguyen thi anh");
    CHECK(fold("ΆΝΘΡΩΠΟΣ") == fold("άνθρωπος"));
    CHECK(fold("ἄνθρωπος") == fold("ανθρωπος"));
    CHECK(fold("Ёлка ЙОГУРТ") == "елка иогурт");
}

TEST_CASE("fold: composed and decomposed letters are the same", "[base]") {
    CHECK(fold("e\u0301te\u0301") == fold("\u00e9t\u00e9"));
    CHECK(fold("A\u030angstro\u0308m") == fold("\u00c5ngstr\u00f6m"));
}

TEST_CASE("fold: letters that are two, apostrophes and spaces of every kind", "[base]") {
    CHECK(fold("Œuvre, Ærø, Straße, ẞ") == "oeuvre, aero, strasse, ss");
    CHECK(fold("L’été") == "l'ete");
    CHECK(fold("20\u00a0h\u202f30") == "20 h 30");
}

TEST_CASE("fold: what it does not know stays, also bytes that are no text", "[base]") {
    CHECK(fold("東京の夜 ☕ עברית") == "東京の夜 ☕ עברית");
    CHECK(fold("\xff\xc3") == "\xff\xc3");
    CHECK(fold("").empty());
    CHECK(fold("Ɓɓ ×") == "ɓɓ ×");
}

TEST_CASE("fold: folding twice is folding once", "[base]") {
    for (const auto* text : {"CAFÉ", "Œuvre", "Ёлка", "ΆΝΘΡΩΠΟΣ", "Ǆ", "東京", "Ĳ’"})
        CHECK(fold(fold(text)) == fold(text));
}
