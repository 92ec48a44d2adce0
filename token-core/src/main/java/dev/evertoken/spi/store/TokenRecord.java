package dev.evertoken.spi.store;

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
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a store keeps for one account: clear metadata and a secret part that stores do not look into.
 *
 * <p>Every write carries a new random {@link #revision()}; two records are the same write exactly if
 * their revisions are equal. Immutable.
 *
 * @param key whose tokens
 * @param origin which application, stage and client wrote it
 * @param revision random id of this write, positive, never a counter and never used again
 * @param grant the consent that the tokens come from
 * @param generation 1, 2, 3 … for each answer with tokens inside the grant
 * @param subject the provider's id of the user, where known
 * @param requestedScopes what was asked for at consent
 * @param grantedScopes what the provider granted
 * @param refreshModel how the grant lives on
 * @param refreshTokenFingerprint keyed fingerprint of the refresh token, where there is one
 * @param lifetime the times of this generation
 * @param health state, problem and since when
 * @param claim who refreshes it now
 * @param uncertain calls of this generation that may have reached a rotating provider, their answers unknown
 * @param failures failure memory
 * @param parent the account whose token this one was derived from (page tokens)
 * @param secrets the token set, opaque; a claim leaves it as it is
 * @param updatedAt when this revision was written, by the writer's clock
 */
public record TokenRecord(
        TokenKey key,
        Origin origin,
        long revision,
        Grant grant,
        long generation,
        Optional<String> subject,
        Set<String> requestedScopes,
        Set<String> grantedScopes,
        RefreshModel refreshModel,
        Optional<String> refreshTokenFingerprint,
        Lifetime lifetime,
        Health health,
        Optional<Claim> claim,
        int uncertain,
        Failures failures,
        Optional<TokenKey> parent,
        SecretPart secrets,
        Instant updatedAt) {

    public TokenRecord {
        if (revision <= 0) {
            throw new IllegalArgumentException("revision " + revision + " is not positive");
        }
        if (generation < 1) {
            throw new IllegalArgumentException("generation " + generation + " is less than 1");
        }
        requestedScopes = Collections.unmodifiableSet(new LinkedHashSet<>(requestedScopes));
        grantedScopes = Collections.unmodifiableSet(new LinkedHashSet<>(grantedScopes));
    }

    /** Tells whether this is the given generation of the given grant. */
    public boolean is(String grantId, long thatGeneration) {
        return grant.id().equals(grantId) && generation == thatGeneration;
    }

    /**
     * Returns when this account is to be looked at without anybody asking, in whole milliseconds: when its refresh
     * is due, but not while the failure memory or the provider holds it back; empty if no refresh can help it.
     */
    public Optional<Instant> dueAt() {
        if (health.state() == ConnectionState.NEEDS_REAUTH || health.state() == ConnectionState.NOT_REFRESHABLE) {
            return Optional.empty();
        }
        return lifetime.refreshAt()
                .map(due -> Stream.of(lifetime.notBefore(), failures.nextAttempt())
                        .flatMap(Optional::stream)
                        .reduce(due, (a, b) -> a.isAfter(b) ? a : b)
                        .truncatedTo(ChronoUnit.MILLIS));
    }

    /** Tells whether tokens of this user are somebody else's; false as long as one of the two is not known. */
    public boolean isOfAnotherUser(Optional<String> other) {
        return subject.isPresent() && other.isPresent() && !subject.equals(other);
    }

    /** Starts the record that replaces this one; {@link Builder#build} asks for its revision and time. */
    public Builder next() {
        return new Builder(this);
    }

    /** Changes some parts of a record. Not thread-safe. */
    public static final class Builder {
        private final TokenRecord from;
        private long generation;
        private Optional<String> subject;
        private Set<String> grantedScopes;
        private Optional<String> refreshTokenFingerprint;
        private Lifetime lifetime;
        private Health health;
        private Optional<Claim> claim;
        private int uncertain;
        private Failures failures;
        private SecretPart secrets;

        private Builder(TokenRecord from) {
            this.from = from;
            this.generation = from.generation;
            this.subject = from.subject;
            this.grantedScopes = from.grantedScopes;
            this.refreshTokenFingerprint = from.refreshTokenFingerprint;
            this.lifetime = from.lifetime;
            this.health = from.health;
            this.claim = from.claim;
            this.uncertain = from.uncertain;
            this.failures = from.failures;
            this.secrets = from.secrets;
        }

        public Builder generation(long next) {
            this.generation = next;
            return this;
        }

        public Builder subject(Optional<String> id) {
            this.subject = id;
            return this;
        }

        public Builder grantedScopes(Set<String> scopes) {
            this.grantedScopes = scopes;
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
            this.claim = Optional.of(mine);
            return this;
        }

        public Builder noClaim() {
            this.claim = Optional.empty();
            return this;
        }

        public Builder uncertain(int count) {
            this.uncertain = count;
            return this;
        }

        public Builder failures(Failures memory) {
            this.failures = memory;
            return this;
        }

        public Builder secrets(SecretPart part) {
            this.secrets = part;
            return this;
        }

        /** Returns the record of a new write. */
        public TokenRecord build(long revision, Instant now) {
            return new TokenRecord(
                    from.key,
                    from.origin,
                    revision,
                    from.grant,
                    generation,
                    subject,
                    from.requestedScopes,
                    grantedScopes,
                    from.refreshModel,
                    refreshTokenFingerprint,
                    lifetime,
                    health,
                    claim,
                    uncertain,
                    failures,
                    from.parent,
                    secrets,
                    now);
        }
    }
}
