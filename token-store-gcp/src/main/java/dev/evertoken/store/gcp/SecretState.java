package dev.evertoken.store.gcp;

import com.google.cloud.secretmanager.v1.Secret;
import com.google.protobuf.util.Timestamps;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.util.Optional;

/**
 * A state of a secret that the service returned or confirmed to this process. Immutable.
 *
 * @param secret the secret with its annotations and the etag that guards the next write
 * @param annotations the parsed annotations; empty while the secret has no tokens yet
 * @param standing how the state relates to later events
 */
record SecretState(Secret secret, Optional<Annotations> annotations, Standing standing) {

    /** The relation of a known state to later events. */
    enum Standing {
        /** No newer state is known. */
        NEWEST,
        /** A newer state exists, because a write with this state's etag has failed. */
        SUPERSEDED,
        /** This process has deleted the secret. */
        DELETED
    }

    /** @throws UnreadableRecordException if the annotations are incomplete or were changed */
    static SecretState of(TokenKey key, Secret secret) {
        boolean pending = Annotations.arePending(secret.getAnnotationsMap());
        Optional<Annotations> annotations =
                pending ? Optional.empty() : Optional.of(Annotations.read(key, secret.getAnnotationsMap()));
        return new SecretState(secret, annotations, Standing.NEWEST);
    }

    /** Returns whether this state certainly precedes another state of the same name. */
    boolean isBefore(SecretState other) {
        int created = Timestamps.compare(secret.getCreateTime(), other.secret.getCreateTime());
        return created < 0 || (created == 0 && write() < other.write());
    }

    /** Returns whether another response has the same state. */
    boolean isSame(SecretState other) {
        return secret.getEtag().equals(other.secret.getEtag()) && write() == other.write();
    }

    boolean isWrite(long revision) {
        return annotations
                .filter(parsed -> parsed.record().revision() == revision)
                .isPresent();
    }

    private long write() {
        return annotations.map(parsed -> parsed.versions().write()).orElse(0L);
    }

    SecretState as(Standing now) {
        return new SecretState(secret, annotations, now);
    }

    @Override
    public String toString() {
        return "SecretState[" + secret.getName() + ", " + standing + "]";
    }
}
