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
 * Reads records: the annotations of the secret name the version with the tokens, and that version is read by its
 * number, for which the service never returns an outdated response.
 *
 * <p>The annotations may be outdated. Signs of this are a newer state that this process knows, a failed write with
 * their etag, a destroyed version with a successor, which is the state that the store itself leaves, and a missing
 * version. In these cases the reader repeats the read, and finally reports that the service returns an outdated state.
 * Only a version without a successor was disabled or destroyed by another tool. Thread-safe.
 */
final class SecretReader {

    private static final String NOT_READ = "the record cannot be read";

    private final SecretClient service;
    private final SecretNames names;
    private final LastSeen lastSeen;
    private final Timekeeper time;
    private final Duration stalePatience;

    SecretReader(SecretClient service, SecretNames names, LastSeen lastSeen, Timekeeper time, Duration stalePatience) {
        this.service = service;
        this.names = names;
        this.lastSeen = lastSeen;
        this.time = time;
        this.stalePatience = stalePatience;
    }

    Optional<TokenRecord> load(TokenKey key) {
        PollBackoff backoff = new PollBackoff(time, stalePatience);
        while (true) {
            try {
                Optional<SecretState> state = read(key, backoff);
                return state.isEmpty() || state.get().annotations().isEmpty()
                        ? Optional.empty()
                        : Optional.of(record(key, state.get()));
            } catch (StaleReadException e) {
                if (!backoff.pause()) {
                    throw e.failure();
                }
            }
        }
    }

    /**
     * Returns the state that a write of this revision left; empty if another write is known or found, or the record is
     * unreadable.
     */
    Optional<Found> find(TokenKey key, long revision) {
        Optional<SecretState> known = lastSeen.of(names.secret(key)).filter(state -> state.isWrite(revision));
        if (known.filter(state -> state.standing() != Standing.NEWEST).isPresent()) {
            return Optional.empty();
        }
        try {
            Optional<SecretState> state = known.isPresent()
                    ? known
                    : read(key, PollBackoff.none(time)).filter(found -> found.isWrite(revision));
            return state.isPresent() ? Optional.of(new Found(state.get(), record(key, state.get()))) : Optional.empty();
        } catch (StaleReadException | UnreadableRecordException e) {
            return Optional.empty(); // the next load reports it
        }
    }

    /** A record and the state that it was read from. */
    record Found(SecretState state, TokenRecord record) {}

    /** Returns the state of an unreadable record; empty if the record is readable or missing. */
    Optional<SecretState> unreadable(TokenKey key) {
        Optional<Secret> secret = service.get(key, names.secret(key));
        if (secret.isEmpty()) {
            return Optional.empty();
        }
        SecretState unread = new SecretState(secret.get(), Optional.empty(), Standing.NEWEST);
        try {
            SecretState state = stateOf(key, secret.get());
            if (state.annotations().isPresent()) {
                record(key, state);
            }
            return Optional.empty();
        } catch (StaleReadException | UnreadableRecordException e) {
            return Optional.of(unread); // if this state is outdated, its etag does not match
        }
    }

    /**
     * Returns the state of a secret.
     *
     * @throws UnreadableRecordException if its annotations are incomplete or were changed
     * @throws TokenException with {@link Problem#STORE_REFUSED} if the secret does not belong to the store
     */
    SecretState stateOf(TokenKey key, Secret secret) {
        boolean isOwn = Annotations.arePresent(secret.getAnnotationsMap())
                || names.label().equals(secret.getLabelsMap().get(SecretNames.LABEL));
        if (!isOwn) {
            throw TokenException.about(Problem.STORE_REFUSED)
                    .key(key)
                    .detail("the secret " + names.id(key)
                            + " is not from this store: it has no annotations and no label"
                            + " of the store; rename it, or set another prefix for the store")
                    .build();
        }
        return SecretState.of(key, secret);
    }

    /** Returns the newest known state of an account's secret. */
    private Optional<SecretState> read(TokenKey key, PollBackoff backoff) throws StaleReadException {
        String name = names.secret(key);
        Optional<Secret> response = service.get(key, name);
        if (response.isEmpty()) {
            return missing(key, name);
        }
        SecretState current = stateOf(key, response.get());
        if (lastSeen.of(name).isEmpty() && !backoff.isExhausted() && hasSuccessor(key, current)) {
            throw stale(key, "may still return an outdated state: its version is not the last one");
        }
        SecretState newest = lastSeen.compare(current);
        return switch (newest.standing()) {
            case NEWEST -> Optional.of(newest);
            case DELETED -> Optional.empty();
            case SUPERSEDED -> throw stale(key, "still returns a state that a later write has replaced");
        };
    }

    /** Handles a missing secret. If its first version exists, the secret was created a moment ago. */
    private Optional<SecretState> missing(TokenKey key, String name) throws StaleReadException {
        Optional<SecretState> known = lastSeen.of(name);
        if (service.access(key, SecretNames.version(name, 1)).kind() == AccessResult.Kind.MISSING) {
            known.filter(state -> state.standing() != Standing.DELETED).ifPresent(state -> lastSeen.forget(name));
            return Optional.empty();
        }
        if (known.filter(state -> state.standing() == Standing.NEWEST).isEmpty()) {
            throw stale(key, "does not return the account's secret yet");
        }
        return known;
    }

    /**
     * Returns whether the next version exists, in which case the state may be outdated. A process that has just started
     * knows no states and would use any response. Repeating the read for a moment costs less than a wrong decision
     * about saved tokens. A version that no annotations refer to causes this delay once.
     */
    private boolean hasSuccessor(TokenKey key, SecretState current) {
        long next = current.annotations()
                        .map(annotations -> annotations.versions().current().number())
                        .orElse(0L)
                + 1;
        String version = SecretNames.version(current.secret().getName(), next);
        return service.access(key, version).kind() != AccessResult.Kind.MISSING;
    }

    private TokenRecord record(TokenKey key, SecretState state) throws StaleReadException {
        Annotations annotations = state.annotations().orElseThrow();
        String secret = state.secret().getName();
        Version current = annotations.versions().current();
        AccessResult result = service.access(key, SecretNames.version(secret, current.number()));
        return switch (result.kind()) {
            case HELD -> held(key, annotations, result);
            case UNUSABLE -> throw unusable(key, secret, current);
            case DAMAGED ->
                throw ServiceErrors.unavailable(
                                NOT_READ, service.location(), "sent tokens that do not match their checksum")
                        .key(key)
                        .build();
            case MISSING -> {
                lastSeen.forget(secret);
                throw stale(
                        key,
                        "still returns version " + current.number() + " of the account's secret, which does not exist");
            }
        };
    }

    private static TokenRecord held(TokenKey key, Annotations annotations, AccessResult result)
            throws StaleReadException {
        Versions versions = annotations.versions();
        byte[] tokens = Payload.tokens(result.payload(), versions.revision())
                .orElseThrow(() -> new StaleReadException(Annotations.corrupt(
                        key,
                        "version " + versions.current().number()
                                + " of its secret does not have the tokens of the write in its annotations",
                        null)));
        return annotations.whole(tokens);
    }

    private StaleReadException unusable(TokenKey key, String secret, Version current) {
        boolean isLast = service.access(key, SecretNames.version(secret, current.number() + 1))
                        .kind()
                == AccessResult.Kind.MISSING;
        String state = service.describe(key, SecretNames.version(secret, current.number()))
                .map(SecretVersion::getState)
                .map(name -> name.name().toLowerCase(Locale.ROOT))
                .orElse("missing");
        if (isLast) {
            throw Annotations.corrupt(
                    key,
                    "version " + current.number() + " of its secret, which has the tokens, is " + state
                            + (state.equals("disabled") ? "; enable it, or reconnect" : "; reconnect"),
                    null);
        }
        return stale(key, "still returns version " + current.number() + " of the account's secret, which is " + state);
    }

    private StaleReadException stale(TokenKey key, String observation) {
        return new StaleReadException(ServiceErrors.unavailable(NOT_READ, service.location(), observation)
                .key(key)
                .build());
    }
}
