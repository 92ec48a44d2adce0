package dev.evertoken.model;

import java.time.Instant;

/**
 * One consent of one user. Immutable.
 *
 * @param id random; a reconnect gets a new one
 * @param consentedAt when it was given; orders the grants of one account
 */
public record Grant(String id, Instant consentedAt) {
    public Grant {
        Identifiers.require("grant id", id, 64);
    }
}
