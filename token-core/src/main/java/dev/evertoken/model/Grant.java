package dev.evertoken.model;

import java.time.Instant;

/**
 * One consent given by one user. Immutable.
 *
 * @param id a random id; each new consent gets a new one
 * @param consentedAt when the consent was given; orders the grants of one account
 */
public record Grant(String id, Instant consentedAt) {
    public Grant {
        Identifiers.require("grant id", id, 64);
    }
}
