package dev.evertoken.model;

import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonWriter;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown if there is no usable token; states the cause as one {@link Problem} and the reaction as one {@link Remedy}.
 *
 * <pre>{@code
 * try {
 *     call(tokens.accessToken(key));
 * } catch (TokenException e) {
 *     switch (e.remedy()) {
 *         case RETRY, WAIT -> schedule(job, e.retryAt());
 *         case RECONNECT -> askForConsent(key, e.reconnectUrl());
 *         case FIX_CONFIGURATION, CONTACT_SUPPORT -> alert(e.getMessage());
 *     }
 * }
 * }</pre>
 *
 * <p>Messages contain the account and the provider's error code, never a secret or a response body. Immutable except
 * for the state of {@link Throwable}.
 */
public class TokenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Problem problem;
    private final transient Facts facts;

    /** The properties of a token exception besides its problem. */
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

    /** Returns a builder for an exception; {@link Builder#build()} creates the subclass for the problem. */
    public static Builder about(Problem problem) {
        return new Builder(problem);
    }

    /** Returns what went wrong. */
    public Problem problem() {
        return problem;
    }

    /** Returns how the caller should react. */
    public Remedy remedy() {
        return problem.remedy();
    }

    /** Returns the account whose tokens were requested; empty if the failure does not concern a single account. */
    public Optional<TokenKey> key() {
        return Optional.ofNullable(facts.key);
    }

    /**
     * Returns the parent account if the token of this account is derived from it and the remedy has to be applied to
     * the parent; empty otherwise.
     */
    public Optional<TokenKey> parent() {
        return Optional.ofNullable(facts.parent);
    }

    /** Returns one sentence on the case; the message consists of the account and this sentence. */
    public String detail() {
        return facts.detail;
    }

    /**
     * Returns the earliest time at which another attempt makes sense; empty if waiting does not help or no time is
     * known.
     */
    public Optional<Instant> retryAt() {
        return Optional.ofNullable(facts.retryAt);
    }

    /**
     * Returns the address at which the user can reconnect, if the application configured one; only with
     * {@link Remedy#RECONNECT}.
     */
    public Optional<URI> reconnectUrl() {
        return Optional.ofNullable(facts.reconnectUrl);
    }

    /**
     * Returns this exception as a JSON object that is suitable as an HTTP response body: {@code success},
     * {@code error}, {@code problem}, {@code remedy}, {@code needs_reauth} and, if known, {@code retry_at},
     * {@code reconnect_url}, {@code registration}, {@code account} and {@code parent}.
     */
    public String toJson() {
        JsonObject.Builder json = JsonObject.builder()
                .add("success", false)
                .add("error", problem.advice())
                .add("problem", problem.name())
                .add("remedy", remedy().name())
                .add("needs_reauth", remedy() == Remedy.RECONNECT);
        retryAt().ifPresent(at -> json.add("retry_at", at.toString()));
        reconnectUrl().ifPresent(url -> json.add("reconnect_url", url.toString()));
        key().ifPresent(key -> json.add("registration", key.registration()).add("account", key.account()));
        parent().ifPresent(parent -> json.add("parent", parent.toString()));
        return JsonWriter.asciiText(json.build());
    }

    /**
     * Returns a new exception with the same properties and this one as its cause, so that each waiting thread gets its
     * own.
     */
    public TokenException copy() {
        return toBuilder().cause(this).build();
    }

    /** Returns a builder with the properties of this exception, including its cause. */
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

    /** Builds a {@link TokenException}. Not thread-safe. */
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

        /**
         * Sets the parent account, if the failure is that of the account from which this account's token is derived.
         */
        public Builder parent(TokenKey whose) {
            this.parent = whose;
            return this;
        }

        /**
         * Sets the sentence on the case; the default is the advice of the problem. Must not contain a secret or a
         * response body.
         */
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
