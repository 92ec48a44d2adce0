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
        Words.require("namespace", namespace, 64);
        Words.require("environment", environment, 64);
        Words.require("client fingerprint", clientFingerprint, 128);
    }
}
