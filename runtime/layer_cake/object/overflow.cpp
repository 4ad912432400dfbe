#include <charconv>
#include <csignal>
#include <cstring>
#include <layer_cake/object/overflow.hpp>
#include <layer_cake/object/shard.hpp>
#include <new>
#include <unistd.h>

namespace layer_cake::object {
namespace {

constexpr std::size_t alternate_size = 16 << 10;
int report_to = -1;
struct sigaction before {};

/// A line that a handler of signals may build.
class Line {
public:
    Line& operator<<(std::string_view text) {
        const auto size = std::min(text.size(), sizeof text_ - size_);
        std::memcpy(text_ + size_, text.data(), size);
        size_ += size;
        return *this;
    }
    Line& number(std::uint64_t value, int base, std::size_t width = 0) {
        char digits[24];
        const auto end = std::to_chars(digits, digits + sizeof digits, value, base).ptr;
        for (auto size = static_cast<std::size_t>(end - digits); size < width; ++size)
            *this << "0";
        return *this << std::string_view(digits, static_cast<std::size_t>(end - digits));
    }
    void write(int fd) const { (void)!::write(fd, text_, size_); }

private:
    char text_[256];
    std::size_t size_ = 0;
};

void on_fault(int, siginfo_t* info, void*) {
    const auto* fiber = Fiber::running();
    if (fiber && fiber->stack().guards(info->si_addr)) {
        Line line;
        line << "object ";
        const auto* shard = Shard::current();
        if (const auto* profile = shard ? shard->running().profile.load(std::memory_order_relaxed) : nullptr)
            line << profile->name << " <";
        if (shard)
            line.number(static_cast<std::uint64_t>(shard->running().id.load(std::memory_order_relaxed)), 16, 8) << ">";
        line << ": its stack of ";
        line.number(fiber->stack().size, 10) << " bytes is too small\n";
        line.write(report_to);
    }
    ::sigaction(SIGSEGV, &before, nullptr); // the same instruction faults again, as it would have without this
}

} // namespace

void report_stack_overflows(int fd) {
    report_to = fd;
    struct sigaction action {};
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(SIGSEGV, &action, &before);
}

AlternateStack::AlternateStack() : memory_(::operator new(alternate_size)) {
    stack_t stack{};
    stack_t old{};
    if (::sigaltstack(nullptr, &old) == 0 && !(old.ss_flags & SS_DISABLE)) { // somebody else's, a sanitizer's
        ::operator delete(memory_);
        memory_ = nullptr;
        return;
    }
    stack.ss_sp = memory_;
    stack.ss_size = alternate_size;
    ::sigaltstack(&stack, nullptr);
}

AlternateStack::~AlternateStack() {
    if (!memory_) return;
    stack_t none{};
    none.ss_flags = SS_DISABLE;
    ::sigaltstack(&none, nullptr);
    ::operator delete(memory_);
}

} // namespace layer_cake::object
