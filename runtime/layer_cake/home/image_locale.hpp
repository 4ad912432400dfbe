#pragma once

#include <clocale>
#include <locale.h>

namespace layer_cake::home {

/// Lets libarchive take names for UTF-8 whatever the user's language is, on this thread and for as long as it lives.
class Utf8Locale {
public:
    Utf8Locale() : ours_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)) {
        if (ours_) before_ = ::uselocale(ours_);
    }
    Utf8Locale(const Utf8Locale&) = delete;
    Utf8Locale& operator=(const Utf8Locale&) = delete;
    ~Utf8Locale() {
        if (!ours_) return;
        ::uselocale(before_);
        ::freelocale(ours_);
    }

private:
    locale_t ours_, before_{};
};

} // namespace layer_cake::home
