package dev.evertoken.store.jdbc;

import dev.evertoken.model.Grant;
import dev.evertoken.model.Lifetime;
import dev.evertoken.model.Origin;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.store.Health;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.RecordCodec;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * Creates a record from tokens that the application has written to its columns itself. Pure; immutable.
 *
 * <p>Every process creates the same record from the same columns, because its revision and grant are digests of the
 * columns. The record can therefore be compared and set although it was never written. The times of consent and issue
 * are unknown; the record uses the time of the store's last write, or 1970. A token with an unknown expiry counts as
 * expired. A refresh token without an access token is adopted too, where access tokens are obtained with one.
 *
 * @param key the account of the tokens
 * @param namespace the name of the application
 * @param environment the environment of adopted tokens
 * @param model the refresh model of the registration; empty to adopt tokens only for accounts that the store already
 *     has
 */
record Adoption(TokenKey key, String namespace, String environment, Optional<RefreshModel> model) {

    private static final String UNKNOWN_CLIENT = "adopted";
    private static final Duration MARGIN = Duration.ofMinutes(5);
    private static final int FINGERPRINT_BYTES = 16;

    /** Returns the record of tokens in an account without a stored record, if such tokens are adopted. */
    Optional<TokenRecord> first(ColumnTokens columns) {
        return model.filter(columns::suffice)
                .map(known -> record(
                        columns,
                        0,
                        new Origin(namespace, environment, UNKNOWN_CLIENT),
                        known,
                        Instant.EPOCH,
                        Set.of()));
    }

    /** Returns the record of tokens that replace those of a stored record. */
    TokenRecord next(TokenRecord before, ColumnTokens columns) {
        return record(
                columns,
                before.revision(),
                before.origin(),
                before.refreshModel(),
                before.updatedAt(),
                before.requestedScopes());
    }

    private TokenRecord record(
            ColumnTokens columns,
            long replacedRevision,
            Origin origin,
            RefreshModel known,
            Instant time,
            Set<String> requestedScopes) {
        byte[] digest = Digests.of(
                "adopted",
                namespace,
                key.registration(),
                key.account(),
                Long.toString(replacedRevision),
                text(columns.accessToken()),
                text(columns.refreshToken()));
        Lifetime lifetime = lifetime(columns, known, time);
        return TokenRecord.builder(key)
                .origin(origin)
                .revision(Math.max(1, ByteBuffer.wrap(digest).getLong() & Long.MAX_VALUE))
                .grant(new Grant("adopted-" + HexFormat.of().formatHex(digest, 8, 24), time))
                .requestedScopes(requestedScopes)
                .grantedScopes(columns.scopes())
                .refreshModel(known)
                .refreshTokenFingerprint(columns.refreshToken().map(Adoption::fingerprint))
                .lifetime(lifetime)
                .health(Health.active(time))
                .secrets(new SecretPart.Clear(RecordCodec.encodeTokens(tokens(columns, lifetime))))
                .updatedAt(time)
                .build();
    }

    private static Lifetime lifetime(ColumnTokens columns, RefreshModel model, Instant time) {
        if (columns.accessToken().isEmpty()) {
            return Lifetime.ofRefreshToken(time, Optional.empty());
        }
        Optional<Instant> expiresAt = columns.expiresAt();
        Instant issued = expiresAt.filter(time::isAfter).orElse(time);
        if (expiresAt.isEmpty() && model == RefreshModel.NON_EXPIRING) {
            return new Lifetime(issued, Optional.empty(), false, Optional.empty(), Optional.empty(), Optional.empty());
        }
        Instant end = expiresAt.orElse(issued);
        Instant due = end.minus(MARGIN).isBefore(issued) ? issued : end.minus(MARGIN);
        return new Lifetime(
                issued, Optional.of(end), expiresAt.isEmpty(), Optional.empty(), Optional.of(due), Optional.empty());
    }

    private static TokenSet tokens(ColumnTokens columns, Lifetime lifetime) {
        TokenSet.Builder tokens = columns.accessToken()
                .map(token -> TokenSet.builder(token.reveal()))
                .orElseGet(() -> TokenSet.ofRefreshToken(
                        columns.refreshToken().orElseThrow().reveal())
                        .toBuilder())
                .issuedAt(lifetime.issuedAt())
                .scopes(columns.scopes());
        columns.refreshToken().ifPresent(tokens::refreshToken);
        columns.expiresAt().ifPresent(tokens::expiresAt);
        return tokens.build();
    }

    /**
     * Returns a provisional fingerprint, since the engine's key is not known here; the engine's next write replaces it.
     */
    private static String fingerprint(Secret refreshToken) {
        byte[] digest = Digests.of("adopted refresh token", refreshToken.reveal());
        return "adopted:" + HexFormat.of().formatHex(Arrays.copyOf(digest, FINGERPRINT_BYTES));
    }

    private static String text(Optional<Secret> secret) {
        return secret.map(Secret::reveal).orElse("");
    }
}
