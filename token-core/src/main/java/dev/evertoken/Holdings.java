package dev.evertoken;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.Validation;
import dev.evertoken.spi.HeldTokens;
import dev.evertoken.spi.UnreadableRecordException;
import dev.evertoken.spi.Validator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks up what tokens an account has now, and has the provider say whether they work. Thread-safe. */
final class Holdings {

    private static final Logger log = LoggerFactory.getLogger(Holdings.class);

    /** A record and its tokens, opened. */
    record Holding(TokenRecord record, HeldTokens tokens) {}

    private final Workshop workshop;

    Holdings(Workshop workshop) {
        this.workshop = workshop;
    }

    /**
     * Returns the newest tokens of an account; refreshes nothing.
     *
     * @throws TokenException if there are none, if they are another application's, or if they cannot be read
     */
    Holding of(TokenKey key, Registered registered) {
        workshop.unsaved().settleFirst(key);
        TokenRecord record = load(key);
        workshop.records().ownership().foreign(record, registered.client()).ifPresent(foreign -> {
            throw workshop.explain().about(key, foreign);
        });
        HeldTokens tokens = new HeldTokens(
                key,
                registered.client(),
                workshop.records().tokens(record),
                workshop.settings().callDeadline(),
                workshop.time());
        return new Holding(record, tokens);
    }

    private TokenRecord load(TokenKey key) {
        try {
            return workshop.store()
                    .load(key)
                    .orElseThrow(() -> workshop.explain().notConnected(key));
        } catch (UnreadableRecordException e) {
            throw workshop.explain().unreadable(key, e);
        }
    }

    Validation validate(TokenKey key, Registered registered) {
        Validator validator = registered
                .provider()
                .validator()
                .orElseThrow(() -> workshop.explain()
                        .problem(
                                key,
                                Problem.NOT_SUPPORTED,
                                "provider " + registered.provider().id() + " has no way to validate a token"));
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
