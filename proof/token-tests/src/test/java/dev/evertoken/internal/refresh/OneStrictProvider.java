package dev.evertoken.internal.refresh;

import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.RecordCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A rotating provider in memory for one account. Its refresh tokens contain their origin: {@code rt-2-5} is the fifth
 * of the second consent. Thread-safe.
 */
final class OneStrictProvider implements Provider, Refresher {

    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    /** Every access token is issued expired, so every refresh calls the provider. */
    private static final Instant ISSUED = NOW.minus(Duration.ofHours(2));

    private static final Instant ENDED = NOW.minus(Duration.ofHours(1));

    private final ProviderProfile profile =
            ProviderProfile.builder(RefreshModel.ROTATING).build();
    private final ConcurrentMap<Integer, Integer> newest = new ConcurrentHashMap<>();
    private final AtomicInteger consents = new AtomicInteger();
    private final AtomicInteger reused = new AtomicInteger();

    /** Returns the tokens of a new consent. */
    TokenSet consent() {
        int consent = consents.incrementAndGet();
        newest.put(consent, 1);
        return TokenSet.builder("at-" + consent + "-1")
                .refreshToken("rt-" + consent + "-1")
                .issuedAt(ISSUED)
                .expiresAt(ENDED)
                .build();
    }

    /** Returns how often a refresh token was presented that had already been used. */
    int reused() {
        return reused.get();
    }

    /** Returns whether the record has the newest refresh token of its consent. */
    boolean isLive(TokenRecord record) {
        String[] token = refreshToken(record);
        return newest.get(Integer.valueOf(token[1])) == Integer.parseInt(token[2]);
    }

    /** Returns whether the record is of the first consent. */
    boolean isFirst(TokenRecord record) {
        return refreshToken(record)[1].equals("1");
    }

    private static String[] refreshToken(TokenRecord record) {
        byte[] inTheClear = ((SecretPart.Clear) record.secrets()).bytes();
        TokenSet tokens = RecordCodec.decodeTokens(record.key(), inTheClear);
        return tokens.refreshToken().orElseThrow().reveal().split("-", -1);
    }

    @Override
    public String id() {
        return "acme";
    }

    @Override
    public ProviderProfile profile() {
        return profile;
    }

    @Override
    public Refresher refresher() {
        return this;
    }

    @Override
    public TokenOutcome refresh(RefreshRequest request) {
        if (!request.permit().maySend()) {
            return new TokenOutcome.NotSent(Problem.WAIT_TIMEOUT, "the claim is too old to be used");
        }
        String[] token = request.tokens().refreshToken().orElseThrow().reveal().split("-", -1);
        Integer consent = Integer.valueOf(token[1]);
        int number = Integer.parseInt(token[2]);
        if (!newest.replace(consent, number, number + 1)) {
            reused.incrementAndGet();
            return new TokenOutcome.Refused(TokenVerdict.of(
                    TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD, "token endpoint answered 400 invalid_grant"));
        }
        String next = consent + "-" + (number + 1);
        return new TokenOutcome.Issued(TokenResponse.builder(ISSUED)
                .accessToken(Secret.of("at-" + next))
                .refreshToken(Secret.of("rt-" + next))
                .expiresAt(ENDED)
                .build());
    }
}
