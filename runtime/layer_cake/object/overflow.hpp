#pragma once

namespace layer_cake::object {

/// From now on a function whose stack overflows is named before the process dies of it, in one line on that
/// descriptor: `object worker <0000000c>: its stack of 65536 bytes is too small`. Any other fault is as before. Once in
/// a program, before its threads; the descriptor stays open.
///
/// A thread can only tell when it has an AlternateStack: those of a runtime do.
void report_stack_overflows(int fd);

/// Room for this thread's handlers of faults, while it exists: on a stack that is full none could run.
class AlternateStack {
public:
    AlternateStack();
    ~AlternateStack();
    AlternateStack(const AlternateStack&) = delete;
    AlternateStack& operator=(const AlternateStack&) = delete;

private:
    void* memory_;
};

} // namespace layer_cake::object
