package dev.evertoken;

import dev.evertoken.spi.provider.Endpoints;
import java.net.URI;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Collects the hosts to which the tokens of one registration may be sent, in lower case. Refuses entries that no
 * address can match. Not thread-safe.
 */
final class AllowedHosts {

    private final String registration;
    private final Set<String> names = new LinkedHashSet<>();

    AllowedHosts(String registration) {
        this.registration = registration;
    }

    /** @throws IllegalArgumentException if an entry is not an exact host name; the message states the correct form */
    void addAll(Collection<String> entries) {
        for (String entry : entries) {
            String name = entry.toLowerCase(Locale.ROOT);
            if (!Endpoints.isHostName(name)) {
                throw new IllegalArgumentException("allowHosts of \"" + registration + "\": no host can match \""
                        + entry + "\", because an entry is an exact host name" + advice(name));
            }
            names.add(name);
        }
    }

    void addHostOf(URI address) {
        names.add(address.getHost().toLowerCase(Locale.ROOT));
    }

    Set<String> names() {
        return Set.copyOf(names);
    }

    private static String advice(String entry) {
        if (entry.contains("*")) {
            return "; there are no wildcards, so add each host";
        }
        return suggestion(entry).map(host -> "; write \"" + host + "\"").orElse(" such as \"api.example.com\"");
    }

    /** Returns the host name of an address, of a host with a port, or of a host with a final dot. */
    private static Optional<String> suggestion(String entry) {
        String rest = entry.strip();
        rest = rest.substring(rest.indexOf("://") < 0 ? 0 : rest.indexOf("://") + 3);
        rest = rest.replaceFirst("[/?#].*", "");
        rest = rest.substring(rest.lastIndexOf('@') + 1);
        String withoutPort = rest.replaceFirst("(?<=[^:]):\\d*$", "").replaceFirst("\\.+$", "");
        return Optional.of(withoutPort)
                .filter(Endpoints::isHostName)
                .or(() -> Optional.of("[" + entry + "]").filter(Endpoints::isHostName));
    }
}
