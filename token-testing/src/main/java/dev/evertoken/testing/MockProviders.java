package dev.evertoken.testing;

import dev.evertoken.TokensBuilder;
import dev.evertoken.spi.Timekeeper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mock providers on one free port of the loopback interface. They accept connections when {@link #start} returns; {@link
 * #on} mounts them into a server that a test runs already.
 *
 * <pre>{@code
 * try (MockProviders mocks = MockProviders.start()) {
 *     MockProvider google = mocks.google();
 *     TokenKey key = TokenKey.of("google", "user-42");
 *     TokensBuilder builder = Tokens.builder().namespace("crm").store("memory:");
 *     try (Tokens tokens = google.configure(builder).build()) {
 *         tokens.connect(key, google.consent("user-42"));
 *         AccessToken first = tokens.accessToken(key);
 *         AccessToken second = tokens.replace(key, first); // the mock issues it
 *         assertThat(second).isNotEqualTo(first);
 *     }
 * }
 * }</pre>
 *
 * <p>The providers share only the port. {@link #close} closes every connection, including held ones. Thread-safe.
 */
public final class MockProviders implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(MockProviders.class);

    private final MockHost host;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, MockProvider> providers = new LinkedHashMap<>();

    private MockProviders(Timekeeper time, UnaryOperator<TokensBuilder> clock) {
        this.host = new LoopbackHost(this::serve);
        addProviders(time, clock);
    }

    private MockProviders(MockHost host, Timekeeper time, UnaryOperator<TokensBuilder> clock) {
        this.host = host;
        addProviders(time, clock);
        host.mount(this::respond);
    }

    private void addProviders(Timekeeper time, UnaryOperator<TokensBuilder> clock) {
        List.of(
                        new GoogleBehavior(),
                        new YouTubeBehavior(),
                        new StravaBehavior(),
                        new FacebookBehavior(),
                        new InstagramBehavior(),
                        new LinkedInBehavior(),
                        new XBehavior(),
                        new XOAuth1Behavior(),
                        new RotatingBehavior())
                .forEach(behavior -> providers.put(behavior.id(), new MockProvider(behavior, host, time, clock)));
    }

    /** Starts providers that use the system time. */
    public static MockProviders start() {
        return new MockProviders(Timekeeper.system(), builder -> builder);
    }

    /** Starts providers that use the given timekeeper, usually a {@link ManualClock}. The timekeeper is not closed. */
    public static MockProviders start(Timekeeper time) {
        return new MockProviders(time, builder -> builder.timekeeper(time));
    }

    /**
     * Mounts providers that use the system time into a server that a test runs already. {@link #close} unmounts them and
     * does not stop the server.
     */
    public static MockProviders on(MockHost host) {
        return new MockProviders(host, Timekeeper.system(), builder -> builder);
    }

    /** Mounts providers that use the given timekeeper, usually a {@link ManualClock}. The timekeeper is not closed. */
    public static MockProviders on(MockHost host, Timekeeper time) {
        return new MockProviders(host, time, builder -> builder.timekeeper(time));
    }

    /** Returns Google: the refresh token is not rotated, and the response to a refresh does not contain one. */
    public MockProvider google() {
        return provider("google");
    }

    /** Returns YouTube: Google's tokens, with {@code channels.list} as the API endpoint. */
    public MockProvider youtube() {
        return provider("youtube");
    }

    /** Returns Strava: rotates tokens in the last hour of the access token, and has its own error format. */
    public MockProvider strava() {
        return provider("strava");
    }

    /**
     * Returns LinkedIn: the refresh token is not rotated, is part of every response, and expires a year after the
     * consent.
     */
    public MockProvider linkedIn() {
        return provider("linkedin");
    }

    /** Returns X: every refresh token can be used once, codes expire after 30 seconds, and PKCE is required. */
    public MockProvider x() {
        return provider("x");
    }

    /** Returns X with OAuth 1.0a: tokens do not expire, and every signature, nonce and timestamp is checked. */
    public MockProvider xOAuth1() {
        return provider("x-oauth1");
    }

    /**
     * Returns Facebook: exchanges valid access tokens by GET, issues separate tokens for pages, and has no refresh
     * tokens.
     */
    public MockProvider facebook() {
        return provider("facebook");
    }

    /** Returns Instagram: extends tokens that are at least a day old by GET; the token keeps its value. */
    public MockProvider instagram() {
        return provider("instagram");
    }

    /** Returns {@code acme}: an RFC 6749 server that rotates at every refresh and revokes a grant on reuse. */
    public MockProvider rotating() {
        return provider("acme");
    }

    /**
     * Configures the tokens of an application for all mock providers but {@link #rotating}, whose original is not one
     * of {@code token-providers}; see {@link MockProvider#configure}. The class path must have {@code token-providers}.
     *
     * @return the same builder
     * @throws IllegalArgumentException if the builder already has a client with the id of one of them
     */
    public TokensBuilder configure(TokensBuilder builder) {
        providers.values().stream().filter(mock -> mock != rotating()).forEach(mock -> mock.configure(builder));
        return builder;
    }

    /** Returns all providers. */
    public List<MockProvider> all() {
        return List.copyOf(providers.values());
    }

    /**
     * Returns the number of connections that were opened.
     *
     * @throws IllegalStateException if the providers are mounted into a server of the test, which has the connections
     */
    public int connections() {
        if (host instanceof LoopbackHost own) {
            return own.connections();
        }
        throw new IllegalStateException("the connections belong to the server into which the providers are mounted");
    }

    /** Closes every connection and the port, or unmounts the providers from the server of the test. Idempotent. */
    @Override
    public void close() {
        closed.countDown();
        host.unmount();
    }

    /**
     * Returns the provider with an id, for example {@code google}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public MockProvider provider(String id) {
        return Optional.ofNullable(providers.get(id))
                .orElseThrow(() -> new IllegalArgumentException(
                        "no mock provider \"" + id + "\"; known are " + providers.keySet()));
    }

    /** Returns the response to a request that another server received. */
    private HostedResponse respond(RawRequest request) {
        RecordedConnection connection = new RecordedConnection(closed);
        try {
            serve(connection, request);
        } catch (IOException e) {
            log.debug("a response was not recorded completely: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return connection.response();
    }

    private boolean serve(MockConnection connection, RawRequest request) throws IOException, InterruptedException {
        String path = request.path().substring(host.basePath().length());
        String id = path.split("/", 3)[1];
        MockProvider provider = providers.get(id);
        if (provider == null) {
            MockHttpResponse.empty(404).writeTo(connection);
            return true;
        }
        return provider.serve(connection, request, path.substring(id.length() + 1));
    }
}
