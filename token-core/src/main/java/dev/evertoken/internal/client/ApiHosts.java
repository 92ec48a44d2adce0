package dev.evertoken.internal.client;

import dev.evertoken.spi.provider.Endpoints;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that every token of a client may be sent to. The requests of a client go to the same place again and again,
 * so the last permitted place is remembered and costs two comparisons. Thread-safe.
 */
public final class ApiHosts {

    /** A scheme and a host, as the caller wrote them. */
    private record Place(String scheme, String host) {
        boolean is(String otherScheme, String otherHost) {
            return host.equals(otherHost) && scheme.equals(otherScheme);
        }
    }

    private final Set<String> names;

    /** A race loses one result or the other, which costs another check; a reader sees a whole place or null. */
    private @Nullable Place last;

    /** @param names exact host names, in lower case */
    ApiHosts(Set<String> names) {
        this.names = names;
    }

    /** Returns whether a host is one of these and the scheme is secure, see {@link Endpoints#isSecure}. */
    boolean allow(String scheme, String host) {
        Place known = last;
        if (known != null && known.is(scheme, host)) {
            return true;
        }
        boolean allowed = Endpoints.isSecure(scheme, host) && contains(host.toLowerCase(Locale.ROOT));
        if (allowed) {
            last = new Place(scheme, host);
        }
        return allowed;
    }

    /** @param host in lower case */
    boolean contains(String host) {
        return names.contains(host);
    }

    @Override
    public String toString() {
        return names.toString();
    }
}
