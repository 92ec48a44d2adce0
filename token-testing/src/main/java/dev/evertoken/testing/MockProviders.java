package dev.evertoken.testing;

import dev.evertoken.spi.Timekeeper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Mock providers on one free port of the loopback interface, ready when {@link #start} returns.
 *
 * <p>They share nothing but the port. Close them to end every connection, held ones included. Thread-safe.
 */
public final class MockProviders implements AutoCloseable {

    private final RawServer server;
    private final Map<String, MockProvider> providers = new LinkedHashMap<>();

    private MockProviders(Timekeeper time) {
        this.server = RawServer.start(this::talk);
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
                .forEach(behavior -> providers.put(behavior.id(), new MockProvider(behavior, server, time)));
    }

    /** Starts providers that live in the time of this machine. */
    public static MockProviders start() {
        return start(Timekeeper.system());
    }

    /** Starts providers that live in the given time, usually a {@link ManualClock}; it is not closed. */
    public static MockProviders start(Timekeeper time) {
        return new MockProviders(time);
    }

    /** Returns Google: the refresh token stays, and an answer to a refresh has none. */
    public MockProvider google() {
        return provider("google");
    }

    /** Returns YouTube: Google's tokens, and {@code channels.list} as its API endpoint. */
    public MockProvider youtube() {
        return provider("youtube");
    }

    /** Returns Strava: rotates in the last hour of the access token, and speaks of errors in its own shape. */
    public MockProvider strava() {
        return provider("strava");
    }

    /** Returns LinkedIn: the refresh token stays, comes with every answer, and ends a year after the consent. */
    public MockProvider linkedIn() {
        return provider("linkedin");
    }

    /** Returns X: every refresh token is good for one refresh, codes for 30 seconds, and proof keys are a must. */
    public MockProvider x() {
        return provider("x");
    }

    /** Returns X by OAuth 1.0a: tokens do not end, and every signature, nonce and timestamp is checked. */
    public MockProvider xOAuth1() {
        return provider("x-oauth1");
    }

    /** Returns Facebook: trades living tokens by GET, gives pages tokens of their own, and never a refresh token. */
    public MockProvider facebook() {
        return provider("facebook");
    }

    /** Returns Instagram: trades tokens of a day or older by GET, and hands back the same string. */
    public MockProvider instagram() {
        return provider("instagram");
    }

    /** Returns {@code acme}: a plain RFC 6749 server that rotates every time and ends a grant on reuse. */
    public MockProvider rotating() {
        return provider("acme");
    }

    /** Returns all of them. */
    public List<MockProvider> all() {
        return List.copyOf(providers.values());
    }

    /** Returns how many connections were opened so far. */
    public int connections() {
        return server.connections();
    }

    /** Ends every connection and closes the port. Idempotent. */
    @Override
    public void close() {
        server.close();
    }

    /**
     * Returns the one with an id, as {@code google}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public MockProvider provider(String id) {
        return Optional.ofNullable(providers.get(id))
                .orElseThrow(() -> new IllegalArgumentException(
                        "no mock provider \"" + id + "\"; there are " + providers.keySet()));
    }

    private void talk(RawConnection connection) throws IOException, InterruptedException {
        boolean open = true;
        while (open) {
            Optional<RawRequest> request = connection.readRequest();
            if (request.isEmpty()) {
                return;
            }
            open = serve(connection, request.get())
                    && !request.get()
                            .header("Connection")
                            .filter("close"::equalsIgnoreCase)
                            .isPresent();
        }
    }

    private boolean serve(RawConnection connection, RawRequest request) throws IOException, InterruptedException {
        String id = request.path().split("/", 3)[1];
        MockProvider provider = providers.get(id);
        if (provider == null) {
            MockHttpResponse.empty(404).writeTo(connection);
            return true;
        }
        return provider.serve(connection, request);
    }
}
