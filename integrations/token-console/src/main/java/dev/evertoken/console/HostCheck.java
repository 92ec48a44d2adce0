package dev.evertoken.console;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides whether a request was sent to this console and by its own page. A foreign {@code Host} header is that of a
 * page whose name was pointed at this server (DNS rebinding). Immutable.
 */
final class HostCheck {

    private final Set<String> hosts;
    private final Set<String> origins;

    /**
     * @param hosts the names under which the console is reached, each with or without a port; none for any
     * @param origins origins that are accepted beside that of the request's own host
     */
    HostCheck(Stream<String> hosts, Stream<String> origins) {
        this.hosts = hosts.map(host -> host.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
        this.origins = origins.map(origin -> origin.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /** Returns whether the request has one host, and it is one of this console's names. */
    boolean isMine(ConsoleRequest request) {
        Optional<String> host = request.header("Host").map(name -> name.toLowerCase(Locale.ROOT));
        return host.isPresent()
                && (hosts.isEmpty() || hosts.contains(host.get()) || hosts.contains(withoutPort(host.get())));
    }

    /** Returns whether no other page sent the request, as far as its browser says. */
    boolean isFromMyPage(ConsoleRequest request) {
        List<String> origin = request.headers("Origin");
        String site = request.header("Sec-Fetch-Site").orElse("none");
        boolean isSame = site.equals("same-origin") || site.equals("none");
        return isSame && (origin.isEmpty() || (origin.size() == 1 && isMyOrigin(request, origin.get(0))));
    }

    private boolean isMyOrigin(ConsoleRequest request, String origin) {
        String sent = origin.toLowerCase(Locale.ROOT);
        String host = request.header("Host").orElse("").toLowerCase(Locale.ROOT);
        return origins.contains(sent)
                || (!host.isEmpty() && (sent.equals("http://" + host) || sent.equals("https://" + host)));
    }

    private static String withoutPort(String host) {
        return host.replaceFirst(":\\d+$", "");
    }
}
