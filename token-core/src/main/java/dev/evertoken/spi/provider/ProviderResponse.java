package dev.evertoken.spi.provider;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An HTTP response as passed to dialects. It may contain secrets, so its string representation never shows the body.
 * Immutable.
 *
 * @param status the HTTP status
 * @param headers by name, ignoring case
 * @param body the whole body of a token endpoint's response, or the beginning of an API's, up to a limit
 * @param at when the response arrived
 */
public record ProviderResponse(int status, Map<String, List<String>> headers, String body, Instant at) {

    public ProviderResponse {
        TreeMap<String, List<String>> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Map.Entry<String, List<String>> header : headers.entrySet()) {
            byName.put(header.getKey(), List.copyOf(header.getValue()));
        }
        headers = java.util.Collections.unmodifiableMap(byName);
    }

    /** Returns the first value of a header; empty if it is absent. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name))
                .flatMap(values -> values.stream().findFirst());
    }

    @Override
    public String toString() {
        return "ProviderResponse[" + status + ", " + body.length() + " characters]";
    }
}
