#pragma once

/// LAYER_CAKE_ADDRESS_SANITIZER, LAYER_CAKE_THREAD_SANITIZER and, for either, LAYER_CAKE_SANITIZER: what this is
/// compiled with, whichever compiler it is.
#if defined(__SANITIZE_ADDRESS__)
#define LAYER_CAKE_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LAYER_CAKE_ADDRESS_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define LAYER_CAKE_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define LAYER_CAKE_THREAD_SANITIZER 1
#endif
#endif
#if defined(LAYER_CAKE_ADDRESS_SANITIZER) || defined(LAYER_CAKE_THREAD_SANITIZER)
#define LAYER_CAKE_SANITIZER 1
#endif
