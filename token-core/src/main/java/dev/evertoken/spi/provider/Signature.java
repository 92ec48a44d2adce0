package dev.evertoken.spi.provider;

import dev.evertoken.model.Secret;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a signed request carries in the place of the plain token. Immutable.
 *
 * <p>There is one header only, because HTTP clients drop that one, and no other, when they are redirected to another
 * host. Parameters of the query do not come along with any redirect.
 *
 * @param authorization the value of the {@code Authorization} header
 * @param query parameters that are added to the address, not encoded; one that is there already is replaced
 */
public record Signature(Secret authorization, Map<String, Secret> query) {

    public Signature {
        query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
    }

    /** Returns a signature that is all in the header, or no more than the token. */
    public static Signature header(Secret authorization) {
        return new Signature(authorization, Map.of());
    }
}
