#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <layer_cake/supervise/log_keeper.hpp>
#include <layer_cake/supervise/log_worker.hpp>
#include <map>

namespace layer_cake::supervise {

/// What belongs to the main thread. Tasks posted to it hold it weakly: none runs after the keeper is gone.
struct LogKeeper::Main {
    struct Entry {
        std::shared_ptr<LogCapture> capture;
        std::uint64_t watch = 0;
        std::function<void()> found;
    };

    Loop& loop;
    std::map<std::string, Entry, std::less<>> roles;
    std::map<std::uint64_t, std::function<void()>> flushes;
    std::uint64_t last_id = 0;
};

LogKeeper::LogKeeper(Loop& main) : main_(new Main{main, {}, {}, 0}), worker_(std::make_unique<LogWorker>()) {}

LogKeeper::~LogKeeper() {
    main_.reset();
    worker_.reset();
}

Result<LogKeeper::Outputs> LogKeeper::add_role(const std::string& name, const std::filesystem::path& folder,
                                               const home::LogRules& rules) {
    if (main_->roles.count(name))
        return fail(Fault::busy, fmt::format("the output of \"{}\" is captured already", name));
    auto capture = LogCapture::make(folder, rules);
    if (!capture) return fail(std::move(capture).error());
    main_->roles[name].capture = *capture;
    worker_->post([capture = *capture](LogWorker& worker) { worker.add(capture); });
    return Outputs{(*capture)->pipes[0].write.get(), (*capture)->pipes[1].write.get()};
}

LogCapture* LogKeeper::find(const std::string& name) const {
    const auto at = main_->roles.find(name);
    return at == main_->roles.end() ? nullptr : at->second.capture.get();
}

void LogKeeper::remove_role(const std::string& name) {
    const auto at = main_->roles.find(name);
    if (at == main_->roles.end()) return;
    worker_->post([capture = std::move(at->second.capture)](LogWorker& worker) { worker.remove(*capture); });
    main_->roles.erase(at);
}

void LogKeeper::update_rules(const std::string& name, const home::LogRules& rules) {
    if (auto* capture = find(name))
        worker_->post([capture, rules](LogWorker& worker) { worker.set_rules(*capture, rules); });
}

void LogKeeper::flush(const std::string& name, std::function<void()> done) {
    auto* const capture = find(name);
    const auto id = ++main_->last_id;
    main_->flushes[id] = std::move(done);
    worker_->post([capture, id, &loop = main_->loop, main = std::weak_ptr(main_)](LogWorker& worker) {
        if (capture) worker.drain(*capture);
        loop.post([id, main] {
            const auto alive = main.lock();
            if (!alive) return;
            auto waiting = alive->flushes.extract(id);
            if (waiting) waiting.mapped()();
        });
    });
}

Result<void> LogKeeper::watch(const std::string& name, std::string_view pattern, std::function<void()> found) {
    auto compiled = Pattern::compile(pattern);
    if (!compiled) return fail(std::move(compiled).error());
    const auto at = main_->roles.find(name);
    if (at == main_->roles.end()) return ok();
    const auto id = ++main_->last_id;
    at->second.watch = id;
    at->second.found = std::move(found);
    auto tell = [id, name, &loop = main_->loop, main = std::weak_ptr(main_)] {
        loop.post([id, name, main] {
            const auto alive = main.lock();
            if (!alive) return;
            const auto role = alive->roles.find(name);
            if (role == alive->roles.end() || role->second.watch != id) return;
            role->second.watch = 0;
            const auto call = std::exchange(role->second.found, nullptr);
            if (call) call();
        });
    };
    auto watch = std::make_shared<LineWatch>(std::move(*compiled), std::move(tell));
    worker_->post([capture = at->second.capture.get(), watch](LogWorker& worker) { worker.watch(*capture, watch); });
    return ok();
}

void LogKeeper::unwatch(const std::string& name) {
    const auto at = main_->roles.find(name);
    if (at == main_->roles.end() || !at->second.watch) return;
    at->second.watch = 0;
    at->second.found = nullptr;
    worker_->post([capture = at->second.capture.get()](LogWorker& worker) { worker.watch(*capture, nullptr); });
}

void LogKeeper::note(const std::string& name, std::string_view text) {
    if (auto* capture = find(name))
        worker_->post([capture, text = std::string(text)](LogWorker& worker) { worker.note(*capture, text); });
}

LogKeeper::Stats LogKeeper::stats(const std::string& name) const {
    const auto* capture = find(name);
    if (!capture) return {};
    return {capture->writer.dropped_lines(), capture->writer.dropped_bytes(),
            capture->paused.load(std::memory_order_relaxed)};
}

} // namespace layer_cake::supervise
