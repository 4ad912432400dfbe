#pragma once

#include <memory>
#include <uv.h>

namespace layer_cake {

/// Owns one libuv handle.
///
/// libuv may still touch a handle until its close callback has run, so the
/// memory is released there and not in the destructor. The loop must turn at
/// least once more after the last UvHandle is gone; `Loop` does that itself.
template <class H>
class UvHandle {
public:
    UvHandle() : handle_(new H{}) {}

    H* get() const { return handle_.get(); }
    uv_handle_t* base() const { return reinterpret_cast<uv_handle_t*>(handle_.get()); }
    H* operator->() const { return handle_.get(); }
    explicit operator bool() const { return handle_ != nullptr; }
    void reset() { handle_.reset(); }

private:
    struct Close {
        void operator()(H* handle) const noexcept {
            auto* base = reinterpret_cast<uv_handle_t*>(handle);
            if (base->type == UV_UNKNOWN_HANDLE) { // never initialised
                delete handle;
                return;
            }
            uv_close(base, [](uv_handle_t* closed) { delete reinterpret_cast<H*>(closed); });
        }
    };
    std::unique_ptr<H, Close> handle_;
};

} // namespace layer_cake
