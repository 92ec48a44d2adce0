package dev.evertoken.store.gcp;

import com.google.cloud.secretmanager.v1.Replication;
import com.google.cloud.secretmanager.v1.Secret;
import com.google.cloud.secretmanager.v1.SecretVersion;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.store.gcp.SecretReader.Found;
import dev.evertoken.store.gcp.SecretState.Standing;
import dev.evertoken.store.gcp.Versions.Version;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Writes records. Every write is decided by one change of the annotations that is guarded by the etag of the state that
 * was read, which invalidates the etags of all other writers. New tokens are added as a version before that change. A
 * writer whose change fails destroys its version. Thread-safe.
 */
final class SecretWriter {

    private static final String NOT_WRITTEN = "the record cannot be written";

    private final SecretClient service;
    private final SecretNames names;
    private final LastSeen lastSeen;
    private final SecretReader reader;
    private final VersionCleaner cleaner;
    private final List<String> replicas;

    SecretWriter(
            SecretClient service,
            SecretNames names,
            LastSeen lastSeen,
            SecretReader reader,
            VersionCleaner cleaner,
            List<String> replicas) {
        this.service = service;
        this.names = names;
        this.lastSeen = lastSeen;
        this.reader = reader;
        this.cleaner = cleaner;
        this.replicas = replicas;
    }

    /** Rejects a record that exceeds the limits of a secret, before anything is written. */
    static void requireFitting(TokenRecord next) {
        Payload.of(next.key(), next.revision(), next.secrets().bytes());
        Annotations.of(next, Versions.first(new Version(1, ""), 1)).over(Annotations.pending(next.key()));
    }

    /**
     * Writes the first record of an account: creates the secret, adds the tokens, and refers to them in the
     * annotations.
     */
    boolean insert(TokenRecord next) {
        Optional<SecretState> pending = createPending(next.key());
        return pending.isPresent() && writeTokens(pending.get(), next, 0);
    }

    private Optional<SecretState> createPending(TokenKey key) {
        Secret.Builder secret = Secret.newBuilder()
                .putLabels(SecretNames.LABEL, names.label())
                .putAllAnnotations(Annotations.pending(key));
        if (service.location().region().isEmpty()) {
            secret.setReplication(replication());
        }
        Optional<Secret> created = service.create(key, names.parent(), names.id(key), secret.build());
        return created.isPresent()
                ? Optional.of(lastSeen.compare(SecretState.of(key, created.get())))
                : existingPending(key);
    }

    private Replication replication() {
        if (replicas.isEmpty()) {
            return Replication.newBuilder()
                    .setAutomatic(Replication.Automatic.getDefaultInstance())
                    .build();
        }
        Replication.UserManaged.Builder builder = Replication.UserManaged.newBuilder();
        replicas.forEach(location ->
                builder.addReplicas(Replication.UserManaged.Replica.newBuilder().setLocation(location)));
        return Replication.newBuilder().setUserManaged(builder).build();
    }

    /**
     * Returns the state of an existing secret without tokens, whose creator may have stopped before it wrote a record.
     */
    private Optional<SecretState> existingPending(TokenKey key) {
        Optional<Secret> existing = service.get(key, names.secret(key));
        try {
            Optional<SecretState> newest = existing.map(secret -> lastSeen.compare(reader.stateOf(key, secret)));
            if (newest.filter(state -> state.standing() != Standing.DELETED).isEmpty()) {
                throw ServiceErrors.unavailable(
                                NOT_WRITTEN,
                                service.location(),
                                "reports that the name of the secret exists, but does not return the secret yet")
                        .key(key)
                        .build();
            }
            return newest.filter(state ->
                    state.standing() == Standing.NEWEST && state.annotations().isEmpty());
        } catch (UnreadableRecordException e) {
            return Optional.empty(); // there is a record, and the next load reports the problem
        }
    }

    /** Replaces the record in a state with a new one. */
    boolean update(Found found, TokenRecord next) {
        SecretState state = found.state();
        Versions before = state.annotations().orElseThrow().versions();
        byte[] tokens = found.record().secrets().bytes();
        if (!Arrays.equals(tokens, next.secrets().bytes())) {
            return writeTokens(state, next, before.current().number());
        }
        Versions versions = before.sameTokens(destroyed(state));
        boolean written = write(state, Annotations.of(next, versions));
        if (written) {
            Stream.concat(versions.previous().stream(), versions.old().stream())
                    .forEach(version ->
                            cleaner.destroy(next.key(), state.secret().getName(), version));
        }
        return written;
    }

    /** Replaces an unreadable record; versions with its tokens are kept. */
    boolean replace(SecretState unreadable, TokenRecord next) {
        return writeTokens(unreadable, next, Long.MAX_VALUE);
    }

    /** Adds the tokens and refers to them; destroys unused versions with a number greater than {@code after}. */
    private boolean writeTokens(SecretState state, TokenRecord next, long after) {
        TokenKey key = next.key();
        String secret = state.secret().getName();
        Optional<SecretVersion> added = service.add(
                key, secret, Payload.of(key, next.revision(), next.secrets().bytes()));
        if (added.isEmpty()) {
            lastSeen.superseded(state);
            return false;
        }
        Version newVersion = Versions.added(added.get());
        if (!added.get().getClientSpecifiedPayloadChecksum()) {
            cleaner.destroy(key, secret, newVersion);
            throw ServiceErrors.unavailable(
                            NOT_WRITTEN, service.location(), "accepted the tokens without verifying their checksum")
                    .key(key)
                    .build();
        }
        Versions versions = state.annotations()
                .map(annotations -> annotations.versions().newTokens(newVersion, next.revision(), destroyed(state)))
                .orElseGet(() -> Versions.first(newVersion, next.revision()));
        boolean written = false;
        boolean unknown = false;
        try {
            written = write(state, Annotations.of(next, versions));
        } catch (TokenException e) {
            unknown = e.problem() == Problem.STORE_UNAVAILABLE;
            throw e;
        } finally {
            if (!written && !unknown) {
                cleaner.destroy(key, secret, newVersion);
            }
        }
        if (!written) {
            return false;
        }
        versions.old().forEach(version -> cleaner.destroy(key, secret, version));
        cleaner.destroyBetween(key, secret, after, added.get());
        return true;
    }

    private boolean write(SecretState state, Annotations annotations) {
        TokenKey key = annotations.record().key();
        Optional<Secret> written = service.annotate(
                key, state.secret(), annotations.over(state.secret().getAnnotationsMap()));
        if (written.isEmpty()) {
            lastSeen.superseded(state);
            return false;
        }
        lastSeen.compare(new SecretState(written.get(), Optional.of(annotations), Standing.NEWEST));
        return true;
    }

    private Predicate<Version> destroyed(SecretState state) {
        return version -> cleaner.isDestroyed(state.secret().getName(), version);
    }

    /** Deletes the secret if its etag still matches. */
    boolean remove(TokenKey key, SecretState state) {
        if (service.delete(key, state.secret())) {
            lastSeen.deleted(state);
            return true;
        }
        lastSeen.superseded(state);
        return false;
    }
}
