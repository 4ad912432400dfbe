#define DOCTEST_CONFIG_IMPLEMENT
#include <cstdio>
#include <cstring>
#include <doctest/doctest.h>
#include <unistd.h>

// What only root can test stands in the doctest suite "root". Meson runs it apart, so that it is seen when it is
// skipped.
int main(int argc, char** argv) {
    for (int i = 1; i < argc; ++i)
        if (std::strcmp(argv[i], "--test-suite=root") == 0 && ::geteuid() != 0) {
            std::puts("skipped: needs root");
            return 77;
        }
    return doctest::Context(argc, argv).run();
}
