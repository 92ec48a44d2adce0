package dev.evertoken.testing;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * Creates secrets for tests. Each is unique and can be recognized wherever it leaks.
 *
 * <p>Every secret starts and ends with {@link #MARKER}, so that {@link SecretCanary} finds it complete or truncated, in
 * this process or in files of another one. All characters are allowed by RFC 6749 appendix A and RFC 6750 section 2.1.
 * Refresh tokens contain {@code /} and {@code +}, which a client must encode. Thread-safe.
 */
public final class TestTokens {

    /** The text at both ends of every secret that this class creates; it is used nowhere else. */
    public static final String MARKER = "eVtKcAnArY";

    private static final SecureRandom RANDOM = new SecureRandom();

    private TestTokens() {}

    /** Returns a new access token. */
    public static String access() {
        return MARKER + ".at." + unique() + "." + MARKER;
    }

    /** Returns a new refresh token; it must be encoded in a form. */
    public static String refresh() {
        return MARKER + ".rt+1//" + unique() + "." + MARKER;
    }

    /** Returns a new authorization code. */
    public static String code() {
        return MARKER + ".code/" + unique() + "." + MARKER;
    }

    /** Returns a new client secret; it must be encoded in a Basic header. */
    public static String clientSecret() {
        return MARKER + ".cs+%:" + unique() + "." + MARKER;
    }

    private static String unique() {
        byte[] bytes = new byte[18];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
