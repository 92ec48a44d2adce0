package dev.evertoken.internal.record;

import dev.evertoken.internal.store.json.RecordFormat;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Lifetime;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Converts tokens to records and back: sealing, refresh-token fingerprints, revisions. Thread-safe. */
public final class RecordMapper {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);
    private static final String REFRESH_TOKEN = "refresh-token";
    private static final long FIRST = 1;
    private static final int MOST_SPENT = 6;
    private static final String INVALID_CHARACTERS = "has characters that are invalid in a token, such as a line break";

    /** A record together with the tokens that were sealed into it. Immutable. */
    public record Sealed(TokenRecord record, TokenSet tokens) {}

    private final Sealer sealer;
    private final Ownership ownership;
    private final RecordSeals seals;
    private final Lifetimes lifetimes;
    private final Timekeeper time;
    private final RandomNumbers random;

    public RecordMapper(Sealer sealer, String namespace, String environment, RefreshPolicy policy, Timekeeper time) {
        this.sealer = sealer;
        this.ownership = new Ownership(sealer, namespace, environment);
        this.seals = new RecordSeals(sealer, this);
        this.lifetimes = new Lifetimes(policy, time);
        this.time = time;
        this.random = new RandomNumbers(time);
    }

    /** Returns the check of which records this application may use. */
    public Ownership ownership() {
        return ownership;
    }

    /** Returns the comparison of stored records with the key ring. */
    public RecordSeals seals() {
        return seals;
    }

    /** Returns new digests for a diagnosis. */
    public InspectionDigests inspectionDigests() {
        return InspectionDigests.of(sealer);
    }

    /** Returns a record without tokens for an account that no process refreshes, to find out whether a write works. */
    public TokenRecord probe(TokenKey key) {
        Instant now = time.now();
        Grant grant = new Grant(newId(), now);
        return TokenRecord.builder(key)
                .origin(ownership.originOfNoClient())
                .revision(newRevision())
                .grant(grant)
                .refreshModel(RefreshModel.STATIC)
                .lifetime(new Lifetime(
                        now, Optional.empty(), false, Optional.empty(), Optional.empty(), Optional.empty()))
                .health(Health.active(now))
                .secrets(sealer.seal(key, grant.id(), FIRST, new byte[0]))
                .updatedAt(now)
                .build();
    }

    /** Returns the id of a new write: random and positive, never a counter (protocol.md X1). */
    public long newRevision() {
        return random.nextPositive();
    }

    /** Returns a new id for a grant or a claim. */
    public String newId() {
        return Long.toHexString(random.next()) + Long.toHexString(random.next());
    }

    /** Returns {@code draft} as a new write, with a new revision and the current time. */
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
            GrantSource source) {
        Instant now = time.now();
        return TokenRecord.builder(key)
                .origin(ownership.origin(client))
                .revision(newRevision())
                .grant(grant)
                .subject(subject)
                .requestedScopes(requestedScopes)
                .grantedScopes(tokens.scopes().isEmpty() ? requestedScopes : tokens.scopes())
                .refreshModel(source.model())
                .refreshTokenFingerprint(fingerprint(tokens))
                .lifetime(lifetimes.of(key, source.model(), client.profile(), tokens))
                .health(initialHealth(source.model(), tokens.refreshToken().isPresent(), now))
                .parent(source.parent())
                .secrets(sealed(key, grant, FIRST, tokens))
                .updatedAt(now)
                .build();
    }

    /** Returns the health of a new account. One that cannot be refreshed is reported as such from the start (D17). */
    private static Health initialHealth(RefreshModel model, boolean hasRefreshToken, Instant now) {
        Health active = Health.active(now);
        return model.usesRefreshTokens() && !hasRefreshToken
                ? active.become(ConnectionState.NOT_REFRESHABLE, Problem.NO_REFRESH_TOKEN, now)
                : active;
    }

    /** Returns the health of an account that works, as if it were connected now. */
    public static Health initialHealth(TokenRecord record, Instant now) {
        return initialHealth(
                record.refreshModel(), record.refreshTokenFingerprint().isPresent(), now);
    }

    /** Returns a record of another store for this store: sealed with this application's keys, and without a claim. */
    public TokenRecord broughtHere(TokenRecord record, TokenSet tokens, Client client) {
        return record.toBuilder()
                .origin(ownership.origin(client))
                .revision(newRevision())
                .refreshTokenFingerprint(fingerprint(tokens))
                .noClaim()
                .secrets(sealed(record.key(), record.grant(), record.generation(), tokens))
                .build();
    }

    /**
     * Returns the next generation: the provider's response, completed with the values of {@code base} that it omits. If
     * a part other than the tokens cannot be stored, only the tokens are kept.
     */
    public Sealed answered(TokenRecord base, TokenSet opened, Client client, TokenResponse response) {
        try {
            Sealed next = nextGeneration(base, opened, client, response);
            RecordFormat.requireEncodable(next.record());
            return next;
        } catch (RuntimeException e) {
            log.warn("{}: only the tokens of a response can be kept", base.key(), e);
            return nextGeneration(base, opened, client, response.tokensOnly());
        }
    }

    private Sealed nextGeneration(TokenRecord base, TokenSet opened, Client client, TokenResponse response) {
        TokenSet next = response.applyTo(opened);
        Lifetime lifetime = response.accessToken().isPresent()
                ? lifetimes.ofRefreshed(base.key(), base.refreshModel(), client.profile(), next)
                : lifetimes.dueNow(base.lifetime());
        long generation = base.generation() + 1;
        Optional<String> fingerprint = fingerprint(next);
        TokenRecord record = write(base.next()
                .generation(generation)
                .subject(response.subject().isPresent() ? response.subject() : base.subject())
                .grantedScopes(response.scopes().orElse(base.grantedScopes()))
                .refreshTokenFingerprint(fingerprint)
                .spentRefreshTokens(spentAfter(base, next, fingerprint))
                .marks(CheckMarks.without(base))
                .lifetime(lifetime)
                .secrets(sealed(base.key(), base.grant(), generation, next))
                .noClaim()
                .uncertain(0)
                .failures(Failures.none())
                .health(Health.active(time.now())));
        return new Sealed(record, next);
    }

    /** Returns a response without its access token if that has characters that no token has. */
    public static TokenResponse usable(TokenResponse response) {
        Optional<Secret> token = response.accessToken();
        return token.isEmpty() || token.get().hasTokenCharacters()
                ? response
                : response.toBuilder()
                        .accessToken(Optional.empty())
                        .accessTokenFault(Optional.of("the access token " + INVALID_CHARACTERS))
                        .build();
    }

    /**
     * Returns the opened tokens of a record.
     *
     * @throws TokenException with {@link Problem#RECORD_UNREADABLE}
     */
    public TokenSet tokens(TokenRecord record) {
        return checked(
                record,
                RecordFormat.decodeTokens(
                        record.key(),
                        sealer.open(record.key(), record.grant().id(), record.generation(), record.secrets())));
    }

    /**
     * Returns the tokens that were sealed into a record just now, like {@link #tokens}, which would open them again.
     *
     * @throws TokenException with {@link Problem#RECORD_UNREADABLE}
     */
    public static TokenSet checked(TokenRecord record, TokenSet tokens) {
        if (!tokens.accessToken().map(Secret::hasTokenCharacters).orElse(true)) {
            throw TokenException.about(Problem.RECORD_UNREADABLE)
                    .key(record.key())
                    .detail("the stored access token " + INVALID_CHARACTERS
                            + "; correct the stored value, or reconnect")
                    .build();
        }
        return tokens;
    }

    /** Returns why a record's tokens cannot be opened, as far as that is known without opening them. */
    public Optional<OpeningFault> openingFault(TokenRecord record) {
        return sealer.obstacle(record.key(), record.secrets());
    }

    /**
     * Returns the part of a record's opened tokens that callers see.
     *
     * @throws TokenException with {@link Problem#RECORD_UNREADABLE} if the tokens have no access token, although the
     *     times of the record belong to one
     */
    public static AccessToken accessToken(TokenRecord record, TokenSet tokens) {
        if (tokens.accessToken().isEmpty()) {
            throw TokenException.about(Problem.RECORD_UNREADABLE)
                    .key(record.key())
                    .detail("the record has times of an access token and no access token; reconnect")
                    .build();
        }
        Secret token = tokens.accessToken().get();
        return new AccessToken(
                token,
                tokens.tokenType(),
                record.lifetime().expiresAt(),
                record.grant().id(),
                record.generation(),
                record.lifetime().issuedAt(),
                record.grantedScopes(),
                tokens.fields(),
                tokens.hosts(),
                Optional.ofNullable(tokens.attributes().get(TokenSet.TOKEN_SECRET)));
    }

    /** Returns whether a record's tokens stand for a user, a page or the application. */
    public static TokenOf tokenOf(TokenRecord record) {
        if (record.parent().isPresent()) {
            return TokenOf.PAGE;
        }
        return record.refreshModel() == RefreshModel.REISSUED ? TokenOf.APP : TokenOf.USER;
    }

    /** Returns whether tokens contain the refresh token of a record. */
    public boolean isRefreshTokenOf(TokenRecord record, TokenSet tokens) {
        Optional<String> fingerprint = record.refreshTokenFingerprint();
        Optional<Secret> token = tokens.refreshToken();
        return fingerprint.isPresent()
                && token.isPresent()
                && sealer.matches(fingerprint.get(), REFRESH_TOKEN, token.get().reveal());
    }

    /**
     * Returns whether tokens contain a refresh token that this account is known to have replaced. Such a token is spent,
     * or belongs to an earlier consent.
     */
    public boolean areSpent(TokenRecord record, TokenSet tokens) {
        return tokens.refreshToken()
                .filter(token -> record.spentRefreshTokens().stream()
                        .anyMatch(spent -> sealer.matches(spent, REFRESH_TOKEN, token.reveal())))
                .isPresent();
    }

    /** Returns the first record of a grant that replaces another one: it remembers the spent refresh tokens. */
    public TokenRecord succeeding(TokenRecord before, TokenRecord first, TokenSet tokens) {
        return first.toBuilder()
                .spentRefreshTokens(spentAfter(before, tokens, first.refreshTokenFingerprint()))
                .build();
    }

    /**
     * Returns the spent refresh tokens of an account after its tokens have been replaced: the first one, which an
     * application may import again at each start, and the most recent ones.
     *
     * @param fingerprint the fingerprint of the refresh token of {@code tokens}
     */
    private List<String> spentAfter(TokenRecord before, TokenSet tokens, Optional<String> fingerprint) {
        if (hasRefreshTokenOf(before, tokens, fingerprint)) {
            return before.spentRefreshTokens();
        }
        List<String> spent = new ArrayList<>(before.spentRefreshTokens());
        Optional<String> last = before.refreshTokenFingerprint();
        if (last.isPresent() && !spent.contains(last.get())) {
            spent.add(last.get());
        }
        if (spent.size() > MOST_SPENT) {
            spent.subList(1, spent.size() - MOST_SPENT + 1).clear();
        }
        return spent;
    }

    /** Two fingerprints that were made with the same key are compared without making one again. */
    private boolean hasRefreshTokenOf(TokenRecord before, TokenSet tokens, Optional<String> fingerprint) {
        Optional<String> last = before.refreshTokenFingerprint();
        if (last.isEmpty() || fingerprint.isEmpty()) {
            return false;
        }
        return sealer.isOfActiveKey(last.get()) ? last.equals(fingerprint) : isRefreshTokenOf(before, tokens);
    }

    private SecretPart sealed(TokenKey key, Grant grant, long generation, TokenSet tokens) {
        return sealer.seal(key, grant.id(), generation, RecordFormat.encodeTokens(tokens));
    }

    /** Returns the fingerprint of the refresh token, made with the active key; empty if there is none. */
    Optional<String> fingerprint(TokenSet tokens) {
        Optional<Secret> token = tokens.refreshToken();
        return token.isPresent()
                ? Optional.of(sealer.fingerprint(REFRESH_TOKEN, token.get().reveal()))
                : Optional.empty();
    }
}
