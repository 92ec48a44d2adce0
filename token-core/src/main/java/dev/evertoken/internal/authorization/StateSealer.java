package dev.evertoken.internal.authorization;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.evertoken.internal.record.AesGcm;
import dev.evertoken.internal.record.ExpiringEntries;
import dev.evertoken.internal.record.Hmac;
import dev.evertoken.internal.record.LengthPrefixed;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.Timekeeper;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.SecretKey;

/**
 * Converts a {@link PendingAuthorization} to the {@code state} of an authorization URL and back (RFC 6749 section
 * 10.12).
 *
 * <p>With a key ring the state contains everything, sealed and bound to namespace and environment, as
 * {@code key id.base64url}: any process that has the key can complete the authorization. Without one the state is a
 * random key to an entry in the memory of this process, which keeps the newest {@value #MOST_REMEMBERED} entries for
 * twice the {@link #LIFETIME}, so that a redirect that is too late is recognized as such.
 *
 * <p>An OAuth 1.0a redirect does not contain the state but the token of the temporary credentials (RFC 5849 section
 * 2.2); this process keeps the mapping from that token to the state for the same time. Thread-safe.
 */
public final class StateSealer {

    static final Duration LIFETIME = Duration.ofMinutes(10);

    private static final int MOST_REMEMBERED = 10_000;
    private static final int LONGEST = 16 * 1024;
    private static final int NAME_BYTES = 24;
    private static final String LABEL = "evertoken state 1";
    private static final char MARK = '.';

    private final KeyRing ring;
    private final String namespace;
    private final String environment;
    private final AesGcm gcm = new AesGcm();
    private final SecureRandom random = new SecureRandom();
    private final ExpiringEntries<String, PendingAuthorization> remembered;
    private final ExpiringEntries<String, String> byTemporaryToken;

    public StateSealer(KeyRing ring, String namespace, String environment, Timekeeper time) {
        this.ring = ring;
        this.namespace = namespace;
        this.environment = environment;
        this.remembered = memory(time);
        this.byTemporaryToken = memory(time);
    }

    private static <V> ExpiringEntries<String, V> memory(Timekeeper time) {
        return new ExpiringEntries<>(MOST_REMEMBERED, LIFETIME.multipliedBy(2), time);
    }

    /** Returns a state that needs no encoding in a URL. */
    String seal(PendingAuthorization pending) {
        String state = sealed(pending);
        pending.temporary()
                .ifPresent(given -> byTemporaryToken.put(given.token().reveal(), state));
        return state;
    }

    /**
     * Returns the state of an authorization that was started in this process, by the token of its temporary
     * credentials.
     */
    Optional<String> ofTemporaryToken(String token) {
        return byTemporaryToken.get(token);
    }

    private String sealed(PendingAuthorization pending) {
        Optional<String> keyId = ring.active();
        if (keyId.isPresent()) {
            byte[] sealed = gcm.seal(key(keyId.get()), context(keyId.get()), pending.bytes());
            return checked(keyId.get() + MARK + text(sealed));
        }
        String name = randomText(NAME_BYTES);
        remembered.put(name, pending);
        return name;
    }

    /** A state that is too long to be opened must not be sent either: the user would consent in vain. */
    private static String checked(String state) {
        if (state.length() > LONGEST) {
            throw TokenException.about(Problem.REQUEST_REJECTED)
                    .detail("the scopes and the redirect URI are too long: the state would have " + state.length()
                            + " characters, more than " + LONGEST + "; no authorization was started")
                    .build();
        }
        return state;
    }

    /** Returns the authorization of a state; empty if the state was not created here, or is no longer kept. */
    Optional<PendingAuthorization> open(String state) {
        if (ring.active().isEmpty()) {
            return remembered.get(state);
        }
        int mark = state.lastIndexOf(MARK);
        if (mark < 0 || state.length() > LONGEST || !ring.ids().contains(state.substring(0, mark))) {
            return Optional.empty();
        }
        String keyId = state.substring(0, mark);
        try {
            byte[] sealed = Base64.getUrlDecoder().decode(state.substring(mark + 1));
            return AesGcm.open(key(keyId), context(keyId), sealed).flatMap(PendingAuthorization::of);
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // not base64url, so not created here
        }
    }

    /** Returns the reason why a state cannot be opened, which completes a sentence about that state. */
    String unknown() {
        return ring.active().isPresent()
                ? "was not created here: forged, truncated, or of another application, environment or key ring"
                : "is unknown to this process: without a key ring, an authorization is kept for " + LIFETIME.toMinutes()
                        + " minutes in the memory of the process that started it, and not after a restart. Start it"
                        + " again, and set a key ring with encryption(…), so that any process can complete it";
    }

    /** Returns random bytes as text that needs no encoding in a URL. */
    String randomText(int bytes) {
        byte[] some = new byte[bytes];
        random.nextBytes(some);
        return text(some);
    }

    private SecretKey key(String keyId) {
        return Hmac.key(ring.key(keyId).orElseThrow(), LABEL, namespace, environment);
    }

    private byte[] context(String keyId) {
        return LengthPrefixed.of(LABEL, namespace, environment, keyId);
    }

    private static String text(byte[] bytes) {
        return new String(Base64.getUrlEncoder().withoutPadding().encode(bytes), US_ASCII);
    }
}
