package dev.evertoken.spi.store;

import java.time.Duration;
import java.time.Instant;

/**
 * The exclusive right of a process to refresh one account for a limited time; part of the record. Immutable.
 *
 * @param id a random id, one for each refresh cycle; only the id identifies the owner
 * @param owner a description of the process, for logs and messages only
 * @param duration how long the claim is valid, so that an observer can measure it with its own clock
 * @param deadline when the claim ends, by the owner's wall clock
 * @param phase how far the owner may have got
 */
public record Claim(String id, String owner, Duration duration, Instant deadline, Phase phase) {

    /** How far the owner of a claim may have got. */
    public enum Phase {
        /** No refresh token has been sent. */
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
