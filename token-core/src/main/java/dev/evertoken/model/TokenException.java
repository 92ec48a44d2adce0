package dev.evertoken.model;

import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says why there is no token and what to do about it: one {@link Problem}, one {@link Remedy}.
 *
 * <p>Messages name the account and the provider's error code, never a secret and never a body. Immutable
 * but for what {@link Throwable} keeps.
 */
public class TokenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Problem problem;
    private final transient Facts facts;

    /** What a token exception knows besides its problem; see {@link TokenException#about(Problem)}. */
    private record Facts(
            @Nullable TokenKey key,
            @Nullable TokenKey parent,
            String detail,
            @Nullable Instant retryAt,
            @Nullable URI reconnectUrl) {}

    TokenException(Builder from) {
        super(from.message(), from.cause);
        this.problem = from.problem;
        this.facts = new Facts(from.key, from.parent, from.detail, from.retryAt, from.reconnectUrl);
    }

    /** Starts an exception; {@link Builder#build()} picks the subclass that belongs to the problem. */
    public static Builder about(Problem problem) {
        return new Builder(problem);
    }

    /** Returns what went wrong. */
    public Problem problem() {
        return problem;
    }

    /** Returns what the caller does about it. */
    public Remedy remedy() {
        return problem.remedy();
    }

    /** Returns whose tokens were meant; empty if no single account is concerned. */
    public Optional<TokenKey> key() {
        return Optional.ofNullable(facts.key);
    }

    /**
     * Returns the account that is really meant, where this one's token comes from another account's: what the remedy
     * asks for is to be done there. Empty otherwise.
     */
    public Optional<TokenKey> parent() {
        return Optional.ofNullable(facts.parent);
    }

    /** Returns the case in one sentence, as the message has it after the account. */
    public String detail() {
        return facts.detail;
    }

    /** Returns from when on another attempt makes sense; empty if waiting does not help or no time is known. */
    public Optional<Instant> retryAt() {
        return Optional.ofNullable(facts.retryAt);
    }

    /** Returns where the person can reconnect, if the builder was told; only with {@link Remedy#RECONNECT}. */
    public Optional<URI> reconnectUrl() {
        return Optional.ofNullable(facts.reconnectUrl);
    }

    /**
     * Returns the facts as one JSON object, fit to be an HTTP answer: {@code success}, {@code error},
     * {@code problem}, {@code remedy}, {@code needs_reauth}, and {@code retry_at}, {@code reconnect_url},
     * {@code registration}, {@code account}, {@code parent} where known.
     */
    public String toJson() {
        JsonText json = new JsonText()
                .add("success", false)
                .add("error", problem.advice())
                .add("problem", problem.name())
                .add("remedy", remedy().name())
                .add("needs_reauth", remedy() == Remedy.RECONNECT);
        retryAt().ifPresent(at -> json.add("retry_at", at.toString()));
        reconnectUrl().ifPresent(url -> json.add("reconnect_url", url.toString()));
        key().ifPresent(key -> json.add("registration", key.registration()).add("account", key.account()));
        parent().ifPresent(parent -> json.add("parent", parent.toString()));
        return json.toString();
    }

    /** Returns a new exception with the same facts and this one as its cause: one for each waiting thread. */
    public TokenException copy() {
        return toBuilder().cause(this).build();
    }

    /** Starts an exception with the facts of this one, its cause included. */
    public Builder toBuilder() {
        Builder copy = new Builder(problem);
        copy.key = facts.key;
        copy.parent = facts.parent;
        copy.detail = facts.detail;
        copy.retryAt = facts.retryAt;
        copy.reconnectUrl = facts.reconnectUrl;
        copy.cause = getCause();
        return copy;
    }

    /** Collects the facts of a {@link TokenException}. Not thread-safe. */
    public static final class Builder {
        private final Problem problem;
        private @Nullable TokenKey key;
        private @Nullable TokenKey parent;
        private String detail;
        private @Nullable Instant retryAt;
        private @Nullable URI reconnectUrl;
        private @Nullable Throwable cause;

        private Builder(Problem problem) {
            this.problem = problem;
            this.detail = problem.advice();
        }

        public Builder key(TokenKey whose) {
            this.key = whose;
            return this;
        }

        /** Sets the account whose token this one's comes from, if it is that one that is in trouble. */
        public Builder parent(TokenKey whose) {
            this.parent = whose;
            return this;
        }

        /** Sets the sentence that tells the case; without one it is the problem's advice. Never put a secret or a body here. */
        public Builder detail(String sentence) {
            this.detail = sentence;
            return this;
        }

        public Builder retryAt(@Nullable Instant moment) {
            this.retryAt = moment;
            return this;
        }

        public Builder reconnectUrl(@Nullable URI url) {
            this.reconnectUrl = url;
            return this;
        }

        public Builder cause(@Nullable Throwable why) {
            this.cause = why;
            return this;
        }

        public TokenException build() {
            return switch (problem) {
                case NOT_CONNECTED -> new NotConnectedException(this);
                case GRANT_DEAD, REFRESH_TOKEN_LOST, GRANT_EXPIRED, NO_REFRESH_TOKEN ->
                    new ReauthorizationRequiredException(this);
                case STORE_UNAVAILABLE, STORE_REFUSED, STORE_QUOTA -> new TokenStoreException(this);
                default -> new TokenException(this);
            };
        }

        private String message() {
            return key == null ? detail : key + ": " + detail;
        }
    }
}
