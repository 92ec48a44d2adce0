package dev.evertoken.model;

import dev.evertoken.spi.store.TokenRecord;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A resource whose token is derived from a valid token of another account, such as a page from the token of its
 * administrator. Immutable.
 *
 * @param id the provider's id of the resource; the {@link TokenRecord#subject()} of an account connected from it
 * @param name the display name, if the provider reports one
 * @param details further properties under the provider's names; never a secret
 * @param isTokenAvailable false if the provider lists the resource but issues no token for it now, because the user
 *     lacks the rights
 */
public record Derivable(String id, Optional<String> name, Map<String, String> details, boolean isTokenAvailable) {

    public Derivable {
        Identifiers.require("id", id, TokenKey.MAX_LENGTH);
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }
}
