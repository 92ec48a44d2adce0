package dev.evertoken.internal.client;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

/** The registered clients by registration; they can change while tokens are in use. Thread-safe. */
public final class ClientRegistry {

    private final ConcurrentMap<String, RegisteredClient> clients;
    private final TokenExceptions exceptions;

    public ClientRegistry(Map<String, RegisteredClient> byRegistration, TokenExceptions exceptions) {
        this.clients = new ConcurrentHashMap<>(byRegistration);
        this.exceptions = exceptions;
    }

    /** @throws dev.evertoken.model.TokenException with {@link Problem#UNKNOWN_REGISTRATION}, naming the known ones */
    public RegisteredClient of(TokenKey key) {
        RegisteredClient client = clients.get(key.registration());
        if (client == null) {
            throw exceptions.problem(key, Problem.UNKNOWN_REGISTRATION, unknown(key.registration()));
        }
        return client;
    }

    /** Like {@link #of(TokenKey)}, for a request that does not concern an account. */
    public RegisteredClient of(String registration) {
        RegisteredClient client = clients.get(registration);
        if (client == null) {
            throw TokenException.about(Problem.UNKNOWN_REGISTRATION)
                    .detail(unknown(registration))
                    .build();
        }
        return client;
    }

    /** Returns the sentence that describes a registration that does not exist. */
    public String unknown(String registration) {
        return "no client is registered as \"" + registration + "\"; there are " + new TreeSet<>(clients.keySet());
    }

    /** Returns the client of an account, empty if its registration is unknown. */
    public Optional<RegisteredClient> find(TokenKey key) {
        return Optional.ofNullable(clients.get(key.registration()));
    }

    /** Returns all clients, ordered by registration. */
    public Stream<RegisteredClient> all() {
        return new TreeMap<>(clients).values().stream();
    }

    /** Returns whether the requests of a registration are signed. */
    public boolean signs(String registration) {
        RegisteredClient client = clients.get(registration);
        return client != null && client.signer().isPresent();
    }

    /**
     * Adds a client.
     *
     * @return false if there is one with this registration; nothing changed
     */
    public boolean add(RegisteredClient client) {
        return clients.putIfAbsent(client.client().registration(), client) == null;
    }

    /**
     * Removes a client. Refreshes in progress still use it.
     *
     * @return false if there was none
     */
    public boolean remove(String registration) {
        return clients.remove(registration) != null;
    }

    @Override
    public String toString() {
        Map<String, String> providers = new TreeMap<>();
        for (RegisteredClient client : clients.values()) {
            providers.put(
                    client.client().registration(),
                    client.provider().id() + " by "
                            + client.provider().getClass().getName());
        }
        return providers.toString();
    }
}
