package dev.evertoken.internal.account;

import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.refresh.PendingWrites;
import dev.evertoken.internal.refresh.TokenChecks;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.Validation;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.Validator;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** Returns the current tokens of an account, and validates them with the provider. Thread-safe. */
public final class StoredTokens {

    private static final Validation WITHOUT_ACCESS_TOKEN = new Validation(
            Validation.Verdict.UNKNOWN,
            Optional.empty(),
            "the account has no access token yet; its first use obtains one with the refresh token",
            Optional.empty(),
            Set.of(),
            Optional.empty());

    /** A record and its decrypted tokens. */
    record Holding(TokenRecord record, HeldTokens tokens) {}

    private final MonitoredStore store;
    private final RecordMapper mapper;
    private final PendingWrites pendingWrites;
    private final TokenExceptions exceptions;
    private final Timekeeper time;
    private final Duration callDeadline;
    private final BiConsumer<TokenRecord, Validation> accepted;

    /** @param accepted called if the provider accepts the token of a record */
    public StoredTokens(
            MonitoredStore store,
            RecordMapper mapper,
            PendingWrites pendingWrites,
            TokenExceptions exceptions,
            Timekeeper time,
            Duration callDeadline,
            BiConsumer<TokenRecord, Validation> accepted) {
        this.store = store;
        this.mapper = mapper;
        this.pendingWrites = pendingWrites;
        this.exceptions = exceptions;
        this.time = time;
        this.callDeadline = callDeadline;
        this.accepted = accepted;
    }

    /**
     * Returns the newest tokens of an account; refreshes nothing.
     *
     * @throws TokenException if there are no tokens, if they belong to another application, or if they cannot be read
     */
    Holding of(TokenKey key, RegisteredClient registered) {
        pendingWrites.settleFirst(key);
        TokenRecord record = load(key);
        mapper.ownership().foreign(record, registered.client()).ifPresent(foreign -> {
            throw exceptions.about(key, foreign);
        });
        HeldTokens tokens = new HeldTokens(key, registered.client(), mapper.tokens(record), callDeadline, time);
        return new Holding(record, tokens);
    }

    private TokenRecord load(TokenKey key) {
        try {
            return store.load(key).orElseThrow(() -> exceptions.notConnected(key, store.absence(key)));
        } catch (UnreadableRecordException e) {
            throw exceptions.unreadable(key, e);
        }
    }

    public Validation validate(TokenKey key, RegisteredClient registered) {
        Validator validator = registered
                .provider()
                .validator()
                .orElseThrow(() -> exceptions.problem(
                        key,
                        Problem.NOT_SUPPORTED,
                        "provider " + registered.provider().id() + " cannot validate tokens"));
        Holding held = of(key, registered);
        if (held.tokens().tokens().accessToken().isEmpty()) {
            return WITHOUT_ACCESS_TOKEN;
        }
        Validation validation = TokenChecks.validate(registered, validator, held.tokens());
        if (validation.verdict() == Validation.Verdict.VALID) {
            accepted.accept(held.record(), validation);
        }
        return validation;
    }
}
