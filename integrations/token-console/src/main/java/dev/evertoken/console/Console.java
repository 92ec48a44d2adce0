package dev.evertoken.console;

import dev.evertoken.Tokens;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.operations.TokenOperations;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A page over the accounts of an engine, for people who look after them.
 *
 * <p>It is served on the loopback interface, to the person who opens the one-time {@link #address}, or to the users that an
 * {@link ConsoleAuthenticator} accepts. No response contains a secret of an account. All viewers share one reading of
 * the store, at most every five seconds and only while a page is open. {@link Tokens#close} closes a console that is
 * still open. Thread-safe.
 */
public final class Console implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.START);

    private final ConsoleServer server;
    private final Sessions sessions;
    private final URI root;
    private final boolean hasTokens;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Console(Builder from, ConsoleServer server) {
        this.server = server;
        this.sessions = new Sessions(from.operations.timekeeper());
        this.hasTokens = from.authenticator.isEmpty();
        InetSocketAddress bound = server.address();
        this.root = URI.create("http://" + literal(bound.getAddress()) + ":" + bound.getPort() + "/");
        HostCheck hosts = new HostCheck(from.hosts(bound), from.origins.stream());
        ConsoleHandler handler = new ConsoleHandler("", hosts, from.parts());
        Entrance entrance =
                new Entrance(hosts, from.authenticator, sessions, "evertoken-console-" + bound.getPort(), handler);
        server.respondWith(entrance::respond);
    }

    /** Returns a builder of a console over an engine. */
    public static Builder builder(Tokens tokens) {
        return new Builder(tokens);
    }

    /**
     * Returns the address of the page. Without an authenticator it contains a new one-time token: each call returns
     * another address, which opens one session of twelve hours and has to be opened within an hour. Show it to the
     * operator only.
     */
    public URI address() {
        return hasTokens ? root.resolve("?token=" + sessions.token()) : root;
    }

    /** Stops the server and ends all sessions. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            server.close();
        }
    }

    /** Returns the address without a token. */
    @Override
    public String toString() {
        return "Console[" + root + "]";
    }

    private static String literal(InetAddress address) {
        if (address.isAnyLocalAddress()) {
            return "127.0.0.1";
        }
        String text = address.getHostAddress();
        return text.contains(":") ? "[" + text.replaceFirst("%.*", "") + "]" : text;
    }

    /** The parts that a handler shows and changes. */
    record Parts(
            TokenOperations operations,
            Snapshots snapshots,
            Actions actions,
            Optional<ConsoleEvents> events,
            boolean readOnly) {}

    /** The settings of a console; each method sets the setting of its name. Not thread-safe. */
    public static final class Builder {

        private static final int MOST_ACCOUNTS = 100_000;

        private final Tokens tokens;
        private final TokenOperations operations;
        private final List<String> hosts = new ArrayList<>();
        private final List<String> origins = new ArrayList<>();
        private Optional<ConsoleAuthenticator> authenticator = Optional.empty();
        private Optional<ConsoleEvents> events = Optional.empty();
        private Function<TokenKey, @Nullable URI> reconnect = key -> null;
        private InetSocketAddress bind = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        private int mostAccounts = MOST_ACCOUNTS;
        private boolean readOnly;

        private Builder(Tokens tokens) {
            this.tokens = tokens;
            this.operations = tokens.operations();
        }

        /** Shows everything and changes nothing, for every user. */
        public Builder readOnly() {
            this.readOnly = true;
            return this;
        }

        /** Lets the users in whom the application accepts, instead of the person who opens a one-time address. */
        public Builder authenticator(ConsoleAuthenticator decides) {
            this.authenticator = Optional.of(decides);
            return this;
        }

        /**
         * Sets the address and the port of the server; by default a free port of the loopback interface. Any other
         * interface requires an {@link #authenticator} and {@link #allowedHosts}.
         */
        public Builder bind(InetSocketAddress address) {
            this.bind = address;
            return this;
        }

        /**
         * Adds names under which the console is reached, such as {@code ops.example.com} or {@code localhost:9000}; a
         * name without a port stands for every port. A request with another {@code Host} header is refused. The
         * loopback names are added if the server is bound to the loopback interface.
         */
        public Builder allowedHosts(String... names) {
            hosts.addAll(Arrays.asList(names));
            return this;
        }

        /**
         * Adds origins whose pages may use the console, such as {@code https://ops.example.com}. This is needed only
         * behind a proxy that changes the {@code Host} header.
         */
        public Builder allowedOrigins(String... more) {
            origins.addAll(Arrays.asList(more));
            return this;
        }

        /**
         * Sets the address at which a user reconnects an account, for the link that an operator sends. By default it is
         * that of {@code TokensBuilder.reconnectUrl}, which accounts have only while they need it.
         */
        public Builder reconnect(Function<TokenKey, @Nullable URI> addresses) {
            this.reconnect = addresses;
            return this;
        }

        /** Shows the events of this process in timelines and charts; without them the page has neither. */
        public Builder events(ConsoleEvents source) {
            this.events = Optional.of(source);
            return this;
        }

        /**
         * Sets how many accounts are kept in memory and shown, 100,000 by default. If the store has more, the page says
         * that it does not show all.
         *
         * @throws IllegalArgumentException if the number is not positive
         */
        public Builder mostAccounts(int number) {
            if (number <= 0) {
                throw new IllegalArgumentException("mostAccounts " + number + " is not positive");
            }
            this.mostAccounts = number;
            return this;
        }

        /**
         * Starts the server and returns the console.
         *
         * @throws IllegalStateException if the server would be reachable from other machines without an authenticator
         *     or without allowed hosts
         * @throws IOException if the address is in use or cannot be bound
         */
        public Console start() throws IOException {
            requireSafety();
            Console console = new Console(this, ConsoleServer.bind(bind));
            try {
                tokens.onClose(console);
            } catch (IllegalStateException e) { // the engine was closed meanwhile
                console.close();
                throw e;
            }
            log.info("console: listening at {}", console.root);
            return console;
        }

        /**
         * Returns the console without a server, for an application that serves it with its own server and security.
         * The settings of the server ({@link #bind}, {@link #authenticator}) do not apply to it.
         *
         * @param path the path below which the application serves it, such as {@code /ops/tokens}; empty for the root
         * @throws IllegalArgumentException if the path does not start with a slash, or ends with one
         */
        public ConsoleHandler handler(String path) {
            if (!path.isEmpty() && (!path.startsWith("/") || path.endsWith("/"))) {
                throw new IllegalArgumentException("the path \"" + path + "\" is not like /ops/tokens");
            }
            return new ConsoleHandler(path, new HostCheck(hosts.stream(), origins.stream()), parts());
        }

        private void requireSafety() {
            InetAddress address = bind.getAddress();
            if (address != null && address.isLoopbackAddress()) {
                return;
            }
            if (authenticator.isEmpty()) {
                throw new IllegalStateException(
                        "the console would be reachable at " + bind + " by everybody: set an authenticator");
            }
            if (hosts.isEmpty()) {
                throw new IllegalStateException(
                        "the console would be reachable at " + bind + " under any name: set allowedHosts");
            }
        }

        private Parts parts() {
            Snapshots snapshots = new Snapshots(operations, mostAccounts, Snapshots.newThread());
            return new Parts(operations, snapshots, new Actions(tokens, snapshots, reconnect), events, readOnly);
        }

        private Stream<String> hosts(InetSocketAddress bound) {
            Stream<String> local =
                    Stream.of("127.0.0.1", "localhost", "[::1]").map(name -> name + ":" + bound.getPort());
            return bound.getAddress().isLoopbackAddress() ? Stream.concat(local, hosts.stream()) : hosts.stream();
        }
    }
}
