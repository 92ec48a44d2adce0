package dev.evertoken;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import java.util.Map;
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
        Registered client = byRegistration.get(key.registration());
        if (client == null) {
            throw explain.problem(
                    key,
                    Problem.UNKNOWN_REGISTRATION,
                    "no client is registered as \"" + key.registration() + "\"; there are "
                            + new TreeSet<>(byRegistration.keySet()));
        }
        return client;
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
