package dev.evertoken.spi.provider;

import dev.evertoken.model.Secret;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The parts of a signed request that replace the plain token. Immutable.
 *
 * <p>There is only one header, because HTTP clients remove {@code Authorization}, and no other header, when they follow
 * a redirect to another host. Query parameters are not carried over by a redirect.
 *
 * @param authorization the value of the {@code Authorization} header
 * @param query parameters to add to the address, not encoded; a parameter of the same name is replaced
 */
public record Signature(Secret authorization, Map<String, Secret> query) {

    public Signature {
        query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
    }

    /** Returns a signature that consists of the header only, which may be just the token. */
    public static Signature header(Secret authorization) {
        return new Signature(authorization, Map.of());
    }
}
