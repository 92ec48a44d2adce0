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

/** Checks tokens that an application supplies before they can replace anything. Thread-safe. */
public final class ImportedTokens {

    private ImportedTokens() {}

    /**
     * Returns the tokens with a time of issue; sets it if it is missing.
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

    /**
     * @throws TokenException with {@link Problem#UNSUPPORTED_TOKEN_TYPE} if a bearer token is required and the type
     *     differs
     */
    public static void requireType(TokenKey key, TokenSet tokens, RefreshModel model) {
        if (model != RefreshModel.NON_EXPIRING && !tokens.tokenType().equalsIgnoreCase("bearer")) {
            throw TokenException.about(Problem.UNSUPPORTED_TOKEN_TYPE)
                    .key(key)
                    .detail("token type \"" + tokens.tokenType() + "\" is not supported; only Bearer is")
                    .build();
        }
    }

    /** Returns whether the time of issue of tokens is unknown. */
    static boolean isUndated(TokenSet tokens) {
        return tokens.issuedAt().equals(Instant.EPOCH);
    }

    /** Returns the time of issue for tokens of unknown age: now, or earlier for tokens that have already expired. */
    private static Instant issuedAt(TokenSet tokens, Instant now) {
        Instant latest =
                tokens.expiresAt().map(end -> end.minus(Lifetimes.SHORTEST)).orElse(now);
        return latest.isBefore(now) ? latest : now;
    }

    /** Requires printable ASCII as in RFC 6749 appendix A; any other character would break a header. */
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
