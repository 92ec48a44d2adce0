package dev.evertoken.spi.operations;

import dev.evertoken.model.TokenKey;
import java.util.Optional;

/**
 * The secrets of an account in one place, and the key that seals them. Immutable.
 *
 * @param key the account
 * @param place where the secrets are stored
 * @param keyId the id of the key that seals them; empty if they are in clear text or cannot be read
 * @param seal how they are sealed, compared with the key ring of this process
 */
public record SealedSecrets(TokenKey key, Place place, Optional<String> keyId, Seal seal) {

    /** Where secrets are stored. Later versions may add constants: keep a default branch in a {@code switch}. */
    public enum Place {
        /** The record of the account in the store. */
        STORE,
        /** The journal of this host: a response that is not saved yet. Saving it seals it with the current key. */
        JOURNAL,
        /** The journal of this host: a response that was set aside for support. No process reads it again. */
        JOURNAL_SET_ASIDE,
        /** The journal of this host: a new consent that is not saved yet, for at most 24 hours. */
        JOURNAL_CONSENT
    }

    /** How secrets are sealed. Later versions may add constants: keep a default branch in a {@code switch}. */
    public enum Seal {
        /** With the first key of the ring, in the current format; in clear text without a key ring. */
        CURRENT,
        /** With another key of the ring, or in an earlier format; {@code Tokens.reseal()} seals the record again. */
        EARLIER,
        /** In clear text although there is a key ring; {@code Tokens.reseal()} seals the record if it is accepted. */
        CLEAR_TEXT,
        /** In clear text because the store keeps the secrets of this account so; no key is needed. */
        KEPT_CLEAR,
        /** With a key that the ring does not have: restore the key, or have the account reconnected. */
        UNKNOWN_KEY,
        /** By another application or environment, which seals it with its own keys. */
        OTHER_APPLICATION,
        /** The record is damaged or of a newer version, so its key is unknown. */
        UNREADABLE;

        /** Returns whether {@code Tokens.reseal()} still has to seal the record again. */
        public boolean isStale() {
            return this == EARLIER || this == CLEAR_TEXT;
        }
    }
}
