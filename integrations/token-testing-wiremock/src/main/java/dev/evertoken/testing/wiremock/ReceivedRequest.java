package dev.evertoken.testing.wiremock;

import com.github.tomakehurst.wiremock.http.HttpHeader;
import com.github.tomakehurst.wiremock.http.Request;
import dev.evertoken.testing.RawRequest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A request of WireMock in the form of the mock providers. Stateless. */
final class ReceivedRequest {

    private ReceivedRequest() {}

    static RawRequest of(Request request) {
        return new RawRequest(request.getMethod().getName(), request.getUrl(), headers(request), body(request));
    }

    private static Map<String, String> headers(Request request) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (HttpHeader header : request.getHeaders().all()) {
            List<String> values = header.values();
            headers.put(header.key(), values.isEmpty() ? "" : values.get(values.size() - 1));
        }
        return headers;
    }

    private static String body(Request request) {
        byte[] body = request.getBody();
        return body == null ? "" : new String(body, StandardCharsets.UTF_8);
    }
}
