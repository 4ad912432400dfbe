#include <csignal>
#include <cstdio>
#include <filesystem>
#include <layer_cake/layer_cake.hpp>
#include <unistd.h>

namespace lc = layer_cake;
using namespace std::chrono_literals;

// A program whose objects run in processes of their own: what happens to them, by scenarios.

struct Settings {
    std::string scenario = "ask";
    int count = 3;
    std::string program;
    lc::Duration patience = 5s;
};
LAYER_CAKE_MESSAGE(Settings, scenario, count, program, patience)

struct Add {
    int a = 0;
    int b = 0;
};
LAYER_CAKE_MESSAGE(Add, a, b)

struct Sum {
    int of = 0;
    std::int64_t pid = 0;
};
LAYER_CAKE_MESSAGE(Sum, of, pid)

struct Text {
    std::string text;
};
LAYER_CAKE_MESSAGE(Text, text)

struct Die {
    int signal = 9;
};
LAYER_CAKE_MESSAGE(Die, signal)

enum class Colour { red, green };
LAYER_CAKE_ENUM(Colour, red, green)

// Adds, echoes, dies when told, and ends with what it was made with.
lc::Any worker(lc::Self& self, std::string name) {
    for (;;) {
        auto m = self.input();
        if (auto* add = m.get<Add>())
            self.reply(Sum{add->a + add->b, ::getpid()});
        else if (m.is<Text>())
            self.reply(std::move(m));
        else if (auto* die = m.get<Die>())
            ::raise(die->signal);
        else if (m.is<lc::Pause>())
            self.delay(1h); // no answer
        else if (m.is<lc::Stop>())
            return name;
    }
}
LAYER_CAKE_OBJECT(worker, lc::accepts<Add, Text>)

// Many types of arguments, told again.
std::string arguments(lc::Self&, bool flag, int number, double fraction, std::string text, lc::Duration span,
                      Colour colour, std::vector<Add> list, std::map<std::string, std::int64_t> map,
                      std::optional<Add> some, std::optional<Add> none, lc::Block block, lc::Any any) {
    return std::string(flag ? "true " : "false ") + std::to_string(number) + " " + std::to_string(fraction) + " " +
           text + " " + std::to_string(span.count()) + " " + (colour == Colour::green ? "green" : "red") + " " +
           std::to_string(list.size()) + std::to_string(list.at(1).b) + " " + std::to_string(map.at("x")) + " " +
           std::to_string(some->a) + " " + (none ? "some" : "none") + " " + std::to_string(block.size()) + " " +
           any.signature();
}
LAYER_CAKE_OBJECT(arguments)

std::string printer(lc::Self&) {
    std::puts("junk on stdout");
    return "value";
}
LAYER_CAKE_OBJECT(printer)

void stuck(lc::Self& self) {
    self.console("busy");
    for (volatile bool forever = true; forever;) {
    }
}
LAYER_CAKE_OBJECT(stuck)

int throws(lc::Self&) {
    throw std::runtime_error("broken");
}
LAYER_CAKE_OBJECT(throws)

// Has a child of its own in another process, whose pid it tells.
lc::Any parent(lc::Self& self) {
    const auto child = self.create(lc::own_process(), worker, "grandchild");
    for (;;) {
        auto m = self.input();
        if (m.is<Add>())
            self.forward(std::move(m), child);
        else if (m.is<lc::Stop>())
            return lc::Aborted{};
    }
}
LAYER_CAKE_OBJECT(parent)

struct Counter {
    using accepts = lc::accepts<Add, lc::Enquiry>;
    int sum = 0;
    void on(lc::Object&, const Add& add) { sum += add.a + add.b; }
    Sum on(lc::Object&, lc::Enquiry) { return {sum, ::getpid()}; }
};

// Speaks to its parent first.
lc::Any caller(lc::Self& self) {
    return self.ask(Add{20, 22}, self.parent(), 5s);
}
LAYER_CAKE_OBJECT(caller)

// Is found by a name, and finds another by one, as it tells its parent; ends with what that other has said. It does not
// wait for the answer alone: the other may be asking, too.
lc::Any neighbour(lc::Self& self, std::string name, std::string other, lc::Scope scope) {
    lc::publish(self, name, scope);
    lc::subscribe(self, other, scope);
    lc::Any said;
    for (;;) {
        auto m = self.input();
        if (auto* add = m.get<Add>())
            self.reply(Sum{add->a + add->b, ::getpid()});
        else if (auto* found = m.get<lc::Available>())
            self.send(Add{20, 22}, found->publisher_address);
        else if (m.is<Sum>()) {
            said = std::move(m);
            self.send(Text{"found"}, self.parent());
        } else if (m.is<lc::Stop>())
            return said;
    }
}
LAYER_CAKE_OBJECT(neighbour)

lc::Faulted wrong(std::string condition, std::string explanation = "") {
    return {std::move(condition), std::move(explanation), {}, {}};
}

lc::Any returned(lc::Self& self) {
    auto m = self.select<lc::Returned>();
    auto* ended = m.get<lc::Returned>();
    return ended ? std::move(ended->message) : std::move(m);
}

std::size_t descriptors() {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& one : std::filesystem::directory_iterator("/proc/self/fd"))
        ++count;
    return count;
}

lc::Any stopped(lc::Self& self, const lc::Address& child) {
    self.send(lc::Stop{}, child);
    return returned(self);
}

lc::Any family(lc::Self& self, Settings settings) {
    const auto& wanted = settings.scenario;
    const auto place = lc::own_process().with_patience(settings.patience);
    if (wanted == "ask") {
        const auto child = self.create(place, worker, "joe");
        auto sum = self.ask<Sum>(Add{1, 2}, child, 10s);
        if (!sum) return sum.release();
        if (sum->of != 3 || sum->pid == ::getpid()) return wrong("wrong sum");
        return stopped(self, child);
    }
    if (wanted == "arguments") {
        self.create(place, arguments, true, 7, 1.5, "text", 3s, Colour::green, std::vector<Add>{{1, 2}, {3, 4}},
                    std::map<std::string, std::int64_t>{{"x", 9}}, Add{5, 6}, std::nullopt, lc::Block(4), Sum{1, 2});
        return returned(self);
    }
    if (wanted == "printer") {
        self.create(place, printer);
        return returned(self);
    }
    if (wanted == "throws") {
        self.create(place, throws);
        return returned(self);
    }
    if (wanted == "stuck") {
        const auto child = self.create(place, stuck);
        self.delay(200ms);
        return stopped(self, child);
    }
    if (wanted == "die" || wanted == "die-early") {
        const auto child = self.create(place, worker, "joe");
        if (wanted == "die" && !self.ask<Sum>(Add{1, 2}, child, 10s)) return wrong("no first answer");
        self.send(Die{}, child);
        auto answers = lc::Concurrently(self).ask(Add{1, 2}, child).ask(Add{3, 4}, child).wait(10s);
        for (const auto& answer : answers)
            if (!lc::as_fault(answer) || answer.is<lc::TimedOut>()) return wrong("an answer from the dead");
        return returned(self);
    }
    if (wanted == "machine") {
        const auto child = self.create<Counter>(place, 40);
        self.send(Add{1, 1}, child);
        return self.ask(lc::Enquiry{}, child, 10s);
    }
    if (wanted == "parent") {
        self.create(place, caller);
        auto m = self.select<Add>();
        self.reply(Sum{m.get<Add>()->a + m.get<Add>()->b, 1});
        return returned(self);
    }
    if (wanted == "names") {
        lc::publish(self, "parent", lc::Scope::PROCESS);
        lc::subscribe(self, "ch.*", lc::Scope::PROCESS);
        const auto child = self.create(place, neighbour, "child", "parent", lc::Scope::PROCESS);
        for (bool has_asked = false, has_answered = false; !has_asked || !has_answered;) {
            auto m = self.input(10s);
            if (auto* add = m.get<Add>()) {
                self.reply(Sum{add->a + add->b, 1});
                has_asked = true;
            } else if (auto* found = m.get<lc::Available>()) {
                auto sum = self.ask<Sum>(Add{1, 2}, found->publisher_address, 5s);
                has_answered = sum && sum->pid != ::getpid();
            } else if (m.is<lc::TimedOut>()) {
                return m;
            }
        }
        return stopped(self, child);
    }
    if (wanted == "siblings") {
        const auto first = self.create(place, neighbour, "first", "second", lc::Scope::GROUP);
        const auto second = self.create(place, neighbour, "second", "first", lc::Scope::GROUP);
        for (int found = 0; found < 2; ++found)
            if (!self.select<Text>(10s).is<Text>()) return wrong("not found");
        (void)stopped(self, first);
        return stopped(self, second);
    }
    if (wanted == "grandchild") {
        const auto child = self.create(place, parent);
        const auto sum = self.ask<Sum>(Add{1, 2}, child, 10s);
        return stopped(self, child);
    }
    if (wanted == "wait" || wanted == "wait-grandchild") { // to be killed from outside
        const auto child = wanted == "wait" ? self.create(place, worker, "joe") : self.create(place, parent);
        auto sum = self.ask<Sum>(Add{1, 2}, child, 10s);
        if (!sum) return sum.release();
        self.console("up", {{"pid", sum->pid}});
        return self.input();
    }
    if (wanted == "many") {
        std::size_t before = 0;
        for (int round = 0; round <= settings.count; ++round) {
            if (round == 1) before = descriptors(); // what the first of them made is kept for the next
            std::vector<lc::Address> children;
            for (int i = 0; i < 10; ++i)
                children.push_back(self.create(place, worker, "joe"));
            for (const auto& child : children)
                if (!self.ask<Sum>(Add{1, 2}, child, 10s)) return wrong("no answer");
            for (const auto& child : children)
                self.send(lc::Stop{}, child);
            for (std::size_t i = 0; i < children.size(); ++i)
                (void)returned(self);
        }
        const auto after = descriptors();
        if (after > before) return wrong("descriptors leak", std::to_string(after - before));
        return static_cast<std::int64_t>(self.working());
    }
    if (wanted == "large") {
        const auto child = self.create(place, worker, "joe");
        auto echo = self.ask<Text>(Text{std::string(1'000'000, 'x')}, child, 10s);
        if (!echo || echo->text.size() != 1'000'000) return wrong("no large echo");
        auto refused = self.ask(Text{std::string(2'000'000, 'x')}, child, 10s);
        if (!lc::as_fault(refused) || refused.is<lc::TimedOut>()) return wrong("too large a message was taken");
        if (!self.ask<Sum>(Add{1, 2}, child, 10s)) return wrong("it went with the large message");
        return stopped(self, child);
    }
    if (wanted == "large-argument") {
        self.create(place, worker, std::string(2'000'000, 'x'));
        return returned(self);
    }
    if (wanted == "deadline") {
        const auto child = self.create(place, worker, "joe");
        return self.ask(lc::Pause{}, child, 50ms);
    }
    if (wanted == "program") {
        self.create(lc::program(settings.program).with_patience(settings.patience), Settings{"settings", 3, "", 5s});
        return returned(self);
    }
    if (wanted == "bare-program" || wanted == "stop-program") {
        const auto child = self.create(lc::program(settings.program).with_patience(settings.patience));
        return wanted == "stop-program" ? stopped(self, child) : returned(self);
    }
    if (wanted == "settings") return std::string("settings came");
    return wrong("no such scenario", wanted);
}
LAYER_CAKE_OBJECT(family)

int main(int argc, char** argv) {
    return lc::run(family, argc, argv);
}
