package dev.evertoken.spi.store;

import dev.evertoken.internal.values.OrderedSet;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Lifetime;
import dev.evertoken.model.Origin;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The stored record of one account: clear metadata, and a secret part that stores do not interpret.
 *
 * <p>Every write has a new random {@link #revision()}; two records are the same write exactly if their revisions are
 * equal. {@link #next()} starts the record that replaces this one; {@link #builder} starts one from its parts, for a
 * store that keeps the parts in its own columns. Stores that keep a record as bytes use {@code RecordCodec}.
 *
 * <p>Two records are equal if all their parts are. Immutable.
 */
public final class TokenRecord {

    private final TokenKey key;
    private final Origin origin;
    private final long revision;
    private final Grant grant;
    private final long generation;
    private final Optional<String> subject;
    private final Set<String> requestedScopes;
    private final Set<String> grantedScopes;
    private final RefreshModel refreshModel;
    private final Optional<String> refreshTokenFingerprint;
    private final Lifetime lifetime;
    private final Health health;
    private final Optional<Claim> claim;
    private final int uncertain;
    private final Failures failures;
    private final Optional<TokenKey> parent;
    private final List<String> spentRefreshTokens;
    private final Map<String, Instant> marks;
    private final SecretPart secrets;
    private final Instant updatedAt;

    private TokenRecord(Builder from) {
        if (from.revision <= 0) {
            throw new IllegalArgumentException("revision " + from.revision + " is not positive");
        }
        if (from.generation < 1) {
            throw new IllegalArgumentException("generation " + from.generation + " is less than 1");
        }
        this.key = from.key;
        this.origin = required(from.origin, "origin");
        this.revision = from.revision;
        this.grant = required(from.grant, "grant");
        this.generation = from.generation;
        this.subject = from.subject;
        this.requestedScopes = OrderedSet.copyOf(from.requestedScopes);
        this.grantedScopes = OrderedSet.copyOf(from.grantedScopes);
        this.refreshModel = required(from.refreshModel, "refreshModel");
        this.refreshTokenFingerprint = from.refreshTokenFingerprint;
        this.lifetime = required(from.lifetime, "lifetime");
        this.health = required(from.health, "health");
        this.claim = from.claim;
        this.uncertain = from.uncertain;
        this.failures = from.failures;
        this.parent = from.parent;
        this.spentRefreshTokens = List.copyOf(from.spentRefreshTokens);
        this.marks = from.marks.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(from.marks));
        this.secrets = required(from.secrets, "secrets");
        this.updatedAt = required(from.updatedAt, "updatedAt");
    }

    private static <T> T required(@Nullable T part, String name) {
        if (part == null) {
            throw new IllegalArgumentException(name + " is not set");
        }
        return part;
    }

    /**
     * Starts a record from its parts. The revision, the origin, the grant, the refresh model, the lifetime, the health, the
     * secrets and the time of the write must be set; the generation is 1 and everything else is absent unless set.
     */
    public static Builder builder(TokenKey key) {
        return new Builder(key);
    }

    /** Starts the record that replaces this one; {@link Builder#build(long, Instant)} sets its revision and time. */
    public Builder next() {
        return toBuilder().revision(0);
    }

    /** Starts a record with all parts of this one, the revision included. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Returns the account that the tokens belong to. */
    public TokenKey key() {
        return key;
    }

    /** Returns the application, stage and client that wrote the record. */
    public Origin origin() {
        return origin;
    }

    /** Returns the random id of this write: positive, never a counter and never reused. */
    public long revision() {
        return revision;
    }

    /** Returns the consent that the tokens come from. */
    public Grant grant() {
        return grant;
    }

    /**
     * Returns the generation of the tokens: 1 for the first response of the grant, one more for each later response
     * with tokens.
     */
    public long generation() {
        return generation;
    }

    /** Returns the provider's id of the user, empty if it is not known. */
    public Optional<String> subject() {
        return subject;
    }

    /** Returns the scopes that were requested at consent, in that order. Unmodifiable. */
    public Set<String> requestedScopes() {
        return requestedScopes;
    }

    /** Returns the scopes that the provider granted, in its order. Unmodifiable. */
    public Set<String> grantedScopes() {
        return grantedScopes;
    }

    /** Returns how the grant is refreshed. */
    public RefreshModel refreshModel() {
        return refreshModel;
    }

    /** Returns a keyed fingerprint of the refresh token, empty if there is no refresh token. */
    public Optional<String> refreshTokenFingerprint() {
        return refreshTokenFingerprint;
    }

    /** Returns the times of this generation. */
    public Lifetime lifetime() {
        return lifetime;
    }

    /** Returns the state of the connection, its problem and the start of that state. */
    public Health health() {
        return health;
    }

    /** Returns the claim of the process that refreshes the account now, empty if none does. */
    public Optional<Claim> claim() {
        return claim;
    }

    /** Returns how many calls of this generation may have reached a rotating provider without a known response. */
    public int uncertain() {
        return uncertain;
    }

    /** Returns the recent failures and the earliest time of the next attempt. */
    public Failures failures() {
        return failures;
    }

    /**
     * Returns the account whose token this one was derived from, such as the user of a page token; empty for an
     * account with a grant of its own.
     */
    public Optional<TokenKey> parent() {
        return parent;
    }

    /**
     * Returns keyed fingerprints of refresh tokens of this account that were replaced: the first one of the account, and
     * the most recent ones. They are never stored as current tokens again. Unmodifiable.
     */
    public List<String> spentRefreshTokens() {
        return spentRefreshTokens;
    }

    /**
     * Returns the times of events that must happen once, by the name of the event, such as a warning before the end of
     * the connection. Unmodifiable.
     */
    public Map<String, Instant> marks() {
        return marks;
    }

    /** Returns the token set, opaque to stores. A claim does not change it. */
    public SecretPart secrets() {
        return secrets;
    }

    /** Returns when this revision was written, by the writer's clock. */
    public Instant updatedAt() {
        return updatedAt;
    }

    /**
     * Checks that this is the record of an account; a store calls it before it saves one.
     *
     * @throws IllegalArgumentException if it is the record of another account
     */
    public void requireKey(TokenKey account) {
        if (!key.equals(account)) {
            throw new IllegalArgumentException("the record of " + key + " cannot be written as " + account);
        }
    }

    /** Returns whether this is the given generation of the given grant. */
    public boolean is(String grantId, long thatGeneration) {
        return grant.id().equals(grantId) && generation == thatGeneration;
    }

    /**
     * Returns when the account is due for a background refresh, in whole milliseconds: its planned refresh, or later while
     * recent failures or the provider defer it; empty if a refresh cannot help the account.
     */
    public Optional<Instant> dueAt() {
        if (health.state() == ConnectionState.NEEDS_REAUTH || health.state() == ConnectionState.NOT_REFRESHABLE) {
            return Optional.empty();
        }
        Optional<Instant> planned = lifetime.refreshAt();
        if (planned.isEmpty()) {
            return planned;
        }
        Instant due = later(later(planned.get(), lifetime.notBefore()), failures.nextAttempt());
        return Optional.of(due.truncatedTo(ChronoUnit.MILLIS));
    }

    private static Instant later(Instant moment, Optional<Instant> other) {
        return other.isPresent() && other.get().isAfter(moment) ? other.get() : moment;
    }

    /**
     * Returns when the connection ends even if it is refreshed, so that only the user can restore it; empty if that is
     * not known. A provider may move the end with each refresh.
     */
    public Optional<Instant> endsAt() {
        return health.state() == ConnectionState.NOT_REFRESHABLE
                ? lifetime.expiresAt()
                : lifetime.refreshTokenExpiresAt();
    }

    /** Returns whether {@code other} is a different user than this record's; false unless both are known. */
    public boolean isOfAnotherUser(Optional<String> other) {
        return subject.isPresent() && other.isPresent() && !subject.equals(other);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof TokenRecord that
                        && key.equals(that.key)
                        && origin.equals(that.origin)
                        && revision == that.revision
                        && grant.equals(that.grant)
                        && generation == that.generation
                        && subject.equals(that.subject)
                        && requestedScopes.equals(that.requestedScopes)
                        && grantedScopes.equals(that.grantedScopes)
                        && refreshModel.equals(that.refreshModel)
                        && refreshTokenFingerprint.equals(that.refreshTokenFingerprint)
                        && lifetime.equals(that.lifetime)
                        && health.equals(that.health)
                        && claim.equals(that.claim)
                        && uncertain == that.uncertain
                        && failures.equals(that.failures)
                        && parent.equals(that.parent)
                        && spentRefreshTokens.equals(that.spentRefreshTokens)
                        && marks.equals(that.marks)
                        && secrets.equals(that.secrets)
                        && updatedAt.equals(that.updatedAt));
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                key,
                origin,
                revision,
                grant,
                generation,
                subject,
                requestedScopes,
                grantedScopes,
                refreshModel,
                refreshTokenFingerprint,
                lifetime,
                health,
                claim,
                uncertain,
                failures,
                parent,
                spentRefreshTokens,
                marks,
                secrets,
                updatedAt);
    }

    @Override
    public String toString() {
        return "TokenRecord[key=" + key
                + ", origin=" + origin
                + ", revision=" + revision
                + ", grant=" + grant
                + ", generation=" + generation
                + ", subject=" + subject
                + ", requestedScopes=" + requestedScopes
                + ", grantedScopes=" + grantedScopes
                + ", refreshModel=" + refreshModel
                + ", refreshTokenFingerprint=" + refreshTokenFingerprint
                + ", lifetime=" + lifetime
                + ", health=" + health
                + ", claim=" + claim
                + ", uncertain=" + uncertain
                + ", failures=" + failures
                + ", parent=" + parent
                + ", spentRefreshTokens=" + spentRefreshTokens
                + ", marks=" + marks
                + ", secrets=" + secrets
                + ", updatedAt=" + updatedAt
                + "]";
    }

    /**
     * Collects the parts of a record; each method sets the part of its name. Not thread-safe; build on one thread, then
     * share the result.
     */
    public static final class Builder {
        private TokenKey key;
        private @Nullable Origin origin;
        private long revision;
        private @Nullable Grant grant;
        private long generation = 1;
        private Optional<String> subject = Optional.empty();
        private Set<String> requestedScopes = Set.of();
        private Set<String> grantedScopes = Set.of();
        private @Nullable RefreshModel refreshModel;
        private Optional<String> refreshTokenFingerprint = Optional.empty();
        private @Nullable Lifetime lifetime;
        private @Nullable Health health;
        private Optional<Claim> claim = Optional.empty();
        private int uncertain;
        private Failures failures = Failures.none();
        private Optional<TokenKey> parent = Optional.empty();
        private List<String> spentRefreshTokens = List.of();
        private Map<String, Instant> marks = Map.of();
        private @Nullable SecretPart secrets;
        private @Nullable Instant updatedAt;

        private Builder(TokenKey key) {
            this.key = key;
        }

        private Builder(TokenRecord from) {
            this.key = from.key;
            this.origin = from.origin;
            this.revision = from.revision;
            this.grant = from.grant;
            this.generation = from.generation;
            this.subject = from.subject;
            this.requestedScopes = from.requestedScopes;
            this.grantedScopes = from.grantedScopes;
            this.refreshModel = from.refreshModel;
            this.refreshTokenFingerprint = from.refreshTokenFingerprint;
            this.lifetime = from.lifetime;
            this.health = from.health;
            this.claim = from.claim;
            this.uncertain = from.uncertain;
            this.failures = from.failures;
            this.parent = from.parent;
            this.spentRefreshTokens = from.spentRefreshTokens;
            this.marks = from.marks;
            this.secrets = from.secrets;
            this.updatedAt = from.updatedAt;
        }

        public Builder key(TokenKey account) {
            this.key = account;
            return this;
        }

        public Builder origin(Origin writer) {
            this.origin = writer;
            return this;
        }

        public Builder revision(long id) {
            this.revision = id;
            return this;
        }

        public Builder grant(Grant consent) {
            this.grant = consent;
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

        public Builder requestedScopes(Set<String> scopes) {
            this.requestedScopes = scopes;
            return this;
        }

        public Builder grantedScopes(Set<String> scopes) {
            this.grantedScopes = scopes;
            return this;
        }

        public Builder refreshModel(RefreshModel model) {
            this.refreshModel = model;
            return this;
        }

        public Builder refreshTokenFingerprint(Optional<String> fingerprint) {
            this.refreshTokenFingerprint = fingerprint;
            return this;
        }

        public Builder lifetime(Lifetime times) {
            this.lifetime = times;
            return this;
        }

        public Builder health(Health state) {
            this.health = state;
            return this;
        }

        public Builder claim(Claim mine) {
            return claim(Optional.of(mine));
        }

        public Builder claim(Optional<Claim> current) {
            this.claim = current;
            return this;
        }

        /** Removes the claim. */
        public Builder noClaim() {
            return claim(Optional.empty());
        }

        public Builder uncertain(int count) {
            this.uncertain = count;
            return this;
        }

        public Builder failures(Failures memory) {
            this.failures = memory;
            return this;
        }

        public Builder parent(Optional<TokenKey> account) {
            this.parent = account;
            return this;
        }

        public Builder spentRefreshTokens(List<String> fingerprints) {
            this.spentRefreshTokens = fingerprints;
            return this;
        }

        public Builder marks(Map<String, Instant> events) {
            this.marks = events;
            return this;
        }

        public Builder secrets(SecretPart part) {
            this.secrets = part;
            return this;
        }

        public Builder updatedAt(Instant moment) {
            this.updatedAt = moment;
            return this;
        }

        /** Returns the record of a new write: the collected parts with this revision and time. */
        public TokenRecord build(long newRevision, Instant now) {
            return revision(newRevision).updatedAt(now).build();
        }

        /**
         * Returns the record.
         *
         * @throws IllegalArgumentException if a required part is not set, the revision is not positive or the generation is
         *     less than 1
         */
        public TokenRecord build() {
            return new TokenRecord(this);
        }
    }
}
