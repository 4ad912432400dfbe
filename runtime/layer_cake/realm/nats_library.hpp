#pragma once

#include <layer_cake/core/result.hpp>
#include <nats/nats.h>

// clang-format off
#define LAYER_CAKE_NATS(X) \
    X(natsConnection_Close) X(natsConnection_Connect) X(natsConnection_Destroy) X(natsConnection_FlushTimeout) \
    X(natsConnection_GetLastError) X(natsConnection_GetMaxPayload) X(natsConnection_Publish) \
    X(natsConnection_PublishMsg) X(natsConnection_PublishRequest) X(natsConnection_QueueSubscribe) \
    X(natsConnection_Subscribe) X(natsMsgHeader_Set) X(natsMsg_Create) X(natsMsg_Destroy) X(natsMsg_GetData) \
    X(natsMsg_GetDataLength) X(natsMsg_GetReply) X(natsMsg_GetSubject) X(natsOptions_Create) \
    X(natsOptions_Destroy) X(natsOptions_LoadCATrustedCertificates) X(natsOptions_LoadCertificatesChain) \
    X(natsOptions_SetAllowReconnect) X(natsOptions_SetClosedCB) X(natsOptions_SetErrorHandler) \
    X(natsOptions_SetIOBufSize) X(natsOptions_SetIgnoreDiscoveredServers) X(natsOptions_SetMaxPendingMsgs) \
    X(natsOptions_SetMaxPingsOut) X(natsOptions_SetNKeyFromSeed) X(natsOptions_SetName) X(natsOptions_SetNoEcho) \
    X(natsOptions_SetPingInterval) X(natsOptions_SetSecure) X(natsOptions_SetSendAsap) X(natsOptions_SetTimeout) \
    X(natsOptions_SetToken) X(natsOptions_SetURL) X(natsOptions_SetUserCredentialsFromFiles) \
    X(natsOptions_SetUserInfo) X(natsOptions_SetWriteDeadline) X(natsOptions_UseGlobalMessageDelivery) \
    X(natsStatus_GetText) X(natsSubscription_Destroy) X(natsSubscription_GetDropped) \
    X(natsSubscription_SetPendingLimits) X(natsSubscription_Unsubscribe) X(nats_GetLastError) X(nats_Open) X(nats_ReleaseThreadMemory) \
    X(nats_SetMessageDeliveryPoolSize)
// clang-format on

namespace layer_cake::realm {

/// The functions of libnats that are called here, by their names.
///
/// The library is loaded when the first connection is made: it brings OpenSSL, and every command would have to load and
/// relocate that, 1.5 ms and 0.6 MiB.
struct NatsFunctions {
#define LAYER_CAKE_NATS_POINTER(name) decltype(&::name) name = nullptr;
    LAYER_CAKE_NATS(LAYER_CAKE_NATS_POINTER)
#undef LAYER_CAKE_NATS_POINTER
};

/// Any thread, as often as one likes; what is loaded stays. Fails with `missing` when libnats is not installed, with
/// `invalid` when it is another one than this program was made with.
Result<void> load_nats();

/// After load_nats().
const NatsFunctions& nats();

} // namespace layer_cake::realm
