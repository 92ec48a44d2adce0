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
 * Makes a record of tokens that the application has put into its columns by itself. Pure; immutable.
 *
 * <p>Every process makes the same record of the same columns, its revision and grant being digests of what was read:
 * so it can be compared and set although nobody has written it yet. When it was consented to and issued is not known;
 * it counts from the last write of the store, or from 1970. A token whose end is not told has ended.
 *
 * @param key whose tokens
 * @param namespace the application
 * @param environment the stage
 * @param model how the grants of the registration live on; empty if only accounts are adopted that were connected once
 */
record Adoption(TokenKey key, String namespace, String environment, Optional<RefreshModel> model) {

    private static final String UNKNOWN_CLIENT = "adopted";
    private static final Duration MARGIN = Duration.ofMinutes(5);
    private static final int FINGERPRINT_BYTES = 16;

    /** Returns the record of tokens that stand there alone, if such are adopted. */
    Optional<TokenRecord> first(ColumnTokens columns) {
        return model.filter(any -> columns.accessToken().isPresent())
                .map(known -> record(
                        columns,
                        0,
                        new Origin(namespace, environment, UNKNOWN_CLIENT),
                        known,
                        Instant.EPOCH,
                        Set.of()));
    }

    /** Returns the record of tokens that displace those of another. */
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
            long displaced,
            Origin origin,
            RefreshModel known,
            Instant since,
            Set<String> requestedScopes) {
        byte[] digest = Digests.of(
                "adopted",
                namespace,
                key.registration(),
                key.account(),
                Long.toString(displaced),
                text(columns.accessToken()),
                text(columns.refreshToken()));
        Lifetime lifetime = lifetime(columns, known, since);
        return TokenRecord.builder(key)
                .origin(origin)
                .revision(Math.max(1, ByteBuffer.wrap(digest).getLong() & Long.MAX_VALUE))
                .grant(new Grant("adopted-" + HexFormat.of().formatHex(digest, 8, 24), since))
                .requestedScopes(requestedScopes)
                .grantedScopes(columns.scopes())
                .refreshModel(known)
                .refreshTokenFingerprint(columns.refreshToken().map(Adoption::fingerprint))
                .lifetime(lifetime)
                .health(Health.active(since))
                .secrets(new SecretPart.Clear(RecordCodec.encodeTokens(tokens(columns, lifetime))))
                .updatedAt(since)
                .build();
    }

    private static Lifetime lifetime(ColumnTokens columns, RefreshModel model, Instant since) {
        Optional<Instant> told = columns.expiresAt();
        Instant issued = told.filter(since::isAfter).orElse(since);
        if (told.isEmpty() && model == RefreshModel.NON_EXPIRING) {
            return new Lifetime(issued, Optional.empty(), false, Optional.empty(), Optional.empty(), Optional.empty());
        }
        Instant end = told.orElse(issued);
        Instant due = end.minus(MARGIN).isBefore(issued) ? issued : end.minus(MARGIN);
        return new Lifetime(
                issued, Optional.of(end), told.isEmpty(), Optional.empty(), Optional.of(due), Optional.empty());
    }

    private static TokenSet tokens(ColumnTokens columns, Lifetime lifetime) {
        TokenSet.Builder tokens = TokenSet.builder(
                        columns.accessToken().orElseThrow().reveal())
                .issuedAt(lifetime.issuedAt())
                .scopes(columns.scopes());
        columns.refreshToken().ifPresent(tokens::refreshToken);
        columns.expiresAt().ifPresent(tokens::expiresAt);
        return tokens.build();
    }

    /** The engine's own has a key that is not here; its next write puts that in place of this one. */
    private static String fingerprint(Secret refreshToken) {
        byte[] digest = Digests.of("adopted refresh token", refreshToken.reveal());
        return "adopted:" + HexFormat.of().formatHex(Arrays.copyOf(digest, FINGERPRINT_BYTES));
    }

    private static String text(Optional<Secret> secret) {
        return secret.map(Secret::reveal).orElse("");
    }
}
