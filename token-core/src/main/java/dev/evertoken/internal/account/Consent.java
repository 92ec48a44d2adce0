package dev.evertoken.internal.account;

import dev.evertoken.internal.record.GrantSource;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.store.TokenRecord;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Tokens that are about to become an account's grant, and the grants that they may replace. Immutable.
 *
 * @param grant the new grant; its id identifies a write whose acknowledgement was lost
 * @param tokens the tokens as they were received
 * @param requestedScopes the requested scopes
 * @param subject the provider's id of the user, if reported
 * @param over the grants that may be replaced
 * @param descent the source of the tokens
 */
public record Consent(
        Grant grant,
        TokenSet tokens,
        Set<String> requestedScopes,
        Optional<String> subject,
        Over over,
        GrantSource descent) {

    /** The grants that a consent may replace. */
    public enum Over {
        /** Any grant, at the request of the application. */
        ANYTHING,
        /**
         * A grant whose tokens were issued before these and that does not have the same refresh token, because that
         * token may be in use.
         */
        OLDER_TOKENS,
        /** Any grant of the same provider user, or of an unknown user. */
        SAME_USER,
        /** Any grant of any provider user. */
        ANY_USER
    }

    /**
     * Returns whether these tokens must not replace the stored ones.
     *
     * @param sameRefreshToken whether the refresh token is that of the stored record
     */
    boolean givesWayTo(TokenRecord stored, boolean sameRefreshToken) {
        if (stored.grant().consentedAt().isAfter(grant.consentedAt())) {
            return true;
        }
        return over == Over.OLDER_TOKENS
                && stored.health().state() != ConnectionState.NEEDS_REAUTH
                && (sameRefreshToken || !stored.lifetime().issuedAt().isBefore(tokens.issuedAt()));
    }

    /**
     * Returns the tokens to store in place of {@code before}: a consent that brings no refresh token keeps the one of
     * the same user's earlier grant (G4).
     *
     * @param isOurs whether the earlier record belongs to this client; a user may have a different id for each client
     * @param tokensBefore decrypts the earlier tokens
     * @throws TokenException with {@link Problem#WRONG_ACCOUNT} if a different user has consented (G5), or
     *     {@link Problem#NO_REFRESH_TOKEN} if a refreshable grant would be replaced by one that is not, possibly of a
     *     different user
     */
    TokenSet replacing(TokenRecord before, boolean isOurs, Supplier<TokenSet> tokensBefore) {
        if (over == Over.ANYTHING || over == Over.OLDER_TOKENS) {
            return tokens;
        }
        boolean bothKnown = isOurs && subject.isPresent() && before.subject().isPresent();
        boolean same = bothKnown && subject.equals(before.subject());
        if (bothKnown && !same && over == Over.SAME_USER) {
            throw TokenException.about(Problem.WRONG_ACCOUNT)
                    .detail("a different user of the provider than the one connected before has consented; nothing was"
                            + " stored. Consent as the earlier user, or authorize with allowAccountChange()")
                    .build();
        }
        boolean replacesARefreshableOne = tokens.refreshToken().isEmpty() && isOurs && isRefreshable(before);
        if (!replacesARefreshableOne || (bothKnown && !same)) {
            return tokens;
        }
        if (same && !isBeingSpent(before)) {
            return withRefreshTokenOf(tokensBefore.get());
        }
        if (over == Over.ANY_USER) {
            return tokens;
        }
        throw TokenException.about(Problem.NO_REFRESH_TOKEN)
                .detail("the provider issued no refresh token and does not identify the user; the earlier connection"
                        + " is kept. Authorize again with forceConsent()")
                .build();
    }

    private static boolean isRefreshable(TokenRecord record) {
        return record.refreshTokenFingerprint().isPresent() && record.health().state() != ConnectionState.NEEDS_REAUTH;
    }

    /** A refresh token that is being sent to a rotating provider may already be invalid when it is stored again. */
    private static boolean isBeingSpent(TokenRecord record) {
        return record.refreshModel() == RefreshModel.ROTATING && (record.claim().isPresent() || record.uncertain() > 0);
    }

    private TokenSet withRefreshTokenOf(TokenSet before) {
        TokenSet.Builder kept = tokens.toBuilder().refreshTokenExpiresAt(before.refreshTokenExpiresAt());
        before.refreshToken().ifPresent(kept::refreshToken);
        return kept.build();
    }
}
