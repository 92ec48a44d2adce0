package dev.evertoken.spi.provider;

import dev.evertoken.model.Secret;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The parts of a signed request that replace the plain token. Immutable.
 *
 * <p>There is only one header. HTTP clients remove {@code Authorization}, and no other header, when they follow a
 * redirect to another host; the wrappers of this library take care of a header with another name. Query parameters are
 * not carried over by a redirect.
 *
 * @param authorization the value of the header
 * @param query parameters to add to the address, not encoded; a parameter of the same name is replaced
 * @param headerName the name of the header, {@code Authorization} unless the API expects another one
 */
public record Signature(Secret authorization, Map<String, Secret> query, String headerName) {

    /** The usual name of the header. */
    public static final String AUTHORIZATION = "Authorization";

    public Signature {
        query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
    }

    /** Creates a signature in the {@code Authorization} header. */
    public Signature(Secret authorization, Map<String, Secret> query) {
        this(authorization, query, AUTHORIZATION);
    }

    /** Returns a signature that consists of the {@code Authorization} header only, which may be just the token. */
    public static Signature header(Secret authorization) {
        return new Signature(authorization, Map.of());
    }

    /** Returns a signature that consists of another header only. */
    public static Signature header(String name, Secret value) {
        return new Signature(value, Map.of(), name);
    }

    /** Returns whether the header is {@code Authorization}. */
    public boolean isAuthorization() {
        return headerName.equalsIgnoreCase(AUTHORIZATION);
    }
}
