package dev.evertoken.store.gcp;

import com.google.cloud.secretmanager.v1.Secret;
import com.google.protobuf.util.Timestamps;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.UnreadableRecordException;
import java.util.Optional;

/**
 * A secret as the service has shown it, or confirmed it to this process. Immutable.
 *
 * @param secret with its annotations, and the etag that guards the next write
 * @param notes what the annotations say; empty as long as the first tokens have not come
 * @param standing what is known of it besides
 */
record Known(Secret secret, Optional<Notes> notes, Standing standing) {

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
    static Known of(TokenKey key, Secret secret) {
        boolean begun = Notes.areBegun(secret.getAnnotationsMap());
        Optional<Notes> notes = begun ? Optional.empty() : Optional.of(Notes.read(key, secret.getAnnotationsMap()));
        return new Known(secret, notes, Standing.NEWEST);
    }

    /** Tells whether it is certainly from before another state of the same name. */
    boolean isBefore(Known other) {
        int created = Timestamps.compare(secret.getCreateTime(), other.secret.getCreateTime());
        return created < 0 || (created == 0 && write() < other.write());
    }

    /** Tells whether another answer shows the very same state. */
    boolean isSame(Known other) {
        return secret.getEtag().equals(other.secret.getEtag()) && write() == other.write();
    }

    boolean isWrite(long revision) {
        return notes.filter(those -> those.record().revision() == revision).isPresent();
    }

    private long write() {
        return notes.map(those -> those.versions().write()).orElse(0L);
    }

    Known as(Standing now) {
        return new Known(secret, notes, now);
    }

    @Override
    public String toString() {
        return "Known[" + secret.getName() + ", " + standing + "]";
    }
}
