package dev.evertoken.examples;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.console.Console;
import dev.evertoken.console.ConsoleEvents;
import dev.evertoken.model.Derivable;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.MockResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A console over accounts at mock providers, some of which fail. It prints the address of the page and runs until its
 * input ends, or until a line is entered. Not thread-safe.
 */
public final class ConsoleDemo {

    private static final List<String> USERS =
            List.of("anna", "ben", "carla", "dimitri", "emma", "farid", "greta", "hugo", "ines", "jonas");
    private static final Duration SHORT = Duration.ofMinutes(3);

    private final MockProviders providers;
    private final Tokens tokens;
    private final Map<TokenKey, String> results = new ConcurrentHashMap<>();

    private ConsoleDemo(MockProviders providers, Tokens tokens) {
        this.providers = providers;
        this.tokens = tokens;
    }

    public static void main(String[] arguments) throws IOException {
        try (MockProviders providers = MockProviders.start()) {
            TokensBuilder builder = providers.configure(
                    Tokens.builder().namespace("console-demo").store(new InMemoryTokenStore()));
            // docs/console.md begin
            ConsoleEvents events = ConsoleEvents.create();
            Tokens tokens = builder.listener(events).build();
            Console console = Console.builder(tokens)
                    .events(events)
                    .reconnect(key -> URI.create("https://app.example/connect/" + key.registration()))
                    .start();
            System.out.println("console: " + console.address());
            // docs/console.md end
            new ConsoleDemo(providers, tokens).run();
            tokens.close();
        }
    }

    private void run() throws IOException {
        connect();
        ScheduledExecutorService application = Executors.newSingleThreadScheduledExecutor();
        ScheduledFuture<?> unused = application.scheduleWithFixedDelay(this::useAll, 0, 5, TimeUnit.SECONDS);
        System.out.println("press Enter to end");
        int read = System.in.read();
        application.shutdownNow();
        System.out.println(read < 0 ? "the input has ended" : "ended");
    }

    private void connect() {
        providers.google().tokenLifetime(SHORT);
        USERS.forEach(user -> connect(providers.google(), user + "@example.com"));
        connect(providers.strava(), "runner-7");
        connect(providers.linkedIn().withoutRefreshTokens(), "company");
        connectShop();
        providers.google().revoke("carla@example.com");
        for (int failure = 0; failure < 50; failure++) {
            providers.google().onTokenOf("hugo@example.com", MockResponse.json(503, "{}"));
        }
    }

    private void connectShop() {
        TokenKey owner = connect(providers.facebook(), "shop-owner");
        Derivable page = tokens.derivable(owner).get(0);
        use(tokens.connectDerived(TokenKey.of("facebook", "shop-page"), owner, page.id())
                .key());
    }

    private TokenKey connect(MockProvider provider, String account) {
        return tokens.connect(TokenKey.of(provider.id(), account), provider.consent(account))
                .key();
    }

    private void useAll() {
        USERS.forEach(user -> use(TokenKey.of("google", user + "@example.com")));
    }

    /** Requests a token, as an application does before it calls an API, and prints a change. */
    private void use(TokenKey key) {
        String result;
        try {
            result = "generation " + tokens.accessToken(key).generation();
        } catch (TokenException e) {
            result = e.problem().advice();
        }
        if (!result.equals(results.put(key, result))) {
            System.out.println(key + ": " + result);
        }
    }
}
