package dev.evertoken.store.redis;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import redis.clients.jedis.HostAndPort;

/**
 * A parsed Redis location; user and password may be percent-encoded. Its string form has no password. Immutable.
 *
 * @param kind one server, Sentinel or Cluster
 * @param tls whether the connections are encrypted
 * @param user the ACL user; empty for the user {@code default}
 * @param nodes the server, the sentinels, or some nodes of the cluster
 * @param database the number of the database; 0 in a cluster
 * @param master the name of the primary at the sentinels; empty without sentinels
 * @param replicasRequired whether the location requires replicas, see {@link RedisOptions#requireReplicas()}
 */
record RedisLocation(
        Kind kind,
        boolean tls,
        Optional<String> user,
        Optional<Secret> password,
        List<HostAndPort> nodes,
        int database,
        String master,
        boolean replicasRequired) {

    private static final String OPTION = "(tls|requireReplicas)=(true|false)";
    private static final Pattern FORM =
            Pattern.compile("(?<scheme>[a-z-]+)://((?<user>[^:@/?#]*)(:(?<password>[^@/?#]*))?@)?(?<nodes>[^@/?#]+)"
                    + "(/(?<database>\\d{0,5}))?(\\?(?<options>" + OPTION + "(&" + OPTION
                    + ")*))?(#(?<master>[^#?/]+))?");
    private static final Pattern NODE = Pattern.compile("(?<host>\\[[0-9a-fA-F:.]+]|[^:\\[\\]]+)(:(?<port>\\d{1,5}))?");
    private static final int MAX_PORT = 65_535;

    /** The kind of a deployment, given by the scheme. */
    enum Kind {
        SERVER("redis", 6379),
        TLS_SERVER("rediss", 6379),
        SENTINEL("redis-sentinel", 26_379),
        CLUSTER("redis-cluster", 6379);

        private final String scheme;
        private final int port;

        Kind(String scheme, int port) {
            this.scheme = scheme;
            this.port = port;
        }

        String scheme() {
            return scheme;
        }

        boolean isOneServer() {
            return this == SERVER || this == TLS_SERVER;
        }
    }

    /**
     * Parses {@code redis://user:password@host:6379/0}, {@code rediss://…} for TLS, {@code
     * redis-sentinel://user:password@sentinel-1:26379,sentinel-2:26379/0?tls=true#master} or {@code
     * redis-cluster://user:password@node-1:6379,node-2:6379?tls=true}; each may have the option {@code
     * requireReplicas=true}.
     *
     * @throws TokenException with {@link Problem#STORE_REFUSED} if the location has none of these forms; the message
     *     shows only the scheme of the location
     */
    static RedisLocation parse(String location) {
        Kind kind = kind(location);
        Matcher parts = FORM.matcher(location);
        if (!parts.matches()) {
            throw refused(kind, "does not have the form " + form(kind));
        }
        Optional<String> user = text(kind, parts.group("user"));
        Optional<Secret> password = text(kind, parts.group("password")).map(Secret::of);
        if (user.isPresent() && password.isEmpty()) {
            throw refused(kind, "has a user and no password; a password without a user is written :password@");
        }
        String master = text(kind, parts.group("master")).orElse("");
        if (master.isEmpty() == (kind == Kind.SENTINEL)) {
            throw refused(
                    kind,
                    kind == Kind.SENTINEL
                            ? "does not name the primary of the sentinels; end it with #name"
                            : "ends with a #name, which only redis-sentinel:// has; percent-encode special"
                                    + " characters of the password");
        }
        List<HostAndPort> nodes = Stream.of(parts.group("nodes").split(",", -1))
                .map(node -> node(kind, node))
                .collect(Collectors.toUnmodifiableList());
        if (kind.isOneServer() && nodes.size() > 1) {
            throw refused(kind, "names several servers; use redis-sentinel:// or redis-cluster://");
        }
        return new RedisLocation(
                kind,
                tls(kind, parts),
                user,
                password,
                nodes,
                database(kind, parts),
                master,
                option(parts, "requireReplicas").orElse(false));
    }

    private static Kind kind(String location) {
        return Stream.of(Kind.values())
                .filter(kind -> location.startsWith(kind.scheme + ":"))
                .findFirst()
                .orElseThrow(() -> TokenException.about(Problem.STORE_REFUSED)
                        .detail("a store location for Redis begins with "
                                + Stream.of(Kind.values())
                                        .map(kind -> kind.scheme + "://")
                                        .collect(Collectors.joining(", ")))
                        .build());
    }

    private static boolean tls(Kind kind, Matcher parts) {
        Optional<Boolean> option = option(parts, "tls");
        if (option.isPresent() && kind.isOneServer()) {
            throw refused(kind, "has a tls option; write rediss:// for TLS and redis:// without");
        }
        return kind == Kind.TLS_SERVER || option.orElse(false);
    }

    /** Returns the value of an option; the last one counts. */
    private static Optional<Boolean> option(Matcher parts, String name) {
        String options = parts.group("options");
        return options == null
                ? Optional.empty()
                : Stream.of(options.split("&", -1))
                        .filter(option -> option.startsWith(name + "="))
                        .map(option -> option.endsWith("=true"))
                        .reduce((first, second) -> second);
    }

    private static int database(Kind kind, Matcher parts) {
        String digits = parts.group("database");
        int database = digits == null || digits.isEmpty() ? 0 : Integer.parseInt(digits);
        if (kind == Kind.CLUSTER && database != 0) {
            throw refused(kind, "names database " + database + "; a cluster has database 0 only");
        }
        return database;
    }

    private static HostAndPort node(Kind kind, String text) {
        Matcher parts = NODE.matcher(text);
        if (!parts.matches()) {
            throw refused(kind, "has an address that is not host:port");
        }
        int port = parts.group("port") == null ? kind.port : Integer.parseInt(parts.group("port"));
        if (port < 1 || port > MAX_PORT) {
            throw refused(kind, "has the port " + port + ", which is not within 1 to " + MAX_PORT);
        }
        return new HostAndPort(parts.group("host").replace("[", "").replace("]", ""), port);
    }

    private static Optional<String> text(Kind kind, String encoded) {
        if (encoded == null || encoded.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw refused(kind, "has a percent sign that is not followed by two hexadecimal digits");
        }
    }

    private static String form(Kind kind) {
        return switch (kind) {
            case SERVER, TLS_SERVER ->
                kind.scheme + "://user:password@host:port/database, the password percent-encoded";
            case SENTINEL -> "redis-sentinel://user:password@host:port,host:port/database?tls=true#name";
            case CLUSTER -> "redis-cluster://user:password@host:port,host:port?tls=true";
        };
    }

    private static TokenException refused(Kind kind, String reason) {
        return TokenException.about(Problem.STORE_REFUSED)
                .detail("the store location " + kind.scheme + "://… " + reason)
                .build();
    }

    /** Returns the location without its password, for messages. */
    @Override
    public String toString() {
        String login = user.map(name -> name + "@").orElse("");
        String addresses = nodes.stream().map(HostAndPort::toString).collect(Collectors.joining(","));
        String encrypted = tls && !kind.isOneServer() ? "?tls=true" : "";
        String name = master.isEmpty() ? "" : "#" + master;
        return String.format(Locale.ROOT, "%s://%s%s/%d%s%s", kind.scheme, login, addresses, database, encrypted, name);
    }
}
