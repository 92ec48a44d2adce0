package dev.evertoken.spi.provider;

import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request to an API as it is about to be sent; a signer reads it. May hold secrets, so it prints method and host
 * only. Immutable.
 *
 * @param method as it is sent: {@code POST}
 * @param address complete and exactly as it is sent, the query included
 * @param headers by name, in any case
 * @param form the body as it is sent, if it is {@code application/x-www-form-urlencoded} and the signer reads forms;
 *     empty for any other body and for none
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
