package dev.evertoken.model;

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
        Words.require("claim id", id, 64);
        Words.require("claim owner", owner, 200);
    }
}
