package dev.evertoken;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The registered clients by registration. Immutable. */
final class Clients {

    private final Map<String, Registered> byRegistration;
    private final Explain explain;

    Clients(Map<String, Registered> byRegistration, Explain explain) {
        this.byRegistration = Map.copyOf(byRegistration);
        this.explain = explain;
    }

    /** @throws dev.evertoken.model.TokenException with {@link Problem#UNKNOWN_REGISTRATION}, naming those there are */
    Registered of(TokenKey key) {
        return find(key)
                .orElseThrow(() -> explain.problem(key, Problem.UNKNOWN_REGISTRATION, unknown(key.registration())));
    }

    /** As {@link #of(TokenKey)}, where no account is meant. */
    Registered of(String registration) {
        Registered client = byRegistration.get(registration);
        if (client == null) {
            throw TokenException.about(Problem.UNKNOWN_REGISTRATION)
                    .detail(unknown(registration))
                    .build();
        }
        return client;
    }

    private String unknown(String registration) {
        return "no client is registered as \"" + registration + "\"; there are "
                + new TreeSet<>(byRegistration.keySet());
    }

    /** Returns the client of an account, empty if its registration is not known here. */
    Optional<Registered> find(TokenKey key) {
        return Optional.ofNullable(byRegistration.get(key.registration()));
    }

    @Override
    public String toString() {
        Map<String, String> providers = new TreeMap<>();
        byRegistration.forEach((id, client) -> providers.put(
                id,
                client.provider().id() + " by " + client.provider().getClass().getName()));
        return providers.toString();
    }
}
