#pragma once

#include <atomic>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <fstream>
#include <layer_cake/core/beneath.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/home/sync.hpp>
#include <tests/core/temporary_folder.hpp>
#include <thread>

using namespace layer_cake;
using namespace layer_cake::home;
namespace fs = std::filesystem;

inline void write(const fs::path& file, std::string_view text) {
    std::ofstream(file, std::ios::binary) << text;
}

inline std::string read(const fs::path& file) {
    auto text = read_file(file);
    return text ? *text : "! " + text.error().detail;
}

struct Target {
    explicit Target(const fs::path& path) : path(path), fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {}
    fs::path path;
    Fd fd;

    Result<Listing> list() const {
        Listing all;
        if (auto read = list_tree(fd.get(), "", "", all); !read) return fail(read.error());
        return all;
    }
};

inline Result<SyncPlan> sync(const TreeSource& source, const Target& to,
                             const SyncOptions& options = {.durable = false}) {
    const auto from = source.list();
    if (!from) return fail(from.error());
    const auto target = to.list();
    if (!target) return fail(target.error());
    auto plan = plan_sync(*from, *target);
    if (auto done = carry_out(plan, source, *from, {to.fd.get(), to.path.native()}, *target, options); !done)
        return fail(done.error());
    return plan;
}

inline Result<SyncPlan> sync(const fs::path& from, const fs::path& to) {
    TreeSource source;
    if (auto added = source.add_contents(from); !added) return fail(added.error());
    return sync(source, Target(to));
}

struct Folders {
    TemporaryFolder folder;
    fs::path from = folder.path() / "from", to = folder.path() / "to";
    Folders() {
        fs::create_directory(from);
        fs::create_directory(to);
    }
};

/// Whatever a path says, it is opened below a folder or not at all; what was wrong, or nothing.
inline std::string paths_lead_nowhere() {
    const Folders at;
    write(at.folder.path() / "secret", "s");
    fs::create_symlink("../secret", at.from / "link");
    fs::create_symlink("..", at.from / "up");
    const Target from(at.from);
    for (const char* path : {"..", "../secret", "/etc/passwd", "link", "up/secret", "a/../../secret"})
        if (open_beneath(from.fd.get(), path, O_RDONLY)) return path;
    return open_beneath(from.fd.get(), "", O_RDONLY | O_DIRECTORY) ? "" : "the folder itself";
}

/// Puts a link to `outside` in the place of a folder and the folder back, again and again.
class Swapper {
public:
    Swapper(const fs::path& folder, const fs::path& outside)
        : thread_([this, folder, outside] {
              const auto evil = outside.parent_path() / ("evil-" + folder.filename().native());
              fs::create_symlink(outside, evil);
              while (!stop_)
                  ::renameat2(AT_FDCWD, folder.c_str(), AT_FDCWD, evil.c_str(), RENAME_EXCHANGE);
          }) {}
    ~Swapper() {
        stop_ = true;
        thread_.join();
    }

private:
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

/// Copies while a folder of the source, then one of the target, turns into a link and back: nothing outside is read or
/// written. What was wrong, or nothing.
inline std::string races_lead_nowhere(int rounds) {
    const Folders at;
    const auto outside = at.folder.path() / "outside";
    fs::create_directory(outside);
    write(outside / "f", "secret");
    const auto empty_target = [&] {
        std::error_code ignored;
        fs::remove_all(at.to, ignored);
        fs::create_directory(at.to);
    };
    fs::create_directory(at.from / "d");
    write(at.from / "d" / "f", "public");
    {
        const Swapper swapper(at.from / "d", outside);
        for (int round = 0; round < rounds; ++round) {
            empty_target();
            (void)sync(at.from, at.to);
            if (fs::exists(at.to / "d" / "f") && read(at.to / "d" / "f") != "public") return "it was read";
        }
    }
    empty_target();
    std::error_code ignored;
    fs::remove(at.from / "d", ignored); // the link, if it is that
    fs::remove_all(at.from / "d", ignored);
    fs::create_directory(at.from / "e");
    fs::create_directory(at.to / "e");
    {
        const Swapper swapper(at.to / "e", outside);
        for (int round = 0; round < rounds; ++round) {
            write(at.from / "e" / "f", "public " + std::to_string(round));
            (void)sync(at.from, at.to);
            if (read(outside / "f") != "secret") return "it was written";
        }
    }
    return std::distance(fs::directory_iterator(outside), fs::directory_iterator()) == 1 ? "" : "something was made";
}
