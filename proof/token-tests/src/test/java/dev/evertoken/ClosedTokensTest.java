package dev.evertoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A closed engine serves nothing, not even what it had in memory. */
class ClosedTokensTest {

    private static final TokenKey KEY = TokenKey.of("google", "anna");

    private final ManualClock clock = ManualClock.start();
    private final MockProviders mocks = MockProviders.start(clock);
    private final MockProvider google = mocks.google();
    private final Tokens tokens = google.configure(
                    Tokens.builder().namespace("crm").store(new InMemoryTokenStore(clock)))
            .build();

    @AfterEach
    void close() {
        tokens.close();
        mocks.close();
    }

    @Test
    void everyCallFailsAfterTheEndAndSoDoSourcesWithATokenInMemory() {
        TokenSet consent = google.consent("anna");
        tokens.connect(KEY, consent);
        TokenSource source = tokens.source(KEY);
        var token = source.accessToken();

        tokens.close();

        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("source.accessToken", source::accessToken);
        calls.put("source.accessToken for a time", () -> source.accessToken(Duration.ofMinutes(1)));
        calls.put("source.accessTokenAsync", source::accessTokenAsync);
        calls.put("source.replace", () -> source.replace(token));
        calls.put("source.newest", () -> source.requestAuthorizer().newest(token));
        calls.put("accessToken", () -> tokens.accessToken(KEY));
        calls.put("accessToken for a time", () -> tokens.accessToken(KEY, Duration.ofMinutes(1)));
        calls.put("accessTokenAsync", () -> tokens.accessTokenAsync(KEY));
        calls.put("replace", () -> tokens.replace(KEY, token));
        calls.put("refresh", () -> tokens.refresh(KEY, "a test"));
        calls.put("source", () -> tokens.source(KEY));
        calls.put("connect", () -> tokens.connect(KEY, consent));
        calls.put("authorize", () -> tokens.authorize(KEY, URI.create("https://app.example/back")));
        calls.put("status", () -> tokens.status(KEY));
        calls.put("statuses", tokens::statuses);
        calls.put("disconnect", () -> tokens.disconnect(KEY));
        calls.put("validate", () -> tokens.validate(KEY));
        calls.put("revoke", () -> tokens.revoke(KEY));
        calls.put("clientCredentialsToken", () -> tokens.clientCredentialsToken("google"));
        calls.put("provider", () -> tokens.provider(KEY));
        calls.put("allows", () -> tokens.allows(KEY, google.apiUrl()));
        calls.put("operations", tokens::operations);
        calls.forEach((name, call) -> assertThatThrownBy(call)
                .as(name)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this Tokens is closed"));
    }

    @Test
    void aRefreshThatEndsAfterTheCloseHasBegunServesItsWaiterAndNoLaterCaller() throws Exception {
        tokens.connect(KEY, google.consent("anna"));
        TokenSource source = tokens.source(KEY);
        clock.advance(Duration.ofHours(2));
        try (Checkpoint held = google.holdResponse()) {
            var waiter = source.accessTokenAsync();
            held.awaitArrived();
            CompletableFuture<Void> closing = CompletableFuture.runAsync(tokens::close);
            held.release();

            closing.get(20, TimeUnit.SECONDS);
            assertThat(waiter.get(20, TimeUnit.SECONDS)).isNotNull();
        }
        assertThatThrownBy(source::accessToken)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this Tokens is closed");
    }
}
