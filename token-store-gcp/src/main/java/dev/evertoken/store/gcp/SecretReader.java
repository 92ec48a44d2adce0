package dev.evertoken.store.gcp;

import com.google.cloud.secretmanager.v1.Secret;
import com.google.cloud.secretmanager.v1.SecretVersion;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.store.gcp.SecretState.Standing;
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

    private final SecretManagerClient calls;
    private final SecretNames names;
    private final LastSeen lastSeen;
    private final Timekeeper time;
    private final Duration stalePatience;

    SecretReader(
            SecretManagerClient calls, SecretNames names, LastSeen lastSeen, Timekeeper time, Duration stalePatience) {
        this.calls = calls;
        this.names = names;
        this.lastSeen = lastSeen;
        this.time = time;
        this.stalePatience = stalePatience;
    }

    Optional<TokenRecord> load(TokenKey key) {
        PollBackoff backoff = new PollBackoff(time, stalePatience);
        while (true) {
            try {
                Optional<SecretState> state = look(key, backoff);
                return state.isEmpty() || state.get().annotations().isEmpty()
                        ? Optional.empty()
                        : Optional.of(record(key, state.get()));
            } catch (StaleReadException e) {
                if (!backoff.pause()) {
                    throw e.inTheEnd();
                }
            }
        }
    }

    /**
     * Returns what a write of that revision has left; empty if it is known or shown to be another one, or cannot be
     * read any more.
     */
    Optional<Found> find(TokenKey key, long revision) {
        Optional<SecretState> known = lastSeen.of(names.secret(key)).filter(state -> state.isWrite(revision));
        if (known.filter(state -> state.standing() != Standing.NEWEST).isPresent()) {
            return Optional.empty();
        }
        try {
            Optional<SecretState> state = known.isPresent()
                    ? known
                    : look(key, PollBackoff.none(time)).filter(found -> found.isWrite(revision));
            return state.isPresent() ? Optional.of(new Found(state.get(), record(key, state.get()))) : Optional.empty();
        } catch (StaleReadException | UnreadableRecordException e) {
            return Optional.empty(); // the next load says so
        }
    }

    /** A record, and the state that it was read from. */
    record Found(SecretState state, TokenRecord record) {}

    /** Returns the state of a record that cannot be read, if there is one. */
    Optional<SecretState> unreadable(TokenKey key) {
        Optional<Secret> secret = calls.get(key, names.secret(key));
        if (secret.isEmpty()) {
            return Optional.empty();
        }
        SecretState unread = new SecretState(secret.get(), Optional.empty(), Standing.NEWEST);
        try {
            SecretState state = understood(key, secret.get());
            if (state.annotations().isPresent()) {
                record(key, state);
            }
            return Optional.empty();
        } catch (StaleReadException | UnreadableRecordException e) {
            return Optional.of(unread); // should it be an old state, the etag will tell
        }
    }

    /**
     * Returns what a secret shows.
     *
     * @throws UnreadableRecordException if its annotations are not as they were written
     * @throws TokenException with {@link Problem#STORE_REFUSED} if it is not one of the store's
     */
    SecretState understood(TokenKey key, Secret secret) {
        boolean ours = Annotations.areThere(secret.getAnnotationsMap())
                || names.label().equals(secret.getLabelsMap().get(SecretNames.LABEL));
        if (!ours) {
            throw TokenException.about(Problem.STORE_REFUSED)
                    .key(key)
                    .detail("the secret " + names.id(key) + " is somebody else's: it has no annotations and no label of"
                            + " this store; rename it, or give the store another prefix")
                    .build();
        }
        return SecretState.of(key, secret);
    }

    /** Returns the newest known state of an account's secret. */
    private Optional<SecretState> look(TokenKey key, PollBackoff backoff) throws StaleReadException {
        String name = names.secret(key);
        Optional<Secret> response = calls.get(key, name);
        if (response.isEmpty()) {
            return notShown(key, name);
        }
        SecretState shown = understood(key, response.get());
        if (lastSeen.of(name).isEmpty() && !backoff.isOver() && hasSuccessor(key, shown)) {
            throw behind(key, "may still show an old state: its version is not the last one");
        }
        SecretState newest = lastSeen.compare(shown);
        return switch (newest.standing()) {
            case NEWEST -> Optional.of(newest);
            case DELETED -> Optional.empty();
            case BEATEN -> throw behind(key, "still shows a state that a later write has replaced");
        };
    }

    /** A secret that is not shown may have been created a moment ago; its first version tells. */
    private Optional<SecretState> notShown(TokenKey key, String name) throws StaleReadException {
        Optional<SecretState> known = lastSeen.of(name);
        if (calls.access(key, SecretNames.version(name, 1)).kind() == AccessResult.Kind.MISSING) {
            known.filter(state -> state.standing() != Standing.DELETED).ifPresent(state -> lastSeen.forget(name));
            return Optional.empty();
        }
        if (known.filter(state -> state.standing() == Standing.NEWEST).isEmpty()) {
            throw behind(key, "does not show the account's secret yet");
        }
        return known;
    }

    /**
     * A process that remembers nothing, because it has just started, would go by whatever it is shown. So it asks for
     * the next version: if there is one, the state may be an old one, and a moment's patience costs less than a wrong
     * decision about what was saved. A version that nobody points at costs that patience once.
     */
    private boolean hasSuccessor(TokenKey key, SecretState shown) {
        long next = shown.annotations()
                        .map(annotations -> annotations.versions().current().number())
                        .orElse(0L)
                + 1;
        String version = SecretNames.version(shown.secret().getName(), next);
        return calls.access(key, version).kind() != AccessResult.Kind.MISSING;
    }

    private TokenRecord record(TokenKey key, SecretState state) throws StaleReadException {
        Annotations annotations = state.annotations().orElseThrow();
        String secret = state.secret().getName();
        Version current = annotations.versions().current();
        AccessResult accessed = calls.access(key, SecretNames.version(secret, current.number()));
        return switch (accessed.kind()) {
            case HELD -> held(key, annotations, accessed);
            case UNUSABLE -> throw unusable(key, secret, current);
            case DAMAGED ->
                throw ServiceErrors.unavailable(
                                NOT_READ, calls.location(), "sent tokens that do not fit their checksum")
                        .key(key)
                        .build();
            case MISSING -> {
                lastSeen.forget(secret);
                throw behind(
                        key, "still shows version " + current.number() + " of the account's secret, which is gone");
            }
        };
    }

    private static TokenRecord held(TokenKey key, Annotations annotations, AccessResult accessed)
            throws StaleReadException {
        Versions versions = annotations.versions();
        byte[] tokens = Payload.tokens(accessed.payload(), versions.revision())
                .orElseThrow(() -> new StaleReadException(Annotations.corrupt(
                        key,
                        "version " + versions.current().number()
                                + " of its secret does not hold the tokens of the write that its annotations name",
                        null)));
        return annotations.whole(tokens);
    }

    private StaleReadException unusable(TokenKey key, String secret, Version current) {
        boolean isLast = calls.access(key, SecretNames.version(secret, current.number() + 1))
                        .kind()
                == AccessResult.Kind.MISSING;
        String state = calls.describe(key, SecretNames.version(secret, current.number()))
                .map(SecretVersion::getState)
                .map(name -> name.name().toLowerCase(Locale.ROOT))
                .orElse("gone");
        if (isLast) {
            throw Annotations.corrupt(
                    key,
                    "version " + current.number() + " of its secret, which has the tokens, is " + state
                            + (state.equals("disabled") ? "; enable it, or reconnect" : "; reconnect"),
                    null);
        }
        return behind(key, "still shows version " + current.number() + " of the account's secret, which is " + state);
    }

    private StaleReadException behind(TokenKey key, String what) {
        return new StaleReadException(ServiceErrors.unavailable(NOT_READ, calls.location(), what)
                .key(key)
                .build());
    }
}
