package dev.evertoken;

import dev.evertoken.TokensBuilder.Enrolled;
import dev.evertoken.internal.client.Backoff;
import dev.evertoken.internal.client.ClientHealth;
import dev.evertoken.internal.client.ClientLog;
import dev.evertoken.internal.client.PluginLoader;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.SimilarName;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The registered clients with their providers. Immutable; {@link #of} validates the settings of the clients. */
record ClientAssembly(Map<String, RegisteredClient> clients) {

    /** @throws IllegalArgumentException if no client is registered, or a setting names a client that is not */
    static ClientAssembly of(TokensBuilder chosen) {
        checkNames(chosen);
        PluginLoader<Provider> plugins = new PluginLoader<>("provider", Provider.class, Provider::id);
        Map<String, RegisteredClient> clients = new LinkedHashMap<>();
        for (Map.Entry<String, Enrolled> one : chosen.clients.entrySet()) {
            String id = one.getValue().providerId();
            Provider given = chosen.providers.get(id);
            Provider provider = given != null ? given : plugins.get(id, () -> advice(id, chosen, plugins));
            clients.put(one.getKey(), registered(chosen, one.getKey(), one.getValue(), provider));
        }
        return new ClientAssembly(clients);
    }

    /** Returns the advice for a missing provider: its correct name, its dependency, or how to describe the server. */
    private static String advice(String id, TokensBuilder chosen, PluginLoader<Provider> plugins) {
        Set<String> known = plugins.keys();
        known.addAll(chosen.providers.keySet());
        String first = SimilarName.among(known, id)
                .map(similar -> "did you mean \"" + similar + "\"? ")
                .orElse(plugins.keys().isEmpty() ? "add the dependency dev.evertoken:token-providers. " : "");
        return first + (first.isEmpty() ? "for" : "For") + " any other server, describe it with"
                + " OAuth2Provider.builder(\"" + id + "\") and pass it to provider(…)";
    }

    /** Returns the registrations whose provider rotates refresh tokens. */
    List<String> rotating() {
        List<String> rotating = new ArrayList<>();
        for (RegisteredClient client : clients.values()) {
            if (client.client().profile().refreshModel() == RefreshModel.ROTATING) {
                rotating.add(client.client().registration());
            }
        }
        return rotating;
    }

    /** Returns the registrations whose provider signs requests. */
    Set<String> signing() {
        Set<String> signing = new LinkedHashSet<>();
        for (RegisteredClient client : clients.values()) {
            if (client.signer().isPresent()) {
                signing.add(client.client().registration());
            }
        }
        return signing;
    }

    private static void checkNames(TokensBuilder chosen) {
        if (chosen.clients.isEmpty()) {
            throw new IllegalArgumentException("no client is registered: client(\"google\", …) registers one");
        }
        requireRegistered(chosen, "endpoints", chosen.endpoints.keySet());
        requireRegistered(chosen, "allowHosts", chosen.moreHosts.keySet());
    }

    private static void requireRegistered(TokensBuilder chosen, String setting, Set<String> registrations) {
        Set<String> unknown = new TreeSet<>(registrations);
        unknown.removeAll(chosen.clients.keySet());
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(setting + " names " + unknown + ", but the registered clients are "
                    + new TreeSet<>(chosen.clients.keySet()));
        }
    }

    private static RegisteredClient registered(
            TokensBuilder chosen, String registration, Enrolled enrolled, Provider provider) {
        ProviderProfile known = provider.profile();
        Endpoints moved = chosen.endpoints.getOrDefault(registration, Endpoints.none());
        ProviderProfile profile = known.withEndpoints(known.endpoints().overriddenBy(moved));
        Client client = new Client(registration, provider.id(), enrolled.credentials(), profile);
        AllowedHosts hosts = new AllowedHosts(registration);
        hosts.addAll(profile.apiHosts());
        Optional<URI> api = profile.endpoints().address(EndpointKind.API);
        if (api.isPresent()) {
            hosts.addHostOf(api.get());
        }
        hosts.addAll(chosen.moreHosts.getOrDefault(registration, Set.of()));
        return new RegisteredClient(
                client,
                provider,
                provider.refresher(),
                provider.requestSigner(),
                hosts.names(),
                new ClientHealth(Backoff.betweenAttempts(), ClientLog.of(registration)));
    }
}
