#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

// What LeakSanitizer cannot know, with reasons. Everything of ours stays watched.
//
// libpq:  Poco 1.11 never frees a PostgreSQL connection that was refused or lost (store/postgresql.cc bounds
// how many). glib:   keeps its tables of types and names for the life of the process, reachable only through
// tagged pointers.
extern "C" const char* __lsan_default_suppressions() {  // NOLINT(*-reserved-identifier)
    return "leak:libpq.so\nleak:libglib-2.0.so\n";
}
