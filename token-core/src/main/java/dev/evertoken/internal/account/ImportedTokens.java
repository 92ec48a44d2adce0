package dev.evertoken.internal.account;

import dev.evertoken.internal.record.Lifetimes;
import dev.evertoken.model.Placeholder;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.ProviderProfile;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Checks tokens that an application supplies before they can replace anything. Thread-safe. */
public final class ImportedTokens {

    private ImportedTokens() {}

    /**
     * Returns the tokens with a time of issue; estimates it if it is missing.
     *
     * @param model how the tokens are kept valid
     * @param profile the provider's lifetimes
     * @throws TokenException with {@link Problem#PLACEHOLDER_CREDENTIALS}, {@link Problem#UNSUPPORTED_TOKEN_TYPE}, or
     *     {@link Problem#NOT_SUPPORTED} if there is no access token and the provider has no refresh tokens
     */
    static TokenSet checked(TokenKey key, TokenSet tokens, RefreshModel model, ProviderProfile profile, Instant now) {
        tokens.accessToken().ifPresent(token -> require(key, "access token", token));
        tokens.refreshToken().ifPresent(token -> require(key, "refresh token", token));
        requireType(key, tokens, model);
        requireAccessToken(key, tokens, model);
        return isUndated(tokens)
                ? tokens.toBuilder()
                        .issuedAt(issuedAt(tokens, model, profile, now))
                        .build()
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

    /** A refresh token alone is useful only if the provider issues access tokens for refresh tokens. */
    private static void requireAccessToken(TokenKey key, TokenSet tokens, RefreshModel model) {
        if (tokens.accessToken().isEmpty() && !model.usesRefreshTokens()) {
            throw TokenException.about(Problem.NOT_SUPPORTED)
                    .key(key)
                    .detail("the tokens have no access token, and the provider has no refresh tokens that could obtain"
                            + " one; nothing was stored. Import the access token")
                    .build();
        }
    }

    /** Returns whether the time of issue of tokens is unknown. */
    static boolean isUndated(TokenSet tokens) {
        return tokens.issuedAt().equals(Instant.EPOCH);
    }

    /**
     * Returns the estimated time of issue of tokens without one, never later than now.
     *
     * <p>A plausible expiry shows the age: the token was issued the provider's usual lifetime before it. Without one, a
     * token that is exchanged while it is valid is assumed to be in the last third of its lifetime, so that the next
     * exchange reports its real expiry before it is too late; every other token is assumed to be new.
     */
    private static Instant issuedAt(TokenSet tokens, RefreshModel model, ProviderProfile profile, Instant now) {
        Duration usual = profile.defaultLifetime();
        Optional<Instant> end = tokens.expiresAt().filter(told -> !told.isAfter(now.plus(profile.longestLifetime())));
        if (end.isPresent() && tokens.accessToken().isPresent()) {
            return earlier(now, earlier(end.get().minus(usual), end.get().minus(Lifetimes.SHORTEST)));
        }
        return model == RefreshModel.EXTENDING && !tokens.neverExpires()
                ? now.minus(usual.multipliedBy(2).dividedBy(3))
                : now;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    /** Requires printable ASCII as in RFC 6749 appendix A; any other character would break a header. */
    private static void require(TokenKey key, String what, Secret token) {
        String text = token.reveal();
        boolean printable = token.hasTokenCharacters() && text.indexOf(' ') < 0;
        String fault = Placeholder.reason(text).orElse(printable ? "" : "not printable ASCII");
        if (!fault.isEmpty()) {
            throw TokenException.about(Problem.PLACEHOLDER_CREDENTIALS)
                    .key(key)
                    .detail("the " + what + " is " + fault + "; nothing was stored")
                    .build();
        }
    }
}
