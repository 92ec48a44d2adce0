package dev.evertoken.spi.provider;

import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request to an API, as passed to a signer before it is sent. It may contain secrets, so its string representation
 * shows only method and host. Immutable.
 *
 * @param method the HTTP method as it is sent, such as {@code POST}
 * @param address the complete address exactly as it is sent, including the query
 * @param headers by name, ignoring case
 * @param form the body as it is sent, if it is {@code application/x-www-form-urlencoded} and the signer reads forms;
 *     empty for any other body and for no body
 */
public record ApiRequest(String method, URI address, Map<String, List<String>> headers, Optional<String> form) {

    public ApiRequest {
        TreeMap<String, List<String>> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, values) -> byName.put(name, List.copyOf(values)));
        headers = Collections.unmodifiableMap(byName);
    }

    @Override
    public String toString() {
        return "ApiRequest[" + method + " to " + address.getHost() + "]";
    }
}
