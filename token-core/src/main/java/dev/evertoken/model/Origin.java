package dev.evertoken.model;

/**
 * Which application, stage and client a record belongs to; a record of another origin is refused. Immutable.
 *
 * @param namespace the application
 * @param environment the stage
 * @param clientFingerprint keyed fingerprint of the client id
 */
public record Origin(String namespace, String environment, String clientFingerprint) {
    public Origin {
        Identifiers.require("namespace", namespace, 64);
        Identifiers.require("environment", environment, 64);
        Identifiers.require("client fingerprint", clientFingerprint, 128);
    }
}
