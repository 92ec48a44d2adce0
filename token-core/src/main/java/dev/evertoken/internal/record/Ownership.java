package dev.evertoken.internal.record;

import dev.evertoken.model.Origin;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.store.TokenRecord;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Checks which application, environment and client a record belongs to. Thread-safe. */
public final class Ownership {

    private static final String CLIENT_ID = "client-id";

    private final Sealer sealer;
    private final String namespace;
    private final String environment;

    /** Pairs of a client id and a fingerprint of it. */
    private final Set<List<String>> known = ConcurrentHashMap.newKeySet();

    Ownership(Sealer sealer, String namespace, String environment) {
        this.sealer = sealer;
        this.namespace = namespace;
        this.environment = environment;
    }

    /** Returns the origin for records that this application creates for a client. */
    Origin origin(Client client) {
        return new Origin(
                namespace,
                environment,
                sealer.fingerprint(CLIENT_ID, client.credentials().clientId()));
    }

    /** Returns the origin for a record of this application that belongs to no client. */
    Origin originOfNoClient() {
        return new Origin(namespace, environment, "none");
    }

    /** Returns whether a fingerprint is that of a client, made with any key of the ring. */
    boolean isOf(String clientFingerprint, Client client) {
        return sealer.matches(clientFingerprint, CLIENT_ID, client.credentials().clientId());
    }

    /** Returns why this application, environment or client must not use a record; empty if it may. */
    public Optional<TokenException> foreign(TokenRecord record, Client client) {
        Optional<TokenException> origin = otherApplication(record);
        if (origin.isPresent()) {
            return origin;
        }
        String clientId = client.credentials().clientId();
        String fingerprint = record.origin().clientFingerprint();
        return !sealer.canCheck(fingerprint) || isOf(clientId, fingerprint)
                ? Optional.empty()
                : Optional.of(otherClient(record, clientId));
    }

    /** Computes the fingerprints of a client once for each key, since all its records have the same. */
    private boolean isOf(String clientId, String fingerprint) {
        List<String> pair = List.of(clientId, fingerprint);
        return known.contains(pair) || (sealer.matches(fingerprint, CLIENT_ID, clientId) && remember(pair));
    }

    private boolean remember(List<String> pair) {
        known.add(pair);
        return true;
    }

    /**
     * Returns the exception for a record of another client. A different key under the same id changes the fingerprint,
     * too; in that case the record cannot be opened, and the exception is about the key.
     */
    private TokenException otherClient(TokenRecord record, String clientId) {
        try {
            sealer.open(record.key(), record.grant().id(), record.generation(), record.secrets());
        } catch (TokenException unreadable) {
            return unreadable;
        }
        return TokenException.about(Problem.CLIENT_MISMATCH)
                .detail("the record belongs to a client with fingerprint "
                        + record.origin().clientFingerprint() + ", this one has "
                        + sealer.fingerprint(CLIENT_ID, clientId)
                        + "; nothing was refreshed. Set the earlier client id; if it was changed on purpose, the user has"
                        + " to connect the account again")
                .build();
    }

    /** Returns the exception for a record of another application or environment; empty if it is ours. */
    public Optional<TokenException> otherApplication(TokenRecord record) {
        if (record.origin().namespace().equals(namespace)
                && record.origin().environment().equals(environment)) {
            return Optional.empty();
        }
        return Optional.of(TokenException.about(Problem.ENVIRONMENT_MISMATCH)
                .detail("the record belongs to " + record.origin().namespace() + "/"
                        + record.origin().environment() + ", this is " + namespace + "/" + environment
                        + "; nothing was read or refreshed")
                .build());
    }
}
