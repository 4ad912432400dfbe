#include <doctest/doctest.h>
#include <fcntl.h>
#include <fstream>
#include <layer_cake/core/file.hpp>
#include <layer_cake/home/image.hpp>
#include <layer_cake/home/image_hash.hpp>
#include <sys/stat.h>
#include <tests/core/temporary_folder.hpp>

using namespace layer_cake;
using namespace layer_cake::home;
using Kind = TreeEntry::Kind;
namespace fs = std::filesystem;

namespace {

ImageEntry entry(std::string path, Kind kind = Kind::file, std::string link = {}) {
    return {std::move(path), kind, 0644, 0, std::move(link), {}};
}

bool fine(const ImageEntry& one) {
    return check_image_entry(one).has_value();
}

/// An image with a script and a model; its bytes.
struct Sample {
    TemporaryFolder folder;
    fs::path file = folder.path() / "x.tar.zst";
    ImageFacts facts;

    Sample() {
        const auto tree = folder.path() / "tree";
        fs::create_directories(tree / "sub");
        std::ofstream(tree / "sub" / "deep") << std::string(100'000, 'x') << "end";
        std::ofstream(tree / "run") << "#!/bin/sh\n";
        ::chmod((tree / "run").c_str(), 0755);
        std::ofstream(tree / "\xc3\xbc") << "";
        fs::create_symlink("sub/deep", tree / "link");
        std::vector<ImageSection> sections;
        for (const char* place : {"script", "role/web/model"}) {
            ImageSection section{place, {}, {}};
            REQUIRE(section.source.add_contents(tree));
            section.listing = *section.source.list();
            sections.push_back(std::move(section));
        }
        auto written = write_image({image_format, "x86_64", false, "g", "0"}, "roles: {}\n", sections, file);
        REQUIRE_MESSAGE(written, (written ? "" : written.error().detail));
        facts = *written;
    }
};

Result<ImageFacts> unpack(const fs::path& file, const fs::path& into) {
    fs::create_directory(into);
    const Fd fd(::open(into.c_str(), O_RDONLY | O_DIRECTORY));
    return unpack_image(file, {fd.get(), into.native()}, {}, image_bytes_limit, {.durable = false});
}

Result<ImageFacts> read(std::string_view bytes) {
    bool given = false;
    return read_image(
        [&]() -> Result<std::span<const char>> {
            if (std::exchange(given, true)) return std::span<const char>();
            return std::span<const char>(bytes.data(), bytes.size());
        },
        {});
}

} // namespace

TEST_CASE("an image is unpacked as it was packed") {
    const Sample sample;
    const auto into = sample.folder.path() / "into";
    const auto facts = unpack(sample.file, into);
    REQUIRE_MESSAGE(facts, (facts ? "" : facts.error().detail));
    CHECK(facts->digest == sample.facts.digest);
    CHECK(facts->head == sample.facts.head);
    CHECK(facts->definition == "roles: {}\n");
    for (const char* place : {"script", "role/web/model"}) {
        CAPTURE(place);
        CHECK(read_file(into / place / "sub" / "deep") == read_file(sample.folder.path() / "tree" / "sub" / "deep"));
        CHECK(fs::read_symlink(into / place / "link") == "sub/deep");
        CHECK(fs::exists(into / place / "\xc3\xbc"));
        struct stat before {
        }, state{};
        REQUIRE(::stat((sample.folder.path() / "tree" / "run").c_str(), &before) == 0);
        REQUIRE(::stat((into / place / "run").c_str(), &state) == 0);
        CHECK((state.st_mode & 07777) == 0755);
        CHECK(state.st_mtim.tv_sec == before.st_mtim.tv_sec);
    }
}

TEST_CASE("an image that is cut short anywhere, or has any byte changed, is refused or the same") {
    const Sample sample;
    const auto bytes = *read_file(sample.file);
    CHECK(read(bytes));
    for (std::size_t cut = 0; cut < bytes.size(); cut += 1 + bytes.size() / 100) {
        CAPTURE(cut);
        const auto got = read(std::string_view(bytes).substr(0, cut));
        REQUIRE_FALSE(got);
        CHECK(got.error().fault == Fault::invalid);
    }
    for (std::size_t at = 0; at < bytes.size(); ++at)
        for (const char flip : {'\x01', '\x80'}) {
            auto changed = bytes;
            changed[at] = static_cast<char>(changed[at] ^ flip);
            const auto got = read(changed);
            if (got) CHECK(got->digest == sample.facts.digest); // owners and padding mean nothing
        }
    CHECK_FALSE(read(""));
    CHECK_FALSE(read("no archive"));
}

TEST_CASE("an entry of an image is at a place that images have, and leads nowhere else") {
    for (const char* path : {"layer-cake.yaml", "script/x", "script/a/b", "resource/x.py/a", "role/web-0/model/a"})
        CHECK_MESSAGE(fine(entry(path)), path);
    for (const char* path : {"script", "resource", "resource/x", "role", "role/web", "role/web/model", "script/d"})
        CHECK_MESSAGE(fine(entry(path, Kind::folder)), path);
    for (const char* path : {"", "/", "/script/x", "script/../x", "script/./x", "script//x", "script/x/", "x",
                             "role/web/logs/x", "role/group/model/x", "role/-x/model/y", "resource/x", "role/web/model",
                             "lock/group", "script/\xff", "script"})
        CHECK_FALSE_MESSAGE(fine(entry(path)), path);
    CHECK_FALSE(fine(entry("layer-cake.yaml", Kind::folder)));
    CHECK_FALSE(fine(entry("script/" + std::string(256, 'x'))));
    CHECK(fine(entry("script/a/l", Kind::link, "../b")));
    CHECK_FALSE(fine(entry("script/l", Kind::link, "../role")));
    CHECK_FALSE(fine(entry("role/web/model/l", Kind::link, "../x")));
    CHECK_FALSE(fine(entry("script", Kind::link, "role")));
    auto setuid = entry("script/x");
    setuid.mode = 04755;
    CHECK_FALSE(fine(setuid));
}

TEST_CASE("entries come after their folders, each once, in order") {
    const auto add_all = [](const std::vector<ImageEntry>& all) {
        ImageOrder order;
        for (const auto& one : all)
            if (!order.add(one)) return false;
        return true;
    };
    const auto folder = [](std::string path) { return entry(std::move(path), Kind::folder); };
    CHECK(add_all({folder("a"), folder("a/b"), entry("a/b/c"), entry("a/d"), folder("a.x"), entry("a.x/y")}));
    CHECK_FALSE(add_all({entry("a/b")}));
    CHECK_FALSE(add_all({folder("a"), entry("b"), entry("a/c")}));
    CHECK_FALSE(add_all({entry("a"), entry("a")}));
    CHECK_FALSE(add_all({entry("a"), entry("a/b")}));
    CHECK_FALSE(add_all({entry("a", Kind::link, "."), entry("a/b")}));
}

TEST_CASE("a manifest is read back as it was written, and nothing else is") {
    auto file = entry("script/x\ny\"");
    file.size = 7;
    file.hash = ImageHash::of("content");
    const auto text = write_manifest_line(file) + write_manifest_line(entry("script/l", Kind::link, "x")) +
                      write_manifest_line(entry("script/d", Kind::folder));
    const auto back = read_manifest(text);
    REQUIRE(back);
    REQUIRE(back->size() == 3);
    CHECK(back->front() == file);
    for (const char* bad : {"{}\n", "x\n", "\n", "{\"path\":\"a\",\"kind\":\"pipe\",\"mode\":\"0644\"}\n",
                            "{\"path\":\"a\",\"kind\":\"folder\",\"mode\":\"644\"}\n",
                            "{\"path\":\"a\",\"kind\":\"file\",\"mode\":\"0644\",\"size\":-1}\n"}) {
        CAPTURE(bad);
        CHECK_FALSE(read_manifest(bad));
    }
    CHECK(read_manifest(text.substr(0, text.size() - 1)).error().detail ==
          "layer-cake-manifest.jsonl:3: the line has no end");
    CHECK(ImageHash::of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
