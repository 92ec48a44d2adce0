package dev.evertoken.internal.refresh;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.HeldTokens;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A parent's token on its way into one flight of an account that lives off it. Used by one thread at a time. */
final class ParentToken {

    private @Nullable TokenKey from;
    private @Nullable AccessToken token;
    private @Nullable TokenException failure;
    private @Nullable HeldTokens held;
    private boolean replaced;

    /** Notes that the parent's cycle has brought a token. */
    void arrived(TokenKey parent, AccessToken usable) {
        from = parent;
        token = usable;
        failure = null;
    }

    /** Notes that the parent's cycle has brought none. */
    void failed(TokenKey parent, TokenException why) {
        from = parent;
        token = null;
        failure = why;
    }

    /** Returns why the parent has no token, empty if it has one or was not asked. */
    Optional<TokenException> failure(TokenKey parent) {
        return parent.equals(from) ? Optional.ofNullable(failure) : Optional.empty();
    }

    /** Returns the parent's token, empty if that very parent was not asked yet. */
    Optional<AccessToken> of(TokenKey parent) {
        return parent.equals(from) ? Optional.ofNullable(token) : Optional.empty();
    }

    /** Keeps what the provider is to be asked with. */
    void hold(HeldTokens tokens) {
        held = tokens;
    }

    Optional<HeldTokens> held() {
        return Optional.ofNullable(held);
    }

    /** Returns what to ask for when the provider does not accept the token; empty if that has happened before. */
    Optional<ParentTokenRequired> rejected() {
        if (replaced || from == null) {
            return Optional.empty();
        }
        replaced = true;
        return Optional.of(new ParentTokenRequired(from, Optional.ofNullable(token)));
    }
}
