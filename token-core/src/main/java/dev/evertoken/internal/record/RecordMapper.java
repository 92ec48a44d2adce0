package dev.evertoken.internal.record;

import dev.evertoken.internal.store.json.RecordFormat;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Lifetime;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.RefreshPolicy;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.DialectContext.TokenOf;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.store.Health;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns tokens into records and records into tokens: sealing, refresh-token fingerprints, revisions. Thread-safe. */
public final class RecordMapper {

    private static final Logger log = LoggerFactory.getLogger(RecordMapper.class);
    private static final String REFRESH_TOKEN = "refresh-token";

    private final Sealer sealer;
    private final Ownership ownership;
    private final Lifetimes lifetimes;
    private final Timekeeper time;
    private final SecureRandom random = new SecureRandom();

    public RecordMapper(Sealer sealer, String namespace, String environment, RefreshPolicy policy, Timekeeper time) {
        this.sealer = sealer;
        this.ownership = new Ownership(sealer, namespace, environment);
        this.lifetimes = new Lifetimes(policy, time);
        this.time = time;
    }

    /** Returns who may use a record. */
    public Ownership ownership() {
        return ownership;
    }

    /** Returns the id of a new write: random and positive, never a counter (protocol.md X1). */
    public long newRevision() {
        return random.nextLong(1, Long.MAX_VALUE);
    }

    /** Returns a new id of a grant or a claim. */
    public String newId() {
        return Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
    }

    /** Returns {@code draft} as a new write. */
    public TokenRecord write(TokenRecord.Builder draft) {
        return draft.build(newRevision(), time.now());
    }

    /** Returns the first record of a grant. */
    public TokenRecord first(
            TokenKey key,
            Client client,
            Grant grant,
            TokenSet tokens,
            Set<String> requestedScopes,
            Optional<String> subject,
            GrantSource descent) {
        Instant now = time.now();
        return TokenRecord.builder(key)
                .origin(ownership.origin(client))
                .revision(newRevision())
                .grant(grant)
                .subject(subject)
                .requestedScopes(requestedScopes)
                .grantedScopes(tokens.scopes().isEmpty() ? requestedScopes : tokens.scopes())
                .refreshModel(descent.model())
                .refreshTokenFingerprint(fingerprint(tokens))
                .lifetime(lifetimes.of(key, descent.model(), client.profile(), tokens))
                .health(startingHealth(descent.model(), tokens, now))
                .parent(descent.parent())
                .secrets(sealed(key, grant, tokens))
                .updatedAt(now)
                .build();
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
    public TokenRecord broughtHere(TokenRecord record, TokenSet tokens, Client client) {
        return record.toBuilder()
                .origin(ownership.origin(client))
                .revision(newRevision())
                .refreshTokenFingerprint(fingerprint(tokens))
                .noClaim()
                .secrets(sealed(record.key(), record.grant(), tokens))
                .build();
    }

    /** Returns the next generation: what the provider answered, on top of what it left out. */
    public TokenRecord answered(TokenRecord base, Client client, TokenResponse response) {
        try {
            TokenRecord next = nextGeneration(base, client, response);
            RecordFormat.encode(next);
            return next;
        } catch (RuntimeException e) {
            log.warn("{}: only the tokens of an answer can be kept", base.key(), e);
            return nextGeneration(base, client, response.tokensOnly());
        }
    }

    private TokenRecord nextGeneration(TokenRecord base, Client client, TokenResponse response) {
        TokenSet next = response.applyTo(tokens(base));
        Lifetime lifetime = response.accessToken().isPresent()
                ? lifetimes.of(base.key(), base.refreshModel(), client.profile(), next)
                : lifetimes.dueNow(base.lifetime());
        return write(base.next()
                .generation(base.generation() + 1)
                .subject(response.subject().or(base::subject))
                .grantedScopes(response.scopes().orElse(base.grantedScopes()))
                .refreshTokenFingerprint(fingerprint(next))
                .lifetime(lifetime)
                .secrets(sealed(base.key(), base.grant(), next))
                .noClaim()
                .uncertain(0)
                .failures(Failures.none())
                .health(Health.active(time.now())));
    }

    /** @throws TokenException with {@link Problem#RECORD_UNREADABLE} */
    public TokenSet tokens(TokenRecord record) {
        return RecordFormat.decodeTokens(
                record.key(), sealer.open(record.key(), record.grant().id(), record.secrets()));
    }

    /** Returns what a caller gets to see of a record's opened tokens. */
    public static AccessToken accessToken(TokenRecord record, TokenSet tokens) {
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
    public static TokenOf tokenOf(TokenRecord record) {
        if (record.parent().isPresent()) {
            return TokenOf.PAGE;
        }
        return record.refreshModel() == RefreshModel.REISSUED ? TokenOf.APP : TokenOf.USER;
    }

    /** Tells whether tokens have the refresh token of a record. */
    public boolean isRefreshTokenOf(TokenRecord record, TokenSet tokens) {
        return record.refreshTokenFingerprint().isPresent()
                && tokens.refreshToken()
                        .filter(token ->
                                sealer.matches(record.refreshTokenFingerprint().get(), REFRESH_TOKEN, token.reveal()))
                        .isPresent();
    }

    private SecretPart sealed(TokenKey key, Grant grant, TokenSet tokens) {
        return sealer.seal(key, grant.id(), RecordFormat.encodeTokens(tokens));
    }

    private Optional<String> fingerprint(TokenSet tokens) {
        return tokens.refreshToken().map(token -> sealer.fingerprint(REFRESH_TOKEN, token.reveal()));
    }
}
