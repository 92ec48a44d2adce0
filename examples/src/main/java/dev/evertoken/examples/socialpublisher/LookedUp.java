package dev.evertoken.examples.socialpublisher;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A text about an account, for example the page on which it publishes. It is looked up once for each grant, so again
 * after the user has connected anew. Thread-safe.
 */
final class LookedUp {

    private final Tokens tokens;
    private final Lookup lookup;
    private final Map<TokenKey, Known> known = new ConcurrentHashMap<>();

    LookedUp(Tokens tokens, Lookup lookup) {
        this.tokens = tokens;
        this.lookup = lookup;
    }

    /** Looks up the text of an account. Implementations are thread-safe. */
    interface Lookup {
        String of(TokenKey key) throws IOException;
    }

    private record Known(String grant, String text) {}

    /** Returns the text of an account. */
    String of(TokenKey key) throws IOException {
        String grant = tokens.accessToken(key).grantId();
        Known text = known.get(key);
        if (text == null || !text.grant().equals(grant)) {
            text = new Known(grant, lookup.of(key));
            known.put(key, text);
        }
        return text.text();
    }
}
