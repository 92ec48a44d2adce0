package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Validation;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.RevokeOutcome;
import dev.evertoken.spi.provider.Revoker;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.Validator;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The servers of a provider with several data centers. The redirect of a consent names the server of the account, and all
 * requests about its tokens go there. Immutable.
 *
 * @param parameter the parameter of the redirect, and the field of the tokens, that names the server; empty if there is
 *     only one server
 * @param servers the beginnings of the addresses of the servers, such as {@code https://accounts.example.eu}; the first
 *     one is that of the described addresses
 */
public record AccountServers(Optional<String> parameter, List<String> servers) {

    public AccountServers {
        servers = List.copyOf(servers);
    }

    /** Returns why the server of an account cannot be used; empty if it can. */
    Optional<String> objection(Map<String, String> named) {
        return server(named)
                .filter(server -> !servers.contains(server))
                .map(server -> "the server of the account, named by " + parameter.orElse("")
                        + ", is none of those of the provider's description: " + servers);
    }

    private Optional<String> server(Map<String, String> named) {
        return parameter.flatMap(name -> Optional.ofNullable(named.get(name)));
    }

    /** Returns a client with the addresses of the account's server. Addresses that do not begin so stay as they are. */
    Client at(Client client, Map<String, String> named) {
        Optional<String> server = server(named).filter(servers::contains);
        if (server.isEmpty()) {
            return client;
        }
        Endpoints moved = client.profile().endpoints();
        for (Map.Entry<EndpointKind, URI> one : moved.addresses().entrySet()) {
            String address = one.getValue().toString();
            if (one.getKey() != EndpointKind.AUTHORIZATION && address.startsWith(servers.get(0) + "/")) {
                String path = address.substring(servers.get(0).length());
                moved = moved.with(one.getKey(), URI.create(server.get() + path));
            }
        }
        return client.with(client.profile().withEndpoints(moved));
    }

    public Refresher at(Refresher delegate) {
        return request -> {
            Map<String, String> fields = request.tokens().fields();
            Optional<String> objection = objection(fields);
            return objection.isPresent()
                    ? new TokenOutcome.NotSent(Problem.NOT_SUPPORTED, objection.get())
                    : delegate.refresh(request.with(at(request.client(), fields)));
        };
    }

    public Validator at(Validator delegate) {
        return held -> {
            Optional<String> objection = objection(held.tokens().fields());
            return objection.isPresent()
                    ? Validation.failed(Validation.Verdict.UNKNOWN, Problem.NOT_SUPPORTED, objection.get())
                    : delegate.validate(at(held));
        };
    }

    public Revoker at(Revoker delegate) {
        return held -> {
            Optional<String> objection = objection(held.tokens().fields());
            return objection.isPresent()
                    ? new RevokeOutcome.Refused(Problem.NOT_SUPPORTED, objection.get())
                    : delegate.revoke(at(held));
        };
    }

    private HeldTokens at(HeldTokens held) {
        return held.with(at(held.client(), held.tokens().fields()));
    }
}
