package dev.evertoken.springserver;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.Authorization;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.TokenListener;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * An application with accounts at the authorization server; its processes share one store. The test can advance the
 * clock of the application only, so a token expires for the application while the server still accepts it. The test
 * closes the fixture. Not thread-safe.
 */
final class SpringServerFixture implements AutoCloseable {

    static final TokenKey ANNA = TokenKey.of("acme", "anna");
    static final TokenKey ODD = TokenKey.of("odd", "anna");
    static final TokenKey OPEN = TokenKey.of("open", "anna");

    final ManualClock clock = ManualClock.at(Instant.ofEpochMilli(System.currentTimeMillis()));
    final BlockingQueue<TokenEvent> events = new LinkedBlockingQueue<>();
    private final SpringAuthorizationServer server;
    private final KeyRing keys = KeyRing.of("k1", freshKey());
    private final TokenStore store = new InMemoryTokenStore();
    private final List<Tokens> running = new ArrayList<>();

    SpringServerFixture(SpringAuthorizationServer server) {
        this.server = server;
        server.forget();
    }

    private static byte[] freshKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return key;
    }

    /** Starts a process. */
    Tokens process() {
        return process(server.confidential());
    }

    /** Starts a process with other credentials for the client {@code acme}. */
    Tokens process(ClientRegistration client) {
        TokenListener all = new TokenListener() {
            @Override
            public void on(TokenEvent event) {
                events.add(event);
            }
        };
        Tokens tokens = Tokens.builder()
                .namespace("shop")
                .store(store)
                .encryption(keys)
                .timekeeper(clock)
                .maxWait(Duration.ofMinutes(10))
                .provider(server.provider())
                .client("acme", client)
                .client("odd", "acme", server.odd())
                .client("open", "acme", server.open())
                .listener(all)
                .build();
        running.add(tokens);
        return tokens;
    }

    /** Sends the user to the consent page and returns the redirect of the server. */
    URI redirect(Tokens tokens, TokenKey key) {
        Authorization authorization = tokens.authorize(key, SpringAuthorizationServer.REDIRECT);
        return server.browser().approve(authorization.url());
    }

    /** Connects an account of the user. */
    AccountStatus connect(Tokens tokens, TokenKey key) {
        return tokens.completeAuthorization(key, redirect(tokens, key));
    }

    /** Lets the access tokens expire for this application. */
    void expireTokens() {
        clock.advance(SpringAuthorizationServer.LIFETIME.plusSeconds(1));
    }

    /** Returns the exception of a token request. */
    static TokenException failure(Tokens tokens, TokenKey key) {
        return catchThrowableOfType(TokenException.class, () -> tokens.accessToken(key));
    }

    @Override
    public void close() {
        running.forEach(Tokens::close);
        clock.close();
    }
}
