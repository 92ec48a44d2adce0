package dev.evertoken.model;

import dev.evertoken.internal.values.OrderedSet;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The status of one account's connection at one moment, without any secret, so that it can be shown and logged.
 *
 * <p>It reports the result that a request for the account's token would have at that moment. If such a request fails
 * without a call to the provider, the status has the problem, the detail and the retry time of its exception. That
 * includes causes outside the record: a client that the provider refuses, a sealing key that is not in the key ring,
 * and a call of this process whose outcome is unknown. A cause that is found only when the secrets are opened or
 * written is reported for a minute after a request has failed with it.
 *
 * <p>The engine creates it; {@link #builder} is for tests of code that takes one. Two statuses are equal if all their
 * parts are. Immutable.
 */
public final class AccountStatus {

    private final TokenKey key;
    private final ConnectionState state;
    private final Optional<Problem> problem;
    private final String detail;
    private final Instant since;
    private final Instant consentedAt;
    private final long generation;
    private final Optional<String> subject;
    private final Optional<TokenKey> parent;
    private final Set<String> requestedScopes;
    private final Set<String> grantedScopes;
    private final Optional<Instant> issuedAt;
    private final Optional<Instant> expiresAt;
    private final Optional<Instant> refreshAt;
    private final Optional<Instant> reconnectBy;
    private final Optional<Instant> nextAttempt;
    private final Optional<String> claimOwner;
    private final Optional<Instant> staleSince;
    private final boolean unsaved;
    private final Optional<URI> reconnectUrl;

    private AccountStatus(Builder from) {
        this.key = from.key;
        this.state = from.state;
        this.problem = from.problem;
        this.detail = from.detail;
        this.since = from.since;
        this.consentedAt = from.consentedAt;
        this.generation = from.generation;
        this.subject = from.subject;
        this.parent = from.parent;
        this.requestedScopes = OrderedSet.copyOf(from.requestedScopes);
        this.grantedScopes = OrderedSet.copyOf(from.grantedScopes);
        this.issuedAt = from.issuedAt;
        this.expiresAt = from.expiresAt;
        this.refreshAt = from.refreshAt;
        this.reconnectBy = from.reconnectBy;
        this.nextAttempt = from.nextAttempt;
        this.claimOwner = from.claimOwner;
        this.staleSince = from.staleSince;
        this.unsaved = from.unsaved;
        this.reconnectUrl = from.reconnectUrl;
    }

    /** Starts a status with a state that began at {@code since}; everything else is absent unless set. */
    public static Builder builder(TokenKey key, ConnectionState state, Instant since) {
        return new Builder(key, state, since);
    }

    /** Returns the account. */
    public TokenKey key() {
        return key;
    }

    /** Returns the state of the connection. */
    public ConnectionState state() {
        return state;
    }

    /**
     * Returns the problem with which a request for the token fails, or for which the valid token cannot be refreshed;
     * empty if there is none.
     */
    public Optional<Problem> problem() {
        return problem;
    }

    /** Returns the problem, or the last failure, in one sentence; an empty text if there was none. */
    public String detail() {
        return detail;
    }

    /** Returns when the state began. */
    public Instant since() {
        return since;
    }

    /** Returns when the user gave the consent; the epoch if the record cannot be read. */
    public Instant consentedAt() {
        return consentedAt;
    }

    /**
     * Returns the generation of the stored tokens: 1 for the first tokens of a consent, one more after each refresh;
     * 0 if the record cannot be read.
     */
    public long generation() {
        return generation;
    }

    /** Returns the provider's id of the user, empty if it is not known. */
    public Optional<String> subject() {
        return subject;
    }

    /**
     * Returns the account whose token this account's token is derived from, such as the user of a page; empty for an
     * account with a grant of its own.
     */
    public Optional<TokenKey> parent() {
        return parent;
    }

    /** Returns the scopes that were requested at consent, in that order. Unmodifiable. */
    public Set<String> requestedScopes() {
        return requestedScopes;
    }

    /** Returns the scopes that the provider granted, in its order. Unmodifiable. */
    public Set<String> grantedScopes() {
        return grantedScopes;
    }

    /**
     * Returns when the stored tokens were issued, at the consent or by the last refresh; for an account that was
     * imported with a refresh token alone, when it was imported. Empty if the record cannot be read.
     */
    public Optional<Instant> issuedAt() {
        return issuedAt;
    }

    /**
     * Returns when the access token expires; empty if it does not; the epoch if there is no access token yet, because
     * the account was imported with a refresh token alone.
     */
    public Optional<Instant> expiresAt() {
        return expiresAt;
    }

    /** Returns when the next refresh is due, empty if none is planned. */
    public Optional<Instant> refreshAt() {
        return refreshAt;
    }

    /** Returns when the connection ends unless the user reconnects before, empty if that is not known. */
    public Optional<Instant> reconnectBy() {
        return reconnectBy;
    }

    /**
     * Returns the earliest time of the next refresh after a failure, which is the time of the failure's event and the
     * retry time of the exceptions; empty if no failure defers it.
     */
    public Optional<Instant> nextAttempt() {
        return nextAttempt;
    }

    /** Returns the process that refreshes the account now, as host and process id; empty if none does. */
    public Optional<String> claimOwner() {
        return claimOwner;
    }

    /**
     * Returns since when the store has failed, if this status comes from a copy in another place; empty if it comes
     * from the store.
     */
    public Optional<Instant> staleSince() {
        return staleSince;
    }

    /** Returns whether the newest tokens are only in this process's memory or this host's journal. */
    public boolean unsaved() {
        return unsaved;
    }

    /**
     * Returns the address at which the user can reconnect, empty if no user has to or the builder of {@code Tokens}
     * has none; if the parent has to be reconnected, it is the address for the parent.
     */
    public Optional<URI> reconnectUrl() {
        return reconnectUrl;
    }

    /** Returns the remedy of the current problem, empty if there is no problem. */
    public Optional<Remedy> remedy() {
        return problem.map(Problem::remedy);
    }

    /** Returns the requested scopes that were not granted. */
    public Set<String> missingScopes() {
        Set<String> missing = new LinkedHashSet<>(requestedScopes);
        missing.removeAll(grantedScopes);
        return missing;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof AccountStatus that
                        && key.equals(that.key)
                        && state.equals(that.state)
                        && problem.equals(that.problem)
                        && detail.equals(that.detail)
                        && since.equals(that.since)
                        && consentedAt.equals(that.consentedAt)
                        && generation == that.generation
                        && subject.equals(that.subject)
                        && parent.equals(that.parent)
                        && requestedScopes.equals(that.requestedScopes)
                        && grantedScopes.equals(that.grantedScopes)
                        && issuedAt.equals(that.issuedAt)
                        && expiresAt.equals(that.expiresAt)
                        && refreshAt.equals(that.refreshAt)
                        && reconnectBy.equals(that.reconnectBy)
                        && nextAttempt.equals(that.nextAttempt)
                        && claimOwner.equals(that.claimOwner)
                        && staleSince.equals(that.staleSince)
                        && unsaved == that.unsaved
                        && reconnectUrl.equals(that.reconnectUrl));
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                key,
                state,
                problem,
                detail,
                since,
                consentedAt,
                generation,
                subject,
                parent,
                requestedScopes,
                grantedScopes,
                issuedAt,
                expiresAt,
                refreshAt,
                reconnectBy,
                nextAttempt,
                claimOwner,
                staleSince,
                unsaved,
                reconnectUrl);
    }

    @Override
    public String toString() {
        return "AccountStatus[key=" + key
                + ", state=" + state
                + ", problem=" + problem
                + ", detail=" + detail
                + ", since=" + since
                + ", consentedAt=" + consentedAt
                + ", generation=" + generation
                + ", subject=" + subject
                + ", parent=" + parent
                + ", requestedScopes=" + requestedScopes
                + ", grantedScopes=" + grantedScopes
                + ", issuedAt=" + issuedAt
                + ", expiresAt=" + expiresAt
                + ", refreshAt=" + refreshAt
                + ", reconnectBy=" + reconnectBy
                + ", nextAttempt=" + nextAttempt
                + ", claimOwner=" + claimOwner
                + ", staleSince=" + staleSince
                + ", unsaved=" + unsaved
                + ", reconnectUrl=" + reconnectUrl
                + "]";
    }

    /**
     * Collects the parts of a status; each method sets the part of its name. Not thread-safe; build on one thread, then
     * share the result.
     */
    public static final class Builder {
        private final TokenKey key;
        private final ConnectionState state;
        private Optional<Problem> problem = Optional.empty();
        private String detail = "";
        private final Instant since;
        private Instant consentedAt = Instant.EPOCH;
        private long generation;
        private Optional<String> subject = Optional.empty();
        private Optional<TokenKey> parent = Optional.empty();
        private Set<String> requestedScopes = Set.of();
        private Set<String> grantedScopes = Set.of();
        private Optional<Instant> issuedAt = Optional.empty();
        private Optional<Instant> expiresAt = Optional.empty();
        private Optional<Instant> refreshAt = Optional.empty();
        private Optional<Instant> reconnectBy = Optional.empty();
        private Optional<Instant> nextAttempt = Optional.empty();
        private Optional<String> claimOwner = Optional.empty();
        private Optional<Instant> staleSince = Optional.empty();
        private boolean unsaved;
        private Optional<URI> reconnectUrl = Optional.empty();

        private Builder(TokenKey key, ConnectionState state, Instant since) {
            this.key = key;
            this.state = state;
            this.since = since;
        }

        public Builder problem(Optional<Problem> current) {
            this.problem = current;
            return this;
        }

        public Builder detail(String sentence) {
            this.detail = sentence;
            return this;
        }

        public Builder consentedAt(Instant moment) {
            this.consentedAt = moment;
            return this;
        }

        public Builder generation(long number) {
            this.generation = number;
            return this;
        }

        public Builder subject(Optional<String> id) {
            this.subject = id;
            return this;
        }

        public Builder parent(Optional<TokenKey> account) {
            this.parent = account;
            return this;
        }

        public Builder requestedScopes(Set<String> scopes) {
            this.requestedScopes = scopes;
            return this;
        }

        public Builder grantedScopes(Set<String> scopes) {
            this.grantedScopes = scopes;
            return this;
        }

        public Builder issuedAt(Optional<Instant> moment) {
            this.issuedAt = moment;
            return this;
        }

        public Builder expiresAt(Optional<Instant> moment) {
            this.expiresAt = moment;
            return this;
        }

        public Builder refreshAt(Optional<Instant> moment) {
            this.refreshAt = moment;
            return this;
        }

        public Builder reconnectBy(Optional<Instant> moment) {
            this.reconnectBy = moment;
            return this;
        }

        public Builder nextAttempt(Optional<Instant> moment) {
            this.nextAttempt = moment;
            return this;
        }

        public Builder claimOwner(Optional<String> process) {
            this.claimOwner = process;
            return this;
        }

        public Builder staleSince(Optional<Instant> moment) {
            this.staleSince = moment;
            return this;
        }

        public Builder unsaved(boolean value) {
            this.unsaved = value;
            return this;
        }

        public Builder reconnectUrl(Optional<URI> address) {
            this.reconnectUrl = address;
            return this;
        }

        public AccountStatus build() {
            return new AccountStatus(this);
        }
    }
}
