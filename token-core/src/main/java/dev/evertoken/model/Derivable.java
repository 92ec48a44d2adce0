package dev.evertoken.model;

import dev.evertoken.spi.store.TokenRecord;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Something whose token comes from another account's live one, as a page from its administrator's. Immutable.
 *
 * @param id what the provider calls it; the {@link TokenRecord#subject()} of the account that it becomes
 * @param name what people call it, where told
 * @param details what else is told, under the provider's names; nothing secret
 * @param isTokenAvailable false if the provider names it but gives no token for it now, because the person lacks the rights
 */
public record Derivable(String id, Optional<String> name, Map<String, String> details, boolean isTokenAvailable) {

    public Derivable {
        Identifiers.require("id", id, TokenKey.MAX_LENGTH);
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }
}
