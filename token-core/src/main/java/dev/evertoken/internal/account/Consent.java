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
 * Tokens on their way to becoming an account's grant, and what they may displace. Immutable.
 *
 * @param grant the new one; its id recognises an own write whose acknowledgement was lost
 * @param tokens as they came
 * @param requestedScopes what was asked for
 * @param subject the provider's id of the user, where told
 * @param over what may be displaced
 * @param descent where the tokens come from
 */
public record Consent(
        Grant grant,
        TokenSet tokens,
        Set<String> requestedScopes,
        Optional<String> subject,
        Over over,
        GrantSource descent) {

    /** What may be displaced. */
    public enum Over {
        /** Whatever there is: the application says so. */
        ANYTHING,
        /** What was issued before these tokens, and is not the same refresh token: it may be on its way now. */
        OLDER_TOKENS,
        /** Any grant of the same provider user, or of one that is not known. */
        SAME_USER,
        /** Any grant of any provider user. */
        ANY_USER
    }

    /**
     * Tells whether these tokens are to give way to what is stored.
     *
     * @param sameRefreshToken whether it is that of the stored record
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
     * Returns what to store in place of {@code before}: a consent that brings no refresh token keeps the one of the
     * same user's grant before it (G4).
     *
     * @param isOurs whether the record before is this client's; users may have another id for each client
     * @param tokensBefore opens its tokens
     * @throws TokenException with {@link Problem#WRONG_ACCOUNT} if somebody else has consented (G5), or {@link
     *     Problem#NO_REFRESH_TOKEN} if a grant that lives on would be displaced by one that does not, perhaps of
     *     somebody else
     */
    TokenSet replacing(TokenRecord before, boolean isOurs, Supplier<TokenSet> tokensBefore) {
        if (over == Over.ANYTHING || over == Over.OLDER_TOKENS) {
            return tokens;
        }
        boolean bothKnown = isOurs && subject.isPresent() && before.subject().isPresent();
        boolean same = bothKnown && subject.equals(before.subject());
        if (bothKnown && !same && over == Over.SAME_USER) {
            throw TokenException.about(Problem.WRONG_ACCOUNT)
                    .detail("another user of the provider has consented than the one connected before; nothing was"
                            + " stored. Consent as that one, or authorize with allowAccountChange()")
                    .build();
        }
        boolean displacesALivingOne = tokens.refreshToken().isEmpty() && isOurs && isRefreshable(before);
        if (!displacesALivingOne || (bothKnown && !same)) {
            return tokens;
        }
        if (same && !isBeingSpent(before)) {
            return withRefreshTokenOf(tokensBefore.get());
        }
        if (over == Over.ANY_USER) {
            return tokens;
        }
        throw TokenException.about(Problem.NO_REFRESH_TOKEN)
                .detail("the provider gave no refresh token and does not say whose the tokens are; the connection"
                        + " before stays. Authorize again with forceConsent()")
                .build();
    }

    private static boolean isRefreshable(TokenRecord record) {
        return record.refreshTokenFingerprint().isPresent() && record.health().state() != ConnectionState.NEEDS_REAUTH;
    }

    /** A refresh token that is on its way to a rotating provider may be dead when it is stored again. */
    private static boolean isBeingSpent(TokenRecord record) {
        return record.refreshModel() == RefreshModel.ROTATING && (record.claim().isPresent() || record.uncertain() > 0);
    }

    private TokenSet withRefreshTokenOf(TokenSet before) {
        TokenSet.Builder kept = tokens.toBuilder().refreshTokenExpiresAt(before.refreshTokenExpiresAt());
        before.refreshToken().ifPresent(kept::refreshToken);
        return kept.build();
    }
}
