package dev.evertoken.spi.provider;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An HTTP answer as dialects read it; may hold secrets, so it never prints its body. Immutable.
 *
 * @param status HTTP status
 * @param headers by name, in any case
 * @param body the whole body of a token endpoint, or the bounded beginning of an API's
 * @param at when it arrived
 */
public record ProviderResponse(int status, Map<String, List<String>> headers, String body, Instant at) {

    public ProviderResponse {
        TreeMap<String, List<String>> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, values) -> byName.put(name, List.copyOf(values)));
        headers = java.util.Collections.unmodifiableMap(byName);
    }

    /** Returns the first value of a header, empty if it is absent. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name))
                .flatMap(values -> values.stream().findFirst());
    }

    @Override
    public String toString() {
        return "ProviderAnswer[" + status + ", " + body.length() + " characters]";
    }
}
