package dev.evertoken.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An engine over a mock provider, a console, and a client that is used like a browser. The test closes it. */
final class ConsoleFixture implements AutoCloseable {

    static final TokenKey ANNA = TokenKey.of("google", "anna");

    final ManualClock clock = ManualClock.start();
    final MockProviders providers = MockProviders.start(clock);
    final MockProvider google = providers.google();
    final FaultyStore store = FaultyStore.over(new InMemoryTokenStore(clock));
    final ConsoleEvents events = ConsoleEvents.create();
    final Tokens tokens = google.configure(Tokens.builder()
                    .namespace("console")
                    .store(store)
                    .executor(Runnable::run)
                    .listener(events))
            .build();
    /** Everything that the console has sent. */
    final List<String> sent = new ArrayList<>();

    final Console console;
    final URI root;
    private final HttpClient client = HttpClient.newHttpClient();
    private String cookie = "";

    private ConsoleFixture(UnaryOperator<Console.Builder> settings) {
        try {
            console = settings.apply(Console.builder(tokens).events(events)).start();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        URI address = console.address();
        root = address.resolve("./");
    }

    static ConsoleFixture start() {
        return start(settings -> settings);
    }

    static ConsoleFixture start(UnaryOperator<Console.Builder> settings) {
        return new ConsoleFixture(settings);
    }

    /** Connects an account with a consent at the mock provider of Google. */
    TokenKey connect(String account) {
        TokenKey key = TokenKey.of("google", account);
        tokens.connect(key, google.consent(account));
        return key;
    }

    /** Opens the address of the console, as a browser does. */
    ConsoleFixture open() {
        HttpResponse<String> opened = send(HttpRequest.newBuilder(console.address()));
        assertThat(opened.statusCode()).isEqualTo(303);
        cookie = opened.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
        return this;
    }

    String cookie() {
        return cookie;
    }

    HttpResponse<String> get(String path) {
        return send(request(path));
    }

    /** Returns the body of a response that must succeed. */
    String json(String path) {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    /** Sends an action as the page does. */
    HttpResponse<String> act(String action, String body) {
        return send(action(action, body).header("X-Evertoken-Console", pageToken()));
    }

    HttpRequest.Builder action(String action, String body) {
        return request("api/" + action)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
    }

    String pageToken() {
        Matcher token = Pattern.compile("\"token\":\"([^\"]+)\"").matcher(json("api/session"));
        assertThat(token.find()).isTrue();
        return token.group(1);
    }

    HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(root.resolve(path));
        return cookie.isEmpty() ? request : request.header("Cookie", cookie);
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            sent.add(response.headers().map() + "\n" + response.body());
            return response;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    static String account(TokenKey key) {
        return "api/account?registration=" + encoded(key.registration()) + "&account=" + encoded(key.account());
    }

    @Override
    public void close() {
        console.close();
        tokens.close();
        providers.close();
    }
}
