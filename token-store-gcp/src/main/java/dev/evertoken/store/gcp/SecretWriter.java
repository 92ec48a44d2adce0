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
 * Writes records. What decides is always one change of the annotations that is guarded by the etag of the state that
 * was read: whoever changes them makes everybody else's etag useless. Tokens are added as a version before that, and
 * who does not get to point at his version has it destroyed. Thread-safe.
 */
final class SecretWriter {

    private static final String NOT_WRITTEN = "the record cannot be written";

    private final SecretManagerClient calls;
    private final SecretNames names;
    private final LastSeen lastSeen;
    private final SecretReader reader;
    private final VersionCleaner sweeper;
    private final List<String> replicas;

    SecretWriter(
            SecretManagerClient calls,
            SecretNames names,
            LastSeen lastSeen,
            SecretReader reader,
            VersionCleaner sweeper,
            List<String> replicas) {
        this.calls = calls;
        this.names = names;
        this.lastSeen = lastSeen;
        this.reader = reader;
        this.sweeper = sweeper;
        this.replicas = replicas;
    }

    /** Refuses what is too large for a secret, before anything is written. */
    static void requireRoom(TokenRecord next) {
        Payload.of(next.key(), next.revision(), next.secrets().bytes());
        Annotations.of(next, Versions.first(new Version(1, ""), 1)).over(Annotations.begun(next.key()));
    }

    /** Writes the first record of an account: creates the secret, adds the tokens, points at them. */
    boolean insert(TokenRecord next) {
        Optional<SecretState> begun = begun(next.key());
        return begun.isPresent() && writeTokens(begun.get(), next, 0);
    }

    private Optional<SecretState> begun(TokenKey key) {
        Secret.Builder secret = Secret.newBuilder()
                .putLabels(SecretNames.LABEL, names.label())
                .putAllAnnotations(Annotations.begun(key));
        if (calls.location().region().isEmpty()) {
            secret.setReplication(replication());
        }
        Optional<Secret> created = calls.create(key, names.parent(), names.id(key), secret.build());
        return created.isPresent()
                ? Optional.of(lastSeen.compare(SecretState.of(key, created.get())))
                : begunBySomebody(key);
    }

    private Replication replication() {
        if (replicas.isEmpty()) {
            return Replication.newBuilder()
                    .setAutomatic(Replication.Automatic.getDefaultInstance())
                    .build();
        }
        Replication.UserManaged.Builder chosen = Replication.UserManaged.newBuilder();
        replicas.forEach(location ->
                chosen.addReplicas(Replication.UserManaged.Replica.newBuilder().setLocation(location)));
        return Replication.newBuilder().setUserManaged(chosen).build();
    }

    /** Whoever created the secret may have gone before there was a record in it. */
    private Optional<SecretState> begunBySomebody(TokenKey key) {
        Optional<Secret> there = calls.get(key, names.secret(key));
        try {
            Optional<SecretState> newest = there.map(secret -> lastSeen.compare(reader.understood(key, secret)));
            if (newest.filter(state -> state.standing() != Standing.DELETED).isEmpty()) {
                throw ServiceErrors.unavailable(
                                NOT_WRITTEN,
                                calls.location(),
                                "says that there is a secret of that name, and does not show it yet")
                        .key(key)
                        .build();
            }
            return newest.filter(state ->
                    state.standing() == Standing.NEWEST && state.annotations().isEmpty());
        } catch (UnreadableRecordException e) {
            return Optional.empty(); // there is a record, and the next load says what is wrong with it
        }
    }

    /** Writes the record that follows another one. */
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
                            sweeper.destroy(next.key(), state.secret().getName(), version));
        }
        return written;
    }

    /** Writes a record over one that cannot be read; versions that hold tokens of that one are left as they are. */
    boolean replace(SecretState unreadable, TokenRecord next) {
        return writeTokens(unreadable, next, Long.MAX_VALUE);
    }

    /** Adds the tokens and points at them; versions after number {@code after} that nobody points at are destroyed. */
    private boolean writeTokens(SecretState state, TokenRecord next, long after) {
        TokenKey key = next.key();
        String secret = state.secret().getName();
        Optional<SecretVersion> added = calls.add(
                key, secret, Payload.of(key, next.revision(), next.secrets().bytes()));
        if (added.isEmpty()) {
            lastSeen.beaten(state);
            return false;
        }
        Version mine = Versions.added(added.get());
        if (!added.get().getClientSpecifiedPayloadChecksum()) {
            sweeper.destroy(key, secret, mine);
            throw ServiceErrors.unavailable(
                            NOT_WRITTEN, calls.location(), "took the tokens without looking at their checksum")
                    .key(key)
                    .build();
        }
        Versions versions = state.annotations()
                .map(annotations -> annotations.versions().newTokens(mine, next.revision(), destroyed(state)))
                .orElseGet(() -> Versions.first(mine, next.revision()));
        boolean written = false;
        boolean unknown = false;
        try {
            written = write(state, Annotations.of(next, versions));
        } catch (TokenException e) {
            unknown = e.problem() == Problem.STORE_UNAVAILABLE;
            throw e;
        } finally {
            if (!written && !unknown) {
                sweeper.destroy(key, secret, mine);
            }
        }
        if (!written) {
            return false;
        }
        versions.old().forEach(version -> sweeper.destroy(key, secret, version));
        sweeper.destroyBetween(key, secret, after, added.get());
        return true;
    }

    private boolean write(SecretState state, Annotations annotations) {
        TokenKey key = annotations.record().key();
        Optional<Secret> written = calls.annotate(
                key, state.secret(), annotations.over(state.secret().getAnnotationsMap()));
        if (written.isEmpty()) {
            lastSeen.beaten(state);
            return false;
        }
        lastSeen.compare(new SecretState(written.get(), Optional.of(annotations), Standing.NEWEST));
        return true;
    }

    private Predicate<Version> destroyed(SecretState state) {
        return version -> sweeper.isDestroyed(state.secret().getName(), version);
    }

    /** Deletes the secret, if it is as it was seen. */
    boolean remove(TokenKey key, SecretState state) {
        if (calls.delete(key, state.secret())) {
            lastSeen.deleted(state);
            return true;
        }
        lastSeen.beaten(state);
        return false;
    }
}
