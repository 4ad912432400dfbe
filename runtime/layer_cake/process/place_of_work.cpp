#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/core/file.hpp>
#include <layer_cake/home/home.hpp>
#include <layer_cake/home/python_role.hpp>
#include <layer_cake/process/place_of_work.hpp>
#include <mutex>
#include <unistd.h>

namespace layer_cake::process {
namespace {

namespace fs = std::filesystem;

struct Current {
    PlaceOfWork place;
    std::once_flag made;
    bool remove_tmp = false;
};
std::atomic<Current*> current{nullptr};

std::string variable(const char* name) {
    const auto* value = std::getenv(name);
    return value ? value : "";
}

/// The settings that came in the environment; taken out of it.
std::optional<std::string> settings_given() {
    const auto* settings = std::getenv("LAYER_CAKE_SETTINGS");
    if (!settings) return std::nullopt;
    std::string text = settings;
    ::unsetenv("LAYER_CAKE_SETTINGS");
    return text;
}

std::string absolute(const std::string& path) {
    return fs::absolute(path).lexically_normal().string();
}

Result<void> empty_folder(const std::string& path) {
    if (auto made = make_folder(path); !made) return made;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(path, error))
        if (auto removed = remove_tree(entry.path()); !removed) return removed;
    return ok();
}

/// The role as the home's definition has it.
Result<void> look_up(PlaceOfWork& place) {
    auto home = home::Home::open(place.home);
    if (!home) return fail(home.error().fault, fmt::format("home \"{}\": {}", place.home, home.error().detail));
    auto group = home->group();
    if (!group) return fail(home::to_error(group.error()));
    const auto* role = group->find(place.role);
    if (!role) return fail(Fault::missing, fmt::format("no role \"{}\" in \"{}\"", place.role, place.home));
    place.settings = codec::write_json(role->settings);
    place.is_python = home->python();
    return ok();
}

} // namespace

Result<PlaceOfWork> find_place(const StartOptions& options, const std::string& program, bool for_object) {
    PlaceOfWork place;
    place.role = options.role_name.value_or(program);
    if (for_object) {
        place.settings = settings_given();
        place.is_role = options.home_path && options.role_name;
        if (place.is_role) place.home = absolute(*options.home_path);
    } else if (options.home_path && options.role_name) {
        place.home = absolute(*options.home_path);
        auto found = look_up(place);
        // A process that another one has started for itself is a role only where the home says so.
        if (!found && (!options.child_process || found.error().fault != Fault::missing))
            return fail(std::move(found).error());
        place.is_role = found.has_value();
        place.takes_lock = !place.is_python || options.origin == Origin::start_child;
    } else if (auto settings = settings_given()) {
        place.settings = std::move(settings);
        place.home = variable("LAYER_CAKE_HOME");
        place.role = variable("LAYER_CAKE_ROLE");
        place.is_role = place.is_supervised = !place.home.empty() && !place.role.empty();
    }
    if (place.is_role) {
        place.resource = place.home + "/resource/" + program;
        place.model = place.role_folder() + "/model";
        place.tmp = place.role_folder() + "/tmp";
    } else {
        std::error_code error;
        place.model = fs::current_path(error).string();
    }
    if (options.resource_path) place.resource = absolute(*options.resource_path);
    if (options.model_path) place.model = absolute(*options.model_path);
    return place;
}

Result<std::optional<home::Lock>> take_role(const PlaceOfWork& place) {
    for (const auto& folder :
         {place.home + "/resource", place.resource, place.role_folder(), place.role_folder() + "/lock", place.model})
        if (auto made = make_folder(folder); !made) return fail(std::move(made).error());
    std::optional<home::Lock> lock;
    if (place.takes_lock) {
        // The library's command asks whether a role runs by taking its lock, and has it for a moment after a start.
        auto taken = home::Lock::take(place.role_folder() + "/lock/head",
                                      place.is_python ? std::chrono::seconds(3) : Duration::zero());
        if (!taken && taken.error().fault == Fault::busy)
            return fail(Fault::busy, fmt::format("role \"{}\" is running", place.role));
        if (!taken) return fail(std::move(taken).error());
        lock = std::move(*taken);
        if (place.is_python)
            if (auto noted = home::note_python_lock(place.role_folder(), ::getpid(), ::getppid()); !noted)
                return fail(std::move(noted).error());
    }
    if (auto emptied = empty_folder(place.tmp); !emptied) return fail(std::move(emptied).error());
    return lock;
}

namespace {

const PlaceOfWork& known() {
    static const PlaceOfWork none;
    const auto* at = current.load(std::memory_order_acquire);
    return at ? at->place : none;
}

} // namespace

const std::string& resource_path() {
    return known().resource;
}

const std::string& model_path() {
    return known().model;
}

const std::string& tmp_path() {
    auto* at = current.load(std::memory_order_acquire);
    if (at && !at->place.is_role)
        std::call_once(at->made, [&] {
            auto pattern = (fs::temp_directory_path() / "layer-cake-XXXXXX").string();
            if (!::mkdtemp(pattern.data())) return;
            at->place.tmp = pattern;
            at->remove_tmp = true;
        });
    return known().tmp;
}

CurrentPlace::CurrentPlace(const PlaceOfWork& place) {
    auto made = std::make_unique<Current>();
    made->place = place;
    current.store(made.release(), std::memory_order_release);
}

CurrentPlace::~CurrentPlace() {
    const std::unique_ptr<Current> ended(current.exchange(nullptr));
    if (ended->remove_tmp) (void)remove_tree(ended->place.tmp);
}

} // namespace layer_cake::process
