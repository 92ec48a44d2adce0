package dev.evertoken.spi.store;

import java.time.Duration;
import java.time.Instant;

/**
 * A process's right to refresh one account for a while, kept in the record. Immutable.
 *
 * @param id random, one for each refresh cycle; the owner is recognised by it and by nothing else
 * @param owner who holds it, for logs and messages only
 * @param duration how long it is good for, so that an observer can count on its own clock
 * @param deadline when it ends by the owner's wall clock
 * @param phase how far the owner may have come
 */
public record Claim(String id, String owner, Duration duration, Instant deadline, Phase phase) {

    /** How far the owner of a claim may have come. */
    public enum Phase {
        /** Nothing that matters has been sent. */
        CLAIMED,
        /** The refresh token of a rotating provider may have been sent. */
        SENT
    }

    public Claim {
        requireName("claim id", id, 64);
        requireName("claim owner", owner, 200);
    }

    private static void requireName(String what, String text, int maxLength) {
        if (text.isBlank()) {
            throw new IllegalArgumentException(what + " is blank");
        }
        if (text.length() > maxLength) {
            throw new IllegalArgumentException(what + " has " + text.length() + " characters, more than " + maxLength);
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                throw new IllegalArgumentException(what + " has a control character at index " + i);
            }
        }
    }
}
