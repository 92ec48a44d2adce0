package dev.evertoken;

import dev.evertoken.spi.Client;
import dev.evertoken.spi.Provider;
import dev.evertoken.spi.Refresher;
import dev.evertoken.spi.RequestSigner;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A registered client with everything that the engine keeps for it. Thread-safe.
 *
 * @param signer who puts its tokens on requests; empty if the token's header is all
 * @param hosts exact host names, lower case, that its tokens may be sent to
 * @param health its breaker, shared by all its accounts
 */
record Registered(
        Client client,
        Provider provider,
        Refresher refresher,
        Optional<RequestSigner> signer,
        Set<String> hosts,
        ClientHealth health) {

    boolean allows(URI address) {
        String host = String.valueOf(address.getHost()).toLowerCase(Locale.ROOT);
        return hosts.contains(host) && TokenSource.isSafe(address);
    }
}
