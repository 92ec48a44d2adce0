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
 * @param secrets the client, with the secret that its provider accepts
 * @param signer signs requests with its tokens; empty if a request needs no more than the token's header
 * @param hosts the hosts that each of its tokens may be sent to
 * @param health its breaker, shared by all its accounts
 */
public record RegisteredClient(
        ClientSecrets secrets,
        Provider provider,
        Refresher refresher,
        Optional<RequestSigner> signer,
        ApiHosts hosts,
        ClientHealth health) {

    /**
     * Creates a client that uses its registered secret first.
     *
     * @param hosts exact host names, in lower case
     */
    public RegisteredClient(
            Client client,
            Provider provider,
            Refresher refresher,
            Optional<RequestSigner> signer,
            Set<String> hosts,
            ClientHealth health) {
        this(new ClientSecrets(client), provider, refresher, signer, new ApiHosts(hosts), health);
    }

    /** Returns the client with the secret that is in use. */
    public Client client() {
        return secrets.client();
    }

    /** Returns whether the token of some account of the client may be sent to a host. */
    public boolean allows(String scheme, String host) {
        return hosts.allow(scheme, host)
                || (Endpoints.isSecure(scheme, host)
                        && client().profile().isAccountHost(host.toLowerCase(Locale.ROOT)));
    }

    /** Returns whether a token may be sent to a host; {@code named} has the hosts of its account's API. */
    public boolean allows(String scheme, String host, Set<String> named) {
        return hosts.allow(scheme, host) || (named.contains(host.toLowerCase(Locale.ROOT)) && allows(scheme, host));
    }

    private static String host(URI address) {
        return String.valueOf(address.getHost()).toLowerCase(Locale.ROOT);
    }

    /** Returns why a request to an address that is not allowed was not sent, and how to allow it. */
    public String objection(URI address) {
        String host = host(address);
        String unsent = "the request to " + host + " was not sent, because a token ";
        if (Endpoints.isSecure(address) && client().profile().isAccountHost(host)) {
            return unsent
                    + "is sent to a host of this kind only if the provider's response has named it for the account";
        }
        return hosts.contains(host)
                ? unsent + "is sent over https only, except to this machine"
                : unsent + "is sent only to the hosts of its provider and of allowHosts; if the host is part of the"
                        + " API, add allowHosts(\"" + client().registration() + "\", \"" + host + "\")";
    }
}
