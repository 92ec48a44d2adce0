package dev.evertoken.testing;

import java.util.List;

/** Responses of many forms, none of which carries tokens. Stateless. */
final class BadResponses {

    private BadResponses() {}

    static List<MockResponse> all() {
        return List.of(
                MockResponse.html(200),
                MockResponse.html(403),
                MockResponse.empty(),
                MockResponse.status(204),
                MockResponse.status(500),
                MockResponse.html(502),
                MockResponse.json(200, "{"),
                MockResponse.json(200, "[]"),
                MockResponse.json(200, "null"),
                MockResponse.json(200, "\uFEFF{}"),
                MockResponse.json(200, "{\"access_token\":"),
                MockResponse.json(200, "{\"access_token\":{\"a\":NaN}}"),
                MockResponse.json(200, "[".repeat(100_000)),
                MockResponse.json(200, "{\"access_token\":\"line\\r\\nInjected: yes\",\"token_type\":\"Bearer\"}"),
                MockResponse.json(400, "{\"error\":{\"code\":17}}"),
                MockResponse.of(400, "application/json; charset=no-such-charset", "{\"error\":17}"));
    }
}
