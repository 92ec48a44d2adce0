package dev.evertoken.spi.provider;

import dev.evertoken.model.EndpointKind;
import java.net.URI;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where a provider's endpoints are: data, so that tests and API versions can move them. Immutable.
 *
 * <p>Every address is absolute, https or http on loopback, without user info and fragment.
 *
 * @param addresses by purpose; {@link EndpointKind#EXCHANGE}, {@link EndpointKind#REFRESH} and {@link
 *     EndpointKind#CLIENT_CREDENTIALS} are usually the same token endpoint
 */
public record Endpoints(Map<EndpointKind, URI> addresses) {

    public Endpoints {
        addresses.forEach(Endpoints::check);
        addresses = addresses.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(addresses));
    }

    /** Returns no endpoint at all. */
    public static Endpoints none() {
        return new Endpoints(Map.of());
    }

    /** Returns a token endpoint: for exchange, refresh and app tokens. */
    public static Endpoints token(URI address) {
        return none().with(EndpointKind.EXCHANGE, address)
                .with(EndpointKind.REFRESH, address)
                .with(EndpointKind.CLIENT_CREDENTIALS, address);
    }

    /** Returns these with one more, or one in another place. */
    public Endpoints with(EndpointKind kind, URI address) {
        Map<EndpointKind, URI> more = new EnumMap<>(EndpointKind.class);
        more.putAll(addresses);
        more.put(kind, address);
        return new Endpoints(more);
    }

    /** Returns these with those of {@code others} on top. */
    public Endpoints overriddenBy(Endpoints others) {
        Map<EndpointKind, URI> more = new EnumMap<>(EndpointKind.class);
        more.putAll(addresses);
        more.putAll(others.addresses);
        return new Endpoints(more);
    }

    /** Returns where to send requests of this kind; empty if the provider has none. */
    public Optional<URI> address(EndpointKind kind) {
        return Optional.ofNullable(addresses.get(kind));
    }

    /** Tells whether an address is on this machine's loopback interface, by its literal name. */
    public static boolean isLoopback(URI address) {
        String host = String.valueOf(address.getHost());
        return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
    }

    /** Returns whether a token may travel to an address: its scheme is https, or it is a loopback address. */
    public static boolean isSecure(URI address) {
        return "https".equalsIgnoreCase(address.getScheme()) || isLoopback(address);
    }

    private static void check(EndpointKind kind, URI address) {
        if (address.getHost() == null || address.getRawUserInfo() != null || address.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    kind + " endpoint must be an absolute address without user info and fragment");
        }
        boolean https = "https".equalsIgnoreCase(address.getScheme());
        boolean http = "http".equalsIgnoreCase(address.getScheme());
        if (!https && !(http && isLoopback(address))) {
            throw new IllegalArgumentException(kind + " endpoint at " + address.getHost() + " must be https");
        }
    }
}
