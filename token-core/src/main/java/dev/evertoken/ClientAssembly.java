package dev.evertoken;

import dev.evertoken.TokensBuilder.Enrolled;
import dev.evertoken.internal.client.Backoff;
import dev.evertoken.internal.client.ClientHealth;
import dev.evertoken.internal.client.ClientLog;
import dev.evertoken.internal.client.PluginLoader;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.SimilarName;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TransportSettings;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.KeptConnections;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.store.TokenStore.Guarantee;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The registered clients with their providers. Immutable; {@link #of} validates the settings of the clients. */
record ClientAssembly(Map<String, RegisteredClient> clients) {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.START);

    /** Returns the id of a provider. Loaded at every start, and faster than a lambda. */
    private static final class ProviderId implements Function<Provider, String> {
        @Override
        public String apply(Provider provider) {
            return provider.id();
        }
    }

    /**
     * @param connections closed by the caller
     * @throws IllegalArgumentException if no client is registered, or a setting names a client that is not
     */
    static ClientAssembly of(TokensBuilder chosen, KeptConnections connections) {
        checkNames(chosen);
        PluginLoader<Provider> plugins = new PluginLoader<>("provider", Provider.class, new ProviderId());
        Map<String, RegisteredClient> clients = new LinkedHashMap<>();
        for (Map.Entry<String, Enrolled> one : chosen.clients.entrySet()) {
            String id = one.getValue().providerId();
            Provider given = chosen.providers.get(id);
            Provider provider = given != null ? given : found(id, chosen, plugins);
            clients.put(one.getKey(), registered(chosen, one.getKey(), one.getValue(), provider, connections));
        }
        return new ClientAssembly(clients);
    }

    private static Provider found(String id, TokensBuilder chosen, PluginLoader<Provider> plugins) {
        Optional<Provider> found = plugins.find(id);
        if (found.isEmpty()) {
            throw plugins.missing(id, advice(id, chosen, plugins));
        }
        return found.get();
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

    /**
     * Checks that no other process can use the refresh tokens of a provider that rotates them.
     *
     * @throws IllegalArgumentException if processes share the tokens, but the store guarantees its writes for one
     */
    void checkGuarantee(TokensBuilder chosen, Guarantee guarantee) {
        List<String> rotating = rotating();
        if (guarantee == Guarantee.SHARED || rotating.isEmpty()) {
            return;
        }
        if (chosen.clustered) {
            throw new IllegalArgumentException(
                    "the store guarantees its writes for one process only, but several processes share it and "
                            + rotating + " rotate their refresh tokens: two processes could use the same one");
        }
        log.warn(
                "{}/{}: the store guarantees its writes for this process only; no other process may refresh {}",
                chosen.namespace,
                chosen.environment,
                rotating);
    }

    private List<String> rotating() {
        List<String> rotating = new ArrayList<>();
        for (RegisteredClient client : clients.values()) {
            if (client.client().profile().refreshModel() == RefreshModel.ROTATING) {
                rotating.add(client.client().registration());
            }
        }
        return rotating;
    }

    private static void checkNames(TokensBuilder chosen) {
        if (chosen.clients.isEmpty()) {
            throw new IllegalArgumentException("no client is registered: client(\"google\", …) registers one");
        }
        requireRegistered(chosen, "endpoints", chosen.endpoints.keySet());
        requireRegistered(chosen, "allowHosts", chosen.moreHosts.keySet());
        requireRegistered(chosen, "transport", chosen.transports.keySet());
        TransportCheck.ofAll(chosen.transport);
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
            TokensBuilder chosen,
            String registration,
            Enrolled enrolled,
            Provider provider,
            KeptConnections connections) {
        ProviderProfile known = provider.profile();
        Endpoints moved = chosen.endpoints.getOrDefault(registration, Endpoints.none());
        ProviderProfile profile = known.withEndpoints(known.endpoints().overriddenBy(moved));
        TransportSettings transport = chosen.transports
                .getOrDefault(registration, TransportSettings.ofTheJvm())
                .completedBy(chosen.transport);
        Client client =
                new Client(registration, provider.id(), enrolled.credentials(), profile, transport, connections);
        TransportCheck.of(client, chosen.callDeadline);
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
