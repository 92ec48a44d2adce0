package dev.evertoken.internal.client;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.Provider;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The registered clients by registration. Immutable. */
public final class ClientRegistry {

    private final Map<String, RegisteredClient> byRegistration;
    private final TokenExceptions exceptions;

    public ClientRegistry(Map<String, RegisteredClient> byRegistration, TokenExceptions exceptions) {
        this.byRegistration = Map.copyOf(byRegistration);
        this.exceptions = exceptions;
    }

    /** @throws dev.evertoken.model.TokenException with {@link Problem#UNKNOWN_REGISTRATION}, naming the known ones */
    public RegisteredClient of(TokenKey key) {
        RegisteredClient client = byRegistration.get(key.registration());
        if (client == null) {
            throw exceptions.problem(key, Problem.UNKNOWN_REGISTRATION, unknown(key.registration()));
        }
        return client;
    }

    /** Like {@link #of(TokenKey)}, for a request that does not concern an account. */
    public RegisteredClient of(String registration) {
        RegisteredClient client = byRegistration.get(registration);
        if (client == null) {
            throw TokenException.about(Problem.UNKNOWN_REGISTRATION)
                    .detail(unknown(registration))
                    .build();
        }
        return client;
    }

    /** Returns the sentence that describes a registration that does not exist. */
    public String unknown(String registration) {
        return "no client is registered as \"" + registration + "\"; there are "
                + new TreeSet<>(byRegistration.keySet());
    }

    /** Returns the client of an account, empty if its registration is unknown. */
    public Optional<RegisteredClient> find(TokenKey key) {
        return Optional.ofNullable(byRegistration.get(key.registration()));
    }

    /** Returns all clients, ordered by registration. */
    public Stream<RegisteredClient> all() {
        return new TreeMap<>(byRegistration).values().stream();
    }

    @Override
    public String toString() {
        Map<String, String> providers = new TreeMap<>();
        for (Map.Entry<String, RegisteredClient> one : byRegistration.entrySet()) {
            Provider provider = one.getValue().provider();
            providers.put(
                    one.getKey(), provider.id() + " by " + provider.getClass().getName());
        }
        return providers.toString();
    }
}
