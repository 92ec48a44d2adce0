package dev.evertoken.internal.account;

import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.refresh.EngineContext;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.Validation;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.Validator;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Returns the current tokens of an account, and validates them with the provider. Thread-safe. */
public final class StoredTokens {

    private static final Logger log = LoggerFactory.getLogger(StoredTokens.class);

    /** A record and its decrypted tokens. */
    record Holding(TokenRecord record, HeldTokens tokens) {}

    private final EngineContext context;

    public StoredTokens(EngineContext context) {
        this.context = context;
    }

    /**
     * Returns the newest tokens of an account; refreshes nothing.
     *
     * @throws TokenException if there are no tokens, if they belong to another application, or if they cannot be read
     */
    Holding of(TokenKey key, RegisteredClient registered) {
        context.pendingWrites().settleFirst(key);
        TokenRecord record = load(key);
        context.mapper().ownership().foreign(record, registered.client()).ifPresent(foreign -> {
            throw context.exceptions().about(key, foreign);
        });
        HeldTokens tokens = new HeldTokens(
                key,
                registered.client(),
                context.mapper().tokens(record),
                context.settings().callDeadline(),
                context.time());
        return new Holding(record, tokens);
    }

    private TokenRecord load(TokenKey key) {
        try {
            return context.store()
                    .load(key)
                    .orElseThrow(() -> context.exceptions().notConnected(key));
        } catch (UnreadableRecordException e) {
            throw context.exceptions().unreadable(key, e);
        }
    }

    public Validation validate(TokenKey key, RegisteredClient registered) {
        Validator validator = registered
                .provider()
                .validator()
                .orElseThrow(() -> context.exceptions()
                        .problem(
                                key,
                                Problem.NOT_SUPPORTED,
                                "provider " + registered.provider().id() + " cannot validate tokens"));
        HeldTokens held = of(key, registered).tokens();
        try {
            return validator.validate(held);
        } catch (RuntimeException e) {
            log.warn("{}: the validator failed", key, e);
            return Validation.failed(
                    Validation.Verdict.UNKNOWN,
                    Problem.INTERNAL,
                    "the validator failed with " + e.getClass().getName());
        }
    }
}
