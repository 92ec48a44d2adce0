package dev.evertoken;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Health;
import dev.evertoken.model.Lifetime;
import dev.evertoken.model.Origin;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Client;
import dev.evertoken.spi.DialectContext.TokenOf;
import dev.evertoken.spi.ProviderProfile;
import dev.evertoken.spi.RefreshPolicy;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.TokenAnswer;
import dev.evertoken.store.RecordCodec;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns tokens into records and records into tokens: sealing, fingerprints, lifetimes, revisions. */
final class Records {

    /** A told lifetime of nothing would mean a call to the provider for every request. */
    static final Duration SHORTEST_LIFETIME = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(Records.class);
    private static final String CLIENT_ID = "client-id";
    private static final String REFRESH_TOKEN = "refresh-token";

    private final Sealer sealer;
    private final String namespace;
    private final String environment;
    private final RefreshPolicy policy;
    private final Timekeeper time;
    private final SecureRandom random = new SecureRandom();

    Records(Sealer sealer, String namespace, String environment, RefreshPolicy policy, Timekeeper time) {
        this.sealer = sealer;
        this.namespace = namespace;
        this.environment = environment;
        this.policy = policy;
        this.time = time;
    }

    /** Returns the id of a new write: random and positive, never a counter (protocol.md X1). */
    long newRevision() {
        return random.nextLong(1, Long.MAX_VALUE);
    }

    /** Returns a new id of a grant or a claim. */
    String newId() {
        return Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
    }

    /** Returns {@code draft} as a new write. */
    TokenRecord write(TokenRecord.Builder draft) {
        return draft.build(newRevision(), time.now());
    }

    /** Returns the first record of a grant. */
    TokenRecord first(
            TokenKey key,
            Client client,
            Grant grant,
            TokenSet tokens,
            Set<String> requestedScopes,
            Optional<String> subject,
            Descent descent) {
        ProviderProfile profile = client.profile();
        Instant now = time.now();
        return new TokenRecord(
                key,
                origin(client),
                newRevision(),
                grant,
                1,
                subject,
                requestedScopes,
                tokens.scopes().isEmpty() ? requestedScopes : tokens.scopes(),
                descent.model(),
                fingerprint(tokens),
                lifetime(key, descent.model(), profile, tokens),
                startingHealth(descent.model(), tokens, now),
                Optional.empty(),
                0,
                Failures.none(),
                descent.parent(),
                sealer.seal(key, grant.id(), RecordCodec.encodeTokens(tokens)),
                now);
    }

    /** A connection that will end because nothing can refresh it says so from the first day (D17). */
    private static Health startingHealth(RefreshModel model, TokenSet tokens, Instant now) {
        boolean needsRefreshToken = model == RefreshModel.ROTATING || model == RefreshModel.STATIC;
        Health active = Health.active(now);
        return needsRefreshToken && tokens.refreshToken().isEmpty()
                ? active.become(ConnectionState.NOT_REFRESHABLE, Problem.NO_REFRESH_TOKEN, now)
                : active;
    }

    /** Returns a record that comes from another store as it is kept here: under these keys, and without a claim. */
    TokenRecord broughtHere(TokenRecord record, TokenSet tokens, Client client) {
        return new TokenRecord(
                record.key(),
                origin(client),
                newRevision(),
                record.grant(),
                record.generation(),
                record.subject(),
                record.requestedScopes(),
                record.grantedScopes(),
                record.refreshModel(),
                fingerprint(tokens),
                record.lifetime(),
                record.health(),
                Optional.empty(),
                record.uncertain(),
                record.failures(),
                record.parent(),
                sealer.seal(record.key(), record.grant().id(), RecordCodec.encodeTokens(tokens)),
                record.updatedAt());
    }

    private Origin origin(Client client) {
        return new Origin(
                namespace,
                environment,
                sealer.fingerprint(CLIENT_ID, client.credentials().clientId()));
    }

    /** Returns the next generation: what the provider answered, on top of what it left out. */
    TokenRecord answered(TokenRecord base, Client client, TokenAnswer answer) {
        try {
            TokenRecord next = nextGeneration(base, client, answer);
            RecordCodec.encode(next);
            return next;
        } catch (RuntimeException e) {
            log.warn("{}: only the tokens of an answer can be kept", base.key(), e);
            return nextGeneration(base, client, answer.tokensOnly());
        }
    }

    private TokenRecord nextGeneration(TokenRecord base, Client client, TokenAnswer answer) {
        TokenSet next = answer.onto(tokens(base));
        Lifetime lifetime = answer.accessToken().isPresent()
                ? lifetime(base.key(), base.refreshModel(), client.profile(), next)
                : dueNow(base.lifetime());
        return write(base.next()
                .generation(base.generation() + 1)
                .subject(answer.subject().or(base::subject))
                .grantedScopes(answer.scopes().orElse(base.grantedScopes()))
                .refreshTokenFingerprint(fingerprint(next))
                .lifetime(lifetime)
                .secrets(sealer.seal(base.key(), base.grant().id(), RecordCodec.encodeTokens(next)))
                .noClaim()
                .uncertain(0)
                .failures(Failures.none())
                .health(Health.active(time.now())));
    }

    /** @throws TokenException with {@link Problem#RECORD_UNREADABLE} */
    TokenSet tokens(TokenRecord record) {
        return RecordCodec.decodeTokens(
                record.key(), sealer.open(record.key(), record.grant().id(), record.secrets()));
    }

    /** Returns what a caller gets to see of a record's opened tokens. */
    static AccessToken accessToken(TokenRecord record, TokenSet tokens) {
        return new AccessToken(
                tokens.accessToken(),
                tokens.tokenType(),
                record.lifetime().expiresAt(),
                record.grant().id(),
                record.generation(),
                record.lifetime().issuedAt(),
                record.grantedScopes());
    }

    /** Returns what a record's tokens stand for. */
    static TokenOf tokenOf(TokenRecord record) {
        if (record.parent().isPresent()) {
            return TokenOf.PAGE;
        }
        return record.refreshModel() == RefreshModel.REISSUED ? TokenOf.APP : TokenOf.USER;
    }

    /** Returns why this record must not be used by this application, stage or client; empty if it may. */
    Optional<TokenException> foreign(TokenRecord record, Client client) {
        Optional<TokenException> origin = otherApplication(record);
        if (origin.isPresent()) {
            return origin;
        }
        String clientId = client.credentials().clientId();
        String fingerprint = record.origin().clientFingerprint();
        return !sealer.canCheck(fingerprint) || sealer.matches(fingerprint, CLIENT_ID, clientId)
                ? Optional.empty()
                : Optional.of(otherClient(record, clientId));
    }

    /** A key that is another one under the same id spoils the fingerprint too; then the key is what is wrong. */
    private TokenException otherClient(TokenRecord record, String clientId) {
        try {
            tokens(record);
        } catch (TokenException unreadable) {
            return unreadable;
        }
        return TokenException.about(Problem.CLIENT_MISMATCH)
                .detail("the record belongs to a client with fingerprint "
                        + record.origin().clientFingerprint() + ", this one has "
                        + sealer.fingerprint(CLIENT_ID, clientId) + "; nothing was refreshed")
                .build();
    }

    /** Returns why this record is another application's or stage's; empty if it is ours. */
    Optional<TokenException> otherApplication(TokenRecord record) {
        if (record.origin().namespace().equals(namespace)
                && record.origin().environment().equals(environment)) {
            return Optional.empty();
        }
        return Optional.of(TokenException.about(Problem.ENVIRONMENT_MISMATCH)
                .detail("the record belongs to " + record.origin().namespace() + "/"
                        + record.origin().environment() + ", this is " + namespace + "/" + environment
                        + "; nothing was read or refreshed")
                .build());
    }

    /** Tells whether tokens have the refresh token of a record. */
    boolean isRefreshTokenOf(TokenRecord record, TokenSet tokens) {
        return record.refreshTokenFingerprint().isPresent()
                && tokens.refreshToken()
                        .filter(token ->
                                sealer.matches(record.refreshTokenFingerprint().get(), REFRESH_TOKEN, token.reveal()))
                        .isPresent();
    }

    private Optional<String> fingerprint(TokenSet tokens) {
        return tokens.refreshToken().map(token -> sealer.fingerprint(REFRESH_TOKEN, token.reveal()));
    }

    private Lifetime dueNow(Lifetime old) {
        return new Lifetime(
                old.issuedAt(),
                old.expiresAt(),
                old.expiryAssumed(),
                old.refreshTokenExpiresAt(),
                Optional.of(time.now()),
                Optional.empty());
    }

    /** What a provider says of early refreshes it says of the grants of its own refresh model. */
    private Lifetime lifetime(TokenKey key, RefreshModel model, ProviderProfile profile, TokenSet tokens) {
        Instant issued = tokens.issuedAt();
        if (model == RefreshModel.NON_EXPIRING && tokens.expiresAt().isEmpty()) {
            return new Lifetime(
                    issued,
                    Optional.empty(),
                    false,
                    tokens.refreshTokenExpiresAt(),
                    Optional.empty(),
                    Optional.empty());
        }
        Instant told = tokens.expiresAt().orElse(issued.plus(profile.defaultLifetime()));
        Instant end = clamped(told, issued.plus(SHORTEST_LIFETIME), issued.plus(profile.longestLifetime()));
        boolean assumed = tokens.expiresAt().isEmpty() || !end.equals(told);
        boolean usual = model == profile.refreshModel();
        Optional<Duration> youngest = usual ? youngest(profile, issued, end) : Optional.empty();
        Instant due = refreshAt(new RefreshPolicy.Facts(
                key, model, issued, end, youngest, usual ? profile.largestMargin() : Optional.empty()));
        return new Lifetime(
                issued,
                Optional.of(end),
                assumed,
                tokens.refreshTokenExpiresAt(),
                Optional.of(due),
                youngest.map(issued::plus));
    }

    /** The age that a refresh waits for; a token that ends before it is not meant by the provider's rule. */
    private static Optional<Duration> youngest(ProviderProfile profile, Instant issued, Instant end) {
        return profile.earliestRefreshAge().filter(age -> issued.plus(age).isBefore(end));
    }

    /** Whatever the policy does, the tokens that it is asked about must be saved: it is asked before they are. */
    private Instant refreshAt(RefreshPolicy.Facts facts) {
        try {
            return policy.schedule(facts).refreshAt();
        } catch (RuntimeException | Error e) {
            log.warn("the refresh policy failed for {}; its token is refreshed at its end", facts.key(), e);
            return facts.expiresAt();
        }
    }

    private static Instant clamped(Instant value, Instant least, Instant most) {
        if (value.isBefore(least)) {
            return least;
        }
        return value.isAfter(most) ? most : value;
    }
}
