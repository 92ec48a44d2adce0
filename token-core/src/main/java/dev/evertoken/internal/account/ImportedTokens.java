package dev.evertoken.internal.account;

import dev.evertoken.internal.record.Lifetimes;
import dev.evertoken.model.Placeholder;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import java.time.Instant;

/** Looks at tokens that an application hands over, before they may displace anything. Stateless. */
public final class ImportedTokens {

    private ImportedTokens() {}

    /**
     * Returns the tokens with the moment of their issue filled in.
     *
     * @throws TokenException with {@link Problem#PLACEHOLDER_CREDENTIALS} or {@link Problem#UNSUPPORTED_TOKEN_TYPE}
     */
    static TokenSet checked(TokenKey key, TokenSet tokens, RefreshModel model, Instant now) {
        require(key, "access token", tokens.accessToken());
        tokens.refreshToken().ifPresent(token -> require(key, "refresh token", token));
        requireType(key, tokens, model);
        return isUndated(tokens)
                ? tokens.toBuilder().issuedAt(issuedAt(tokens, now)).build()
                : tokens;
    }

    /** @throws TokenException with {@link Problem#UNSUPPORTED_TOKEN_TYPE} */
    public static void requireType(TokenKey key, TokenSet tokens, RefreshModel model) {
        if (model != RefreshModel.NON_EXPIRING && !tokens.tokenType().equalsIgnoreCase("bearer")) {
            throw TokenException.about(Problem.UNSUPPORTED_TOKEN_TYPE)
                    .key(key)
                    .detail("token type \"" + tokens.tokenType() + "\" cannot be sent; Bearer can")
                    .build();
        }
    }

    /** Tells whether it is not told when tokens were issued. */
    static boolean isUndated(TokenSet tokens) {
        return tokens.issuedAt().equals(Instant.EPOCH);
    }

    /** Tokens of unknown age count from now, but what has ended stays ended. */
    private static Instant issuedAt(TokenSet tokens, Instant now) {
        Instant latest =
                tokens.expiresAt().map(end -> end.minus(Lifetimes.SHORTEST)).orElse(now);
        return latest.isBefore(now) ? latest : now;
    }

    /** RFC 6749 appendix A: tokens are printable ASCII; anything else would break a header. */
    private static void require(TokenKey key, String what, Secret token) {
        String text = token.reveal();
        boolean printable = text.chars().allMatch(c -> c >= 0x21 && c <= 0x7e);
        String fault = Placeholder.reason(text).orElse(printable ? "" : "not printable ASCII");
        if (!fault.isEmpty()) {
            throw TokenException.about(Problem.PLACEHOLDER_CREDENTIALS)
                    .key(key)
                    .detail("the " + what + " is " + fault + "; nothing was stored")
                    .build();
        }
    }
}
