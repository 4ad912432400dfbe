#pragma once

/// An operator with one account with one user, as NATS's tools make them, for tests alone. They never expire.
namespace layer_cake::testing {

/// Rules for a server that knows nobody else.
inline constexpr auto operator_rules =
    "operator: eyJ0eXAiOiJKV1QiLCJhbGciOiJlZDI1NTE5LW5rZXkifQ.eyJqdGkiOiJvcCIsImlhdCI6MSwiaXNzIjoiT0NORVN"
    "aM0dJUFFYRUVDWUxIRzUyM0dVVENRSFdQN080NlpMVTY2NDdaUkVQVFFLTEY0NU42NFQiLCJuYW1lIjoib3AiLCJzdWIiOiJPQ05"
    "FU1ozR0lQUVhFRUNZTEhHNTIzR1VUQ1FIV1A3TzQ2WkxVNjY0N1pSRVBUUUtMRjQ1TjY0VCIsIm5hdHMiOnsidHlwZSI6Im9wZXJ"
    "hdG9yIiwidmVyc2lvbiI6Mn19.Og1EFjd_l1jO5yZ8nJ0GvN_4npbZRu4pWbZnmNsG2dKXSg6I-c7xAbQL09q7OHG_gX25gW2lXk"
    "sm3jckG_VsAQ\n"
    "resolver: MEMORY\n"
    "resolver_preload: { AB642FKDIUKBOUYYZDQJRKPJP6NMAII7S2T2Q2RGJM5HMVX7J65ECHFL: eyJ0eXAiOiJKV1QiLCJhbG"
    "ciOiJlZDI1NTE5LW5rZXkifQ.eyJqdGkiOiJzaG9wIiwiaWF0IjoxLCJpc3MiOiJPQ05FU1ozR0lQUVhFRUNZTEhHNTIzR1VUQ1F"
    "IV1A3TzQ2WkxVNjY0N1pSRVBUUUtMRjQ1TjY0VCIsIm5hbWUiOiJzaG9wIiwic3ViIjoiQUI2NDJGS0RJVUtCT1VZWVpEUUpSS1B"
    "KUDZOTUFJSTdTMlQyUTJSR0pNNUhNVlg3SjY1RUNIRkwiLCJuYXRzIjp7ImxpbWl0cyI6eyJzdWJzIjotMSwiZGF0YSI6LTEsInB"
    "heWxvYWQiOi0xLCJpbXBvcnRzIjotMSwiZXhwb3J0cyI6LTEsIndpbGRjYXJkcyI6dHJ1ZSwiY29ubiI6LTEsImxlYWYiOi0xfSw"
    "idHlwZSI6ImFjY291bnQiLCJ2ZXJzaW9uIjoyfX0.ZfFOqDxKfl6-rv_jpd0p_e59wtN2vPNFKQT8D8iQkowqmoPJ9VQYm1S430r"
    "DtARTp2Sp2o4sMrhbtR-2iHmJDQ }\n";

/// The user's .creds file.
inline constexpr auto user_credentials =
    "-----BEGIN NATS USER JWT-----\n"
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJlZDI1NTE5LW5rZXkifQ.eyJqdGkiOiJub3J0aCIsImlhdCI6MSwiaXNzIjoiQUI2NDJGS0RJV"
    "UtCT1VZWVpEUUpSS1BKUDZOTUFJSTdTMlQyUTJSR0pNNUhNVlg3SjY1RUNIRkwiLCJuYW1lIjoibm9ydGgiLCJzdWIiOiJVQ01TT"
    "VpNQ0U2TU9LTDVSWTYzQjJHRlU2V0VRNkM0TVA1TDRRTUI1VlhRN0hSMlFORUQ0WUlQNyIsIm5hdHMiOnsic3VicyI6LTEsImRhd"
    "GEiOi0xLCJwYXlsb2FkIjotMSwidHlwZSI6InVzZXIiLCJ2ZXJzaW9uIjoyfX0.aay1S2LtfmjOq9ao-mJbjZ5o83drihKU5rEDS"
    "9Ski4v8ixzvKXHzXtbaK-S_b4ZSauXxCTM94OHTD5Y2smEiDw\n"
    "------END NATS USER JWT------\n"
    "\n"
    "-----BEGIN USER NKEY SEED-----\n"
    "SUAPMB6CDCE7BO5TL5JX62TMZ3NIM5X4Q454FLWTQDTYLTHJK5NHMESF2Y\n"
    "------END USER NKEY SEED------\n";

} // namespace layer_cake::testing
