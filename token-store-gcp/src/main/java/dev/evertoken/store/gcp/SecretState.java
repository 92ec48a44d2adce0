package dev.evertoken.store.gcp;

import com.google.cloud.secretmanager.v1.Secret;
import com.google.protobuf.util.Timestamps;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.util.Optional;

/**
 * A secret as the service has shown it, or confirmed it to this process. Immutable.
 *
 * @param secret with its annotations, and the etag that guards the next write
 * @param annotations what the annotations say; empty as long as the first tokens have not come
 * @param standing what is known of it besides
 */
record SecretState(Secret secret, Optional<Annotations> annotations, Standing standing) {

    /** What a process knows of a state that it has seen. */
    enum Standing {
        /** Nothing newer. */
        NEWEST,
        /** There is something newer: a write that was guarded by its etag has failed. */
        BEATEN,
        /** This process has deleted the secret. */
        DELETED
    }

    /** @throws UnreadableRecordException if the annotations are not as they were written */
    static SecretState of(TokenKey key, Secret secret) {
        boolean begun = Annotations.areBegun(secret.getAnnotationsMap());
        Optional<Annotations> annotations =
                begun ? Optional.empty() : Optional.of(Annotations.read(key, secret.getAnnotationsMap()));
        return new SecretState(secret, annotations, Standing.NEWEST);
    }

    /** Tells whether it is certainly from before another state of the same name. */
    boolean isBefore(SecretState other) {
        int created = Timestamps.compare(secret.getCreateTime(), other.secret.getCreateTime());
        return created < 0 || (created == 0 && write() < other.write());
    }

    /** Tells whether another answer shows the very same state. */
    boolean isSame(SecretState other) {
        return secret.getEtag().equals(other.secret.getEtag()) && write() == other.write();
    }

    boolean isWrite(long revision) {
        return annotations
                .filter(those -> those.record().revision() == revision)
                .isPresent();
    }

    private long write() {
        return annotations.map(those -> those.versions().write()).orElse(0L);
    }

    SecretState as(Standing now) {
        return new SecretState(secret, annotations, now);
    }

    @Override
    public String toString() {
        return "Known[" + secret.getName() + ", " + standing + "]";
    }
}
