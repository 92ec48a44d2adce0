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
 * An application with accounts at the authorization server, its processes over one store. Its clock can be advanced
 * and the server's cannot, so tokens end here long before they do there. Close it in the end. Not thread-safe.
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

    /** Starts a process that has been given other credentials for its usual client. */
    Tokens process(ClientRegistration usual) {
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
                .client("acme", usual)
                .client("odd", "acme", server.odd())
                .client("open", "acme", server.open())
                .listener(all)
                .build();
        running.add(tokens);
        return tokens;
    }

    /** Sends the person to the consent page and returns what their browser comes back with. */
    URI redirect(Tokens tokens, TokenKey key) {
        Authorization authorization = tokens.authorize(key, SpringAuthorizationServer.REDIRECT);
        return server.browser().approve(authorization.url());
    }

    /** Connects an account of the person. */
    AccountStatus connect(Tokens tokens, TokenKey key) {
        return tokens.completeAuthorization(key, redirect(tokens, key));
    }

    /** Lets the access tokens end, as this application sees it. */
    void letTokensEnd() {
        clock.advance(SpringAuthorizationServer.LIFETIME.plusSeconds(1));
    }

    /** Returns why there is no token. */
    static TokenException failure(Tokens tokens, TokenKey key) {
        return catchThrowableOfType(TokenException.class, () -> tokens.accessToken(key));
    }

    @Override
    public void close() {
        running.forEach(Tokens::close);
        clock.close();
    }
}
