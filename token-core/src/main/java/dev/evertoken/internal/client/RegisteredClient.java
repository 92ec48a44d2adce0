package dev.evertoken.internal.client;

import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.RequestSigner;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A registered client, with the parts of the engine that belong to it. Thread-safe.
 *
 * @param signer signs requests with its tokens; empty if a request needs no more than the token's header
 * @param hosts exact host names, in lower case, that its tokens may be sent to
 * @param health its breaker, shared by all its accounts
 */
public record RegisteredClient(
        Client client,
        Provider provider,
        Refresher refresher,
        Optional<RequestSigner> signer,
        Set<String> hosts,
        ClientHealth health) {

    public boolean allows(URI address) {
        String host = String.valueOf(address.getHost()).toLowerCase(Locale.ROOT);
        return hosts.contains(host) && Endpoints.isSecure(address);
    }
}
