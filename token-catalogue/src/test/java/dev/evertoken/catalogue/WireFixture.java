package dev.evertoken.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.catalogue.WireTranscript.Exchange;
import dev.evertoken.catalogue.WireTranscript.Scenario;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.Authorization;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.okhttp.TokenInterceptor;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** One account of a catalogued server, whose requests go to a {@link WireServer}. */
final class WireFixture implements AutoCloseable {

    static final URI REDIRECT_URI = URI.create("https://app.example/callback");

    private final WireTranscript transcript;
    private final WireServer server = new WireServer();
    private final ManualClock clock = ManualClock.start();
    private final TokenKey key;
    private final Tokens tokens;
    private final Map<String, String> outcome = new TreeMap<>();

    WireFixture(WireTranscript transcript) {
        this.transcript = transcript;
        this.key = TokenKey.of(transcript.id(), "anna");
        this.tokens = Tokens.builder()
                .namespace("catalogue")
                .store(new InMemoryTokenStore())
                .provider(Descriptions.at(transcript.id(), server.prefix(), transcript.settings()))
                .client(transcript.id(), registration())
                .timekeeper(clock)
                .withoutJournal()
                .build();
    }

    private ClientRegistration registration() {
        ClientRegistration.Builder client = ClientRegistration.builder(setting("clientId", "client-1"))
                .scopes(setting("scopes", "").split(" "));
        return client.clientSecret(setting("clientSecret", "secret-1")).build();
    }

    private String setting(String name, String otherwise) {
        return transcript.settings().getOrDefault(name, otherwise);
    }

    /** Sends the user to the consent page and completes the redirect. */
    void connect(Scenario consent) {
        List<Exchange> exchanges = consent.exchanges();
        Authorization authorization = tokens.authorize(key, REDIRECT_URI, Descriptions.options(transcript.settings()));
        URI page = URI.create(server.original(authorization.url().toString()));
        URI expected = exchanges.get(0).request().address();
        assertThat(page.getHost() + page.getPath()).isEqualTo(expected.getHost() + expected.getPath());
        assertThat(WireServer.sameParameters(expected.getRawQuery(), page.getRawQuery()))
                .as("%s%ninstead of%n%s", page, expected)
                .isTrue();
        server.expect(exchanges.subList(1, exchanges.size()));
        String callback = consent.redirect()
                .replace("{state}", authorization.state())
                .replace(
                        "https%3A%2F%2Faccounts",
                        URLEncoder.encode(server.prefix(), StandardCharsets.UTF_8) + "accounts");
        record(() -> {
            tokens.completeAuthorization(key, URI.create(callback));
            if (consent.expectations().containsKey("subject")) {
                awaitSubject();
            }
            recordStatus();
            recordFields(consent);
        });
    }

    /** The user is looked up after the tokens have been saved. */
    private void awaitSubject() {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (tokens.status(key).subject().isEmpty() && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Requests an access token after the current one has expired. */
    void refresh(Scenario scenario) {
        clock.advance(Duration.ofSeconds(Long.parseLong(setting("lifetime", "86400")) + 60));
        server.expect(scenario.exchanges());
        record(() -> recordToken(tokens.accessToken(key)));
        recordStatus();
    }

    /** Sends the application's request to the API. */
    void call(Scenario scenario) {
        server.expect(scenario.exchanges());
        int space = scenario.call().indexOf(' ');
        Request request = new Request.Builder()
                .url(scenario.call().substring(space + 1))
                .method(scenario.call().substring(0, space), null)
                .tag(TokenKey.class, key)
                .build();
        OkHttpClient wire = new OkHttpClient.Builder()
                .addNetworkInterceptor(TokenInterceptor.network())
                .build();
        OkHttpClient client = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(tokens))
                .addInterceptor(chain -> sent(wire, chain.request()))
                .build();
        record(() -> {
            try (Response response = client.newCall(request).execute()) {
                outcome.put("status", String.valueOf(response.code()));
                TokenInterceptor.verdict(response)
                        .flatMap(verdict -> verdict.problem())
                        .ifPresent(problem -> outcome.put("problem", problem.name()));
            } catch (TokenIOException e) {
                throw e.reason();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        recordStatus();
    }

    /** Sends a request to the server of this test; the response is that of the original address. */
    private Response sent(OkHttpClient wire, Request request) throws IOException {
        HttpUrl address = HttpUrl.get(request.url().toString().replace("https://", server.prefix()));
        Response response =
                wire.newCall(request.newBuilder().url(address).build()).execute();
        return response.newBuilder().request(request).build();
    }

    /** Revokes the tokens at the provider. */
    void revoke(Scenario scenario) {
        server.expect(scenario.exchanges());
        record(() -> {
            Revocation revocation = tokens.revoke(key);
            outcome.put("outcome", revocation.outcome().name());
            revocation.problem().ifPresent(problem -> outcome.put("problem", problem.name()));
        });
    }

    /** Compares the outcome with the expectations of a scenario, and the requests with the transcript. */
    void verify(Scenario scenario) {
        assertThat(server.differences()).isEmpty();
        Map<String, String> expected = new TreeMap<>(scenario.expectations());
        Map<String, String> found = new TreeMap<>(outcome);
        found.keySet().retainAll(expected.keySet());
        assertThat(found).as("all: %s", outcome).isEqualTo(expected);
        outcome.clear();
    }

    private void record(Runnable operation) {
        try {
            operation.run();
        } catch (TokenException e) {
            outcome.put("problem", e.problem().name());
            outcome.put("remedy", e.remedy().name());
            e.retryAt().ifPresent(at -> outcome.put("retryIn", fromNow(at)));
            outcome.put("detail", e.detail());
        }
    }

    private void recordFields(Scenario scenario) {
        AccessToken token = tokens.accessToken(key);
        scenario.expectations().keySet().stream()
                .filter(name -> name.startsWith("field "))
                .forEach(name -> token.field(name.substring("field ".length()))
                        .ifPresent(value -> outcome.put(name, value.replace(server.prefix(), "{https}"))));
    }

    private void recordToken(AccessToken token) {
        outcome.put("token", token.value().reveal());
    }

    private void recordStatus() {
        AccountStatus status = tokens.status(key);
        outcome.put("state", status.state().name());
        outcome.put("generation", String.valueOf(status.generation()));
        outcome.put("scopes", String.join(" ", status.grantedScopes()));
        status.subject().ifPresent(subject -> outcome.put("subject", subject));
        outcome.put("expires", inTime(status.expiresAt()));
        outcome.put("reconnectBy", inTime(status.reconnectBy()));
    }

    private String inTime(Optional<Instant> moment) {
        return moment.map(this::fromNow).orElse("none");
    }

    private String fromNow(Instant moment) {
        return Duration.between(clock.now(), moment).toString();
    }

    @Override
    public void close() {
        tokens.close();
        server.close();
    }
}
