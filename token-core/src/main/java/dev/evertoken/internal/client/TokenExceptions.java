package dev.evertoken.internal.client;

import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the exceptions that callers see, with the account, the problem, the retry time and the reconnect address.
 * Thread-safe.
 */
public final class TokenExceptions implements ExceptionFactory<TokenKey> {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.ACCOUNTS);

    private final Function<TokenKey, @Nullable URI> reconnectUrls;
    private final AtomicBoolean failedBefore = new AtomicBoolean();

    public TokenExceptions(Function<TokenKey, @Nullable URI> reconnectUrls) {
        this.reconnectUrls = reconnectUrls;
    }

    @Override
    public TokenException problem(TokenKey key, Problem problem, String detail) {
        return problem(key, problem, detail, null);
    }

    public TokenException problem(TokenKey key, Problem problem, String detail, @Nullable Instant retryAt) {
        return with(key, TokenException.about(problem).detail(detail).retryAt(retryAt));
    }

    @Override
    public TokenException because(TokenKey key, Problem problem, String detail, Throwable cause) {
        return with(key, TokenException.about(problem).detail(detail).cause(cause));
    }

    public TokenException notConnected(TokenKey key) {
        return notConnected(key, Optional.empty());
    }

    /** @param absence why the store has no record although it has something of the account, if that is so */
    public TokenException notConnected(TokenKey key, Optional<String> absence) {
        return with(
                key,
                TokenException.about(Problem.NOT_CONNECTED)
                        .detail(absence.orElse("no tokens are stored for this account")
                                + "; ask its user for consent with authorize(key, redirectUri), or import tokens with"
                                + " connect(key, tokens)"));
    }

    public TokenException unreadable(TokenKey key, UnreadableRecordException why) {
        Problem problem = switch (why.reason()) {
            case CORRUPT -> Problem.RECORD_UNREADABLE;
            case NEWER_FORMAT -> Problem.RECORD_TOO_NEW;
        };
        return with(key, TokenException.about(problem).cause(why));
    }

    /** Completes an exception that was created without an account and a reconnect address. */
    public TokenException about(TokenKey key, TokenException failure) {
        return failure.key().isPresent() ? failure : with(key, failure.toBuilder());
    }

    /**
     * Returns a parent's problem as one of the account that needs the parent's token; the remedy applies to the parent.
     */
    public TokenException ofParent(TokenKey child, TokenKey parent, TokenException why) {
        if (child.equals(parent)) {
            return why;
        }
        boolean gone = why.problem() == Problem.NOT_CONNECTED;
        return TokenException.about(gone ? Problem.PARENT_NOT_CONNECTED : why.problem())
                .key(child)
                .parent(parent)
                .detail(detailOfParent(parent, why.detail()))
                .retryAt(why.retryAt().orElse(null))
                .reconnectUrl(
                        why.remedy() == Remedy.RECONNECT ? reconnectUrl(parent).orElse(null) : null)
                .cause(why)
                .build();
    }

    /** Returns the sentence that describes an account whose parent fails for this reason. */
    public static String detailOfParent(TokenKey parent, String detail) {
        return "its parent " + parent + ": " + detail;
    }

    /**
     * Returns the exception that a caller sees for any failure; one that is not a {@link TokenException} becomes
     * {@link Problem#INTERNAL}.
     */
    @Override
    public TokenException unexpected(TokenKey key, Throwable failure) {
        return failure instanceof TokenException known
                ? about(key, known)
                : with(
                        key,
                        TokenException.about(Problem.INTERNAL)
                                .detail("unexpected " + failure.getClass().getName())
                                .cause(failure));
    }

    public Optional<URI> reconnectUrl(TokenKey key) {
        try {
            return Optional.ofNullable(reconnectUrls.apply(key));
        } catch (RuntimeException e) {
            if (failedBefore.getAndSet(true)) {
                log.debug("{}: the reconnectUrl function failed again", key, e);
            } else {
                log.warn("{}: the reconnectUrl function failed; further failures are logged at DEBUG", key, e);
            }
            return Optional.empty();
        }
    }

    private TokenException with(TokenKey key, TokenException.Builder builder) {
        TokenException made = builder.key(key).build();
        return made.remedy() == Remedy.RECONNECT
                ? made.toBuilder().reconnectUrl(reconnectUrl(key).orElse(null)).build()
                : made;
    }
}
