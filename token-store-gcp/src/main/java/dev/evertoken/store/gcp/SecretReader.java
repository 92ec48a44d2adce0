package dev.evertoken.store.gcp;

import com.google.cloud.secretmanager.v1.Secret;
import com.google.cloud.secretmanager.v1.SecretVersion;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.UnreadableRecordException;
import dev.evertoken.store.gcp.Known.Standing;
import dev.evertoken.store.gcp.Versions.Version;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads records: the annotations of the secret say which version has the tokens, and that version is asked for by its
 * number, which is the one thing that the service never answers from the past.
 *
 * <p>The annotations may be those of a while ago. What shows that: a newer state that this process knows; a write with
 * their etag that has failed; a version that was destroyed although a later one exists, which is how the store itself
 * leaves things; a version that is not there any more. Then the reader looks again, and in the end says that the service
 * is behind. Only a version that nothing follows was disabled or destroyed by somebody else. Thread-safe.
 */
final class SecretReader {

    private static final String NOT_READ = "the record cannot be read";

    private final Calls calls;
    private final SecretNames names;
    private final LastSeen lastSeen;
    private final Timekeeper time;
    private final Duration stalePatience;

    SecretReader(Calls calls, SecretNames names, LastSeen lastSeen, Timekeeper time, Duration stalePatience) {
        this.calls = calls;
        this.names = names;
        this.lastSeen = lastSeen;
        this.time = time;
        this.stalePatience = stalePatience;
    }

    Optional<TokenRecord> load(TokenKey key) {
        Patience patience = new Patience(time, stalePatience);
        while (true) {
            try {
                Optional<Known> state = look(key);
                return state.isEmpty() || state.get().notes().isEmpty()
                        ? Optional.empty()
                        : Optional.of(record(key, state.get()));
            } catch (Stale e) {
                if (!patience.pause()) {
                    throw e.inTheEnd();
                }
            }
        }
    }

    /** Returns the state that a write of that revision has left; empty if it is known or shown to be another one. */
    Optional<Known> find(TokenKey key, long revision) {
        Optional<Known> known = lastSeen.of(names.secret(key)).filter(state -> state.isWrite(revision));
        if (known.isPresent()) {
            return known.filter(state -> state.standing() == Standing.NEWEST);
        }
        try {
            return look(key).filter(state -> state.isWrite(revision));
        } catch (Stale | UnreadableRecordException e) {
            return Optional.empty(); // the next load says so
        }
    }

    /** Returns a digest of the tokens of a state; empty if they cannot be read. */
    Optional<String> tokens(TokenKey key, Known state) {
        try {
            return Optional.of(Digest.of(record(key, state).secrets().bytes()));
        } catch (Stale | UnreadableRecordException e) {
            return Optional.empty(); // others take their place
        }
    }

    /** Returns the state of a record that cannot be read, if there is one. */
    Optional<Known> unreadable(TokenKey key) {
        Optional<Secret> secret = calls.get(key, names.secret(key));
        if (secret.isEmpty()) {
            return Optional.empty();
        }
        Known unread = new Known(secret.get(), Optional.empty(), Optional.empty(), Standing.NEWEST);
        try {
            Known state = understood(key, secret.get());
            if (state.notes().isPresent()) {
                record(key, state);
            }
            return Optional.empty();
        } catch (Stale | UnreadableRecordException e) {
            return Optional.of(unread); // should it be an old state, the etag will tell
        }
    }

    /**
     * Returns what a secret shows.
     *
     * @throws UnreadableRecordException if its annotations are not as they were written
     * @throws TokenException with {@link Problem#STORE_REFUSED} if it is not one of the store's
     */
    Known understood(TokenKey key, Secret secret) {
        boolean ours = Notes.areThere(secret.getAnnotationsMap())
                || names.label().equals(secret.getLabelsMap().get(SecretNames.LABEL));
        if (!ours) {
            throw TokenException.about(Problem.STORE_REFUSED)
                    .key(key)
                    .detail("the secret " + names.id(key) + " is somebody else's: it has no annotations and no label of"
                            + " this store; rename it, or give the store another prefix")
                    .build();
        }
        return Known.of(key, secret);
    }

    /** Returns the newest known state of an account's secret. */
    private Optional<Known> look(TokenKey key) throws Stale {
        String name = names.secret(key);
        Optional<Secret> answer = calls.get(key, name);
        if (answer.isEmpty()) {
            return unseen(name);
        }
        Known newest = lastSeen.compare(understood(key, answer.get()));
        return switch (newest.standing()) {
            case NEWEST -> Optional.of(newest);
            case DELETED -> Optional.empty();
            case BEATEN -> throw behind(key, "still shows a state that a later write has replaced");
        };
    }

    /** A secret that this process has just created may not be shown yet. */
    private Optional<Known> unseen(String name) {
        Optional<Known> known = lastSeen.of(name);
        if (known.filter(state -> state.standing() == Standing.BEATEN).isPresent()) {
            lastSeen.forget(name);
        }
        return known.filter(state -> state.standing() == Standing.NEWEST);
    }

    private TokenRecord record(TokenKey key, Known state) throws Stale {
        Notes notes = state.notes().orElseThrow();
        String secret = state.secret().getName();
        Version current = notes.versions().current();
        Accessed accessed = calls.access(key, SecretNames.version(secret, current.number()));
        return switch (accessed.kind()) {
            case HELD -> held(key, state, notes, accessed);
            case UNUSABLE -> throw unusable(key, secret, current);
            case DAMAGED ->
                throw ServiceTrouble.unavailable(
                                NOT_READ, calls.location(), "sent tokens that do not fit their checksum")
                        .key(key)
                        .build();
            case MISSING -> {
                lastSeen.forget(secret);
                throw behind(key, "still shows version " + current.number() + " of the account's secret, which is gone");
            }
        };
    }

    private TokenRecord held(TokenKey key, Known state, Notes notes, Accessed accessed) throws Stale {
        Versions versions = notes.versions();
        byte[] tokens = Payload.tokens(accessed.payload(), versions.revision())
                .orElseThrow(() -> new Stale(Notes.corrupt(
                        key,
                        "version " + versions.current().number()
                                + " of its secret does not hold the tokens of the write that its annotations name",
                        null)));
        lastSeen.tokensOf(state, Digest.of(tokens));
        return notes.whole(tokens);
    }

    private Stale unusable(TokenKey key, String secret, Version current) {
        boolean isLast =
                calls.access(key, SecretNames.version(secret, current.number() + 1)).kind() == Accessed.Kind.MISSING;
        String state = calls.describe(key, SecretNames.version(secret, current.number()))
                .map(SecretVersion::getState)
                .map(name -> name.name().toLowerCase(Locale.ROOT))
                .orElse("gone");
        if (isLast) {
            throw Notes.corrupt(
                    key,
                    "version " + current.number() + " of its secret, which has the tokens, is " + state
                            + (state.equals("disabled") ? "; enable it, or reconnect" : "; reconnect"),
                    null);
        }
        return behind(key, "still shows version " + current.number() + " of the account's secret, which is " + state);
    }

    private Stale behind(TokenKey key, String what) {
        return new Stale(ServiceTrouble.unavailable(NOT_READ, calls.location(), what)
                .key(key)
                .build());
    }
}
