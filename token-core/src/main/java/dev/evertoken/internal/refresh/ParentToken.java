package dev.evertoken.internal.refresh;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.HeldTokens;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The token of a parent account, for one flight of an account that is derived from it. The parent's own cycle supplies
 * the token or the reason why there is none. Used by one thread at a time.
 */
final class ParentToken {

    private final BiFunction<TokenKey, TokenRequirement, CompletableFuture<AccessToken>> cycles;
    private @Nullable TokenKey from;
    private @Nullable AccessToken token;
    private @Nullable TokenException failure;
    private @Nullable HeldTokens held;
    private boolean replaced;

    /** @param cycles starts or joins the cycle of an account; its future fails with a {@link TokenException} only */
    ParentToken(BiFunction<TokenKey, TokenRequirement, CompletableFuture<AccessToken>> cycles) {
        this.cycles = cycles;
    }

    /** Returns why the parent has no token; empty if it has one or was not asked. */
    Optional<TokenException> failure(TokenKey parent) {
        return parent.equals(from) ? Optional.ofNullable(failure) : Optional.empty();
    }

    /** Returns the parent's token; empty if the parent was not asked or has none. */
    Optional<AccessToken> of(TokenKey parent) {
        return parent.equals(from) ? Optional.ofNullable(token) : Optional.empty();
    }

    /** Requests the parent's token; the future completes normally when the result is recorded here. */
    CompletableFuture<?> request(TokenKey parent) {
        return request(parent, TokenRequirement.usable());
    }

    /** Requests another token after the provider refused this one; empty if that has happened before. */
    Optional<CompletableFuture<?>> replace() {
        if (replaced || from == null) {
            return Optional.empty();
        }
        replaced = true;
        return Optional.of(
                request(from, token == null ? TokenRequirement.usable() : TokenRequirement.insteadOf(token)));
    }

    private CompletableFuture<?> request(TokenKey parent, TokenRequirement requirement) {
        return cycles.apply(parent, requirement).handle((usable, why) -> {
            from = parent;
            token = why == null ? usable : null;
            failure = (TokenException) (why instanceof CompletionException wrapper ? wrapper.getCause() : why);
            return parent;
        });
    }

    /** Keeps the tokens for the request to the provider. */
    void hold(HeldTokens tokens) {
        held = tokens;
    }

    Optional<HeldTokens> held() {
        return Optional.ofNullable(held);
    }
}
