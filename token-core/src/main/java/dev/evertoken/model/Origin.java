package dev.evertoken.model;

/**
 * The application, environment and client that a record belongs to; a record with a different origin is rejected.
 * Immutable.
 *
 * @param namespace the application
 * @param environment the environment, such as {@code production}
 * @param clientFingerprint a keyed fingerprint of the client id
 */
public record Origin(String namespace, String environment, String clientFingerprint) {
    public Origin {
        Identifiers.require("namespace", namespace, 64);
        Identifiers.require("environment", environment, 64);
        Identifiers.require("client fingerprint", clientFingerprint, 128);
    }
}
