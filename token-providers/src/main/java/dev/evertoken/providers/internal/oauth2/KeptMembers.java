package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.spi.provider.Endpoints;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The members of token responses that are kept with the tokens. Immutable.
 *
 * @param fields the path of the member by the name under which it is kept
 * @param hosts the paths of members that name a host of the account's API, as a host or as an address
 * @param domains the domains in which such a host has to be
 * @param grants the paths of objects with the tokens of further grants, by name
 */
public record KeptMembers(
        Map<String, String> fields, List<String> hosts, Set<String> domains, Map<String, String> grants) {

    static final KeptMembers NONE = new KeptMembers(Map.of(), List.of(), Set.of(), Map.of());

    public KeptMembers {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        grants = Collections.unmodifiableMap(new LinkedHashMap<>(grants));
        hosts = List.copyOf(hosts);
        domains = Set.copyOf(domains);
    }

    /** Returns the host that a text names; empty if it is not in one of the domains, or its address may not receive tokens. */
    Optional<String> host(String text) {
        return named(text.strip()).map(host -> host.toLowerCase(Locale.ROOT)).filter(this::isInDomain);
    }

    private static Optional<String> named(String text) {
        try {
            URI address = new URI(text.contains("://") ? text : "https://" + text);
            boolean usable = address.getRawUserInfo() == null && Endpoints.isSecure(address);
            return usable ? Optional.ofNullable(address.getHost()) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty(); // neither a host nor an address
        }
    }

    private boolean isInDomain(String host) {
        return domains.stream().anyMatch(domain -> host.equals(domain) || host.endsWith("." + domain));
    }
}
