package dev.evertoken.testing;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * Makes the secrets of tests: each is used once, and each can be recognised wherever it leaks to.
 *
 * <p>Every secret begins and ends with {@link #MARKER}, so {@link SecretCanary} finds it whole or cut, in
 * this process or in the files of another one. All consist of characters that RFC 6749 appendix A and
 * RFC 6750 section 2.1 allow; refresh tokens have {@code /} and {@code +} in them, which a client must
 * encode. Thread-safe.
 */
public final class TestTokens {

    /** Stands at both ends of every secret that this class makes, and nowhere else. */
    public static final String MARKER = "eVtKcAnArY";

    private static final SecureRandom RANDOM = new SecureRandom();

    private TestTokens() {}

    /** Returns an access token that nobody has used before. */
    public static String access() {
        return MARKER + ".at." + unique() + "." + MARKER;
    }

    /** Returns a refresh token that nobody has used before; it has to be encoded in a form. */
    public static String refresh() {
        return MARKER + ".rt+1//" + unique() + "." + MARKER;
    }

    /** Returns an authorization code that nobody has used before. */
    public static String code() {
        return MARKER + ".code/" + unique() + "." + MARKER;
    }

    /** Returns a client secret that nobody has used before; it has to be encoded in a Basic header. */
    public static String clientSecret() {
        return MARKER + ".cs+%:" + unique() + "." + MARKER;
    }

    private static String unique() {
        byte[] bytes = new byte[18];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
