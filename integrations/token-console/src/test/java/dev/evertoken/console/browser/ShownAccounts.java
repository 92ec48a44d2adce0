package dev.evertoken.console.browser;

import dev.evertoken.Tokens;
import dev.evertoken.console.Console;
import dev.evertoken.console.ConsoleEvents;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.MockResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An engine whose accounts are in different states, at four mock providers, and its console. The test closes it. */
final class ShownAccounts implements AutoCloseable {

    static final String MARKUP = "<img src=x onerror=\"document.title='taken over'\"><b>bold</b>&amp;";
    static final String RIGHT_TO_LEFT = "\u202Eتقويم العائلة";
    static final String LONG = "long-".repeat(102) + "id";

    private static final List<String> USERS = List.of(
            "anna", "ben", "carla", "dimitri", "emma", "farid", "greta", "hugo", "ines", "jonas", "kim", "lena");

    final ManualClock clock = ManualClock.at(Instant.parse("2026-03-02T09:00:00Z"));
    final MockProviders providers = MockProviders.start(clock);
    final FaultyStore store = FaultyStore.over(new InMemoryTokenStore(clock));
    final ConsoleEvents events = ConsoleEvents.create();
    final Tokens tokens;
    final Console console;

    ShownAccounts() throws IOException {
        tokens = providers
                .configure(Tokens.builder()
                        .namespace("console")
                        .store(store)
                        .executor(Runnable::run)
                        .listener(events))
                .build();
        console = Console.builder(tokens)
                .events(events)
                .reconnect(key -> URI.create("https://app.example/connect/" + key.registration()))
                .start();
    }

    /** Connects accounts, and lets two hours pass in which some of them fail. */
    ShownAccounts withHistory() {
        for (String user : USERS) {
            connect(providers.google(), user + "@example.com");
        }
        connect(providers.strava(), "runner-7");
        connect(providers.facebook(), "shop");
        connect(providers.linkedIn(), "company");
        connect(providers.google(), MARKUP);
        connect(providers.google(), RIGHT_TO_LEFT);
        connect(providers.google(), LONG);
        for (int minute = 0; minute < 120; minute += 5) {
            clock.advance(Duration.ofMinutes(5));
            use(google(USERS.get(minute / 5 % USERS.size()) + "@example.com"));
        }
        providers.google().onTokenOf("carla@example.com", MockResponse.json(400, "{\"error\":\"invalid_grant\"}"));
        providers.google().onTokenOf("hugo@example.com", MockResponse.json(503, "{}"), MockResponse.json(503, "{}"));
        clock.advance(Duration.ofMinutes(58));
        use(google("carla@example.com"));
        use(google("hugo@example.com"));
        return this;
    }

    static TokenKey google(String account) {
        return TokenKey.of("google", account);
    }

    private void connect(MockProvider provider, String account) {
        tokens.connect(TokenKey.of(provider.id(), account), provider.consent(account));
    }

    private void use(TokenKey key) {
        try {
            assertNotBlank(tokens.refresh(key, "a test").tokenType());
        } catch (TokenException e) {
            assertNotBlank(e.problem().advice());
        }
    }

    private static void assertNotBlank(@Nullable String text) {
        if (text == null || text.isBlank()) {
            throw new AssertionError("no text");
        }
    }

    static String page(TokenKey key) {
        return "#/account/" + encoded(key.registration()) + "/" + encoded(key.account());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        tokens.close();
        providers.close();
    }
}
