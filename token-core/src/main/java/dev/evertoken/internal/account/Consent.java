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
        /** A grant that needs a new consent: whether these tokens are newer than valid ones is unknown. */
        INVALID_GRANTS,
        /** No grant. */
        NOTHING,
        /** Any grant of the same provider user, or of an unknown user. */
        SAME_USER,
        /** Any grant of any provider user. */
        ANY_USER
    }

    /**
     * Returns whether these tokens must not replace the stored ones.
     *
     * @param sameRefreshToken whether the refresh token is that of the stored record
     * @param spent whether the account is known to have replaced the refresh token
     */
    boolean givesWayTo(TokenRecord stored, boolean sameRefreshToken, boolean spent) {
        if (stored.grant().consentedAt().isAfter(grant.consentedAt())) {
            return true;
        }
        boolean wouldBeRefused = spent && stored.refreshModel() == RefreshModel.ROTATING;
        boolean needsConsent = stored.health().state() == ConnectionState.NEEDS_REAUTH;
        return switch (over) {
            case NOTHING -> true;
            case INVALID_GRANTS -> wouldBeRefused || !needsConsent;
            case OLDER_TOKENS ->
                wouldBeRefused
                        || (!needsConsent
                                && (sameRefreshToken
                                        || !stored.lifetime().issuedAt().isBefore(tokens.issuedAt())));
            case ANYTHING -> wouldBeRefused;
            case SAME_USER, ANY_USER -> false;
        };
    }

    /**
     * Returns whether these tokens have no refresh token, although the grant that they would replace has one.
     *
     * @param isOurs whether the stored record belongs to this client
     */
    boolean lacksTheRefreshTokenOf(TokenRecord stored, boolean isOurs) {
        return tokens.refreshToken().isEmpty()
                && isOurs
                && descent.model() == stored.refreshModel()
                && isRefreshable(stored);
    }

    /**
     * Returns the tokens to store in place of {@code before}: a consent that brings no refresh token keeps the one of
     * the same user's earlier grant (G4).
     *
     * @param isOurs whether the earlier record belongs to this client; a user may have a different id for each client
     * @param tokensBefore decrypts the earlier tokens
     * <p>Imported tokens without a refresh token keep that of the grant that they replace.
     *
     * @throws TokenException with {@link Problem#WRONG_ACCOUNT} if a different user has consented (G5), or
     *     {@link Problem#NO_REFRESH_TOKEN} if a refreshable grant would be replaced by one that is not, possibly of a
     *     different user, or {@link Problem#HELD_BY_PEER} if the refresh token to keep is being used,
     *     or {@link Problem#OUTCOME_UNKNOWN} if it may have been used
     */
    TokenSet replacing(TokenRecord before, boolean isOurs, Supplier<TokenSet> tokensBefore) {
        if (over != Over.SAME_USER && over != Over.ANY_USER) {
            return lacksTheRefreshTokenOf(before, isOurs) ? withKeptRefreshToken(before, tokensBefore) : tokens;
        }
        boolean bothKnown = isOurs && subject.isPresent() && before.subject().isPresent();
        boolean same = bothKnown && subject.equals(before.subject());
        if (bothKnown && !same && over == Over.SAME_USER) {
            throw TokenException.about(Problem.WRONG_ACCOUNT)
                    .detail("a different user of the provider than the one connected before has consented; nothing was"
                            + " stored. Consent as the earlier user, for example with chooseAccount(), or authorize"
                            + " with allowAccountChange()")
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

    private TokenSet withKeptRefreshToken(TokenRecord before, Supplier<TokenSet> tokensBefore) {
        if (isBeingSpent(before)) {
            boolean isClaimed = before.claim().isPresent();
            throw TokenException.about(isClaimed ? Problem.HELD_BY_PEER : Problem.OUTCOME_UNKNOWN)
                    .detail("the tokens have no refresh token, and the stored one "
                            + (isClaimed
                                    ? "is being used at the moment"
                                    : "may have been used by an earlier refresh of this application, whose response was"
                                            + " lost")
                            + "; nothing was stored. Connect again later")
                    .build();
        }
        return withRefreshTokenOf(tokensBefore.get());
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
