package dev.evertoken.spi.provider;

import dev.evertoken.model.EndpointKind;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The addresses of a provider's endpoints; as data, so that tests and API versions can override them. Immutable.
 *
 * <p>Every address is absolute, uses https or http, and has no user info and no fragment. An address with http that is
 * not loopback is refused when the {@code Tokens} are built, unless {@link
 * dev.evertoken.model.TransportSettings#allowsPlainHttp} of the client.
 *
 * @param addresses by purpose; {@link EndpointKind#EXCHANGE}, {@link EndpointKind#REFRESH} and
 *     {@link EndpointKind#CLIENT_CREDENTIALS} are usually the same token endpoint
 */
public record Endpoints(Map<EndpointKind, URI> addresses) {

    public Endpoints {
        for (Map.Entry<EndpointKind, URI> endpoint : addresses.entrySet()) {
            check(endpoint.getKey().name(), endpoint.getValue());
        }
        addresses = addresses.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(addresses));
    }

    /** Returns an empty set of endpoints. */
    public static Endpoints none() {
        return new Endpoints(Map.of());
    }

    /** Returns the endpoints of a provider with one token endpoint: for exchange, refresh and client credentials. */
    public static Endpoints token(URI address) {
        check("token", address);
        return none().with(EndpointKind.EXCHANGE, address)
                .with(EndpointKind.REFRESH, address)
                .with(EndpointKind.CLIENT_CREDENTIALS, address);
    }

    /** Returns these endpoints with one added or replaced. */
    public Endpoints with(EndpointKind kind, URI address) {
        Map<EndpointKind, URI> more = new EnumMap<>(EndpointKind.class);
        more.putAll(addresses);
        more.put(kind, address);
        return new Endpoints(more);
    }

    /** Returns these endpoints, overridden by those of {@code others}. */
    public Endpoints overriddenBy(Endpoints others) {
        Map<EndpointKind, URI> more = new EnumMap<>(EndpointKind.class);
        more.putAll(addresses);
        more.putAll(others.addresses);
        return new Endpoints(more);
    }

    /** Returns the address of an endpoint; empty if the provider has none of this kind. */
    public Optional<URI> address(EndpointKind kind) {
        return Optional.ofNullable(addresses.get(kind));
    }

    /**
     * Returns whether a text is the host of an address, as {@link URI#getHost} returns it: in lower case, with no
     * scheme, port, path, wildcard or final dot, and an IPv6 address in brackets.
     */
    public static boolean isHostName(String text) {
        try {
            boolean exact = text.equals(text.toLowerCase(Locale.ROOT)) && !text.endsWith(".");
            return exact && text.equals(new URI("https://" + text + "/").getHost());
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** Returns whether an address is a loopback address, judged by the literal host name. */
    public static boolean isLoopback(URI address) {
        return address.getHost() != null && isLoopback(address.getHost());
    }

    private static boolean isLoopback(String host) {
        return host.equalsIgnoreCase("localhost") || host.equals("[::1]") || isLoopbackIpv4(host);
    }

    /** Returns whether a host is {@code 127.} and three numbers of one to three digits, which dots separate. */
    private static boolean isLoopbackIpv4(String host) {
        if (!host.startsWith("127.")) {
            return false;
        }
        int numbers = 0;
        int digits = 0;
        for (int i = "127.".length(); i < host.length(); i++) {
            char c = host.charAt(i);
            if (c >= '0' && c <= '9' && digits < 3) {
                digits++;
            } else if (c == '.' && digits > 0) {
                numbers++;
                digits = 0;
            } else {
                return false;
            }
        }
        return numbers == 2 && digits > 0;
    }

    /** Returns whether a token may be sent to an address: its scheme is https, or it is a loopback address. */
    public static boolean isSecure(URI address) {
        return "https".equalsIgnoreCase(address.getScheme()) || isLoopback(address);
    }

    /**
     * Returns whether a token may be sent to a host with this scheme: it is https, or the host is a loopback address.
     *
     * @param host the host as {@link URI#getHost} returns it
     */
    public static boolean isSecure(String scheme, String host) {
        return scheme.equalsIgnoreCase("https") || isLoopback(host);
    }

    private static void check(String name, URI address) {
        if (address.getHost() == null || address.getRawUserInfo() != null || address.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    name + " endpoint must be an absolute address without user info and fragment");
        }
        if (!"https".equalsIgnoreCase(address.getScheme()) && !"http".equalsIgnoreCase(address.getScheme())) {
            throw new IllegalArgumentException(name + " endpoint at " + address.getHost() + " must be https");
        }
    }
}
