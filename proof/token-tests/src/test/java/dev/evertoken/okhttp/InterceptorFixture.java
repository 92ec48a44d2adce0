package dev.evertoken.okhttp;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** An application with one OkHttp client and accounts at mock providers, all on one clock. Close it at the end. */
final class InterceptorFixture implements AutoCloseable {

    static final TokenKey ANNA = TokenKey.of("google", "anna");
    static final TokenKey BERT = TokenKey.of("google", "bert");
    static final TokenKey SVEN = TokenKey.of("strava", "sven");
    static final TokenKey YARA = TokenKey.of("youtube", "yara");

    final ManualClock clock = ManualClock.start();
    final MockProviders mocks = MockProviders.start(clock);
    final MockProvider google = mocks.google();
    final MockProvider strava = mocks.strava();
    final MockProvider youtube = mocks.youtube();
    final FaultyStore store = FaultyStore.over(new InMemoryTokenStore(clock));
    final Tokens tokens;
    final OkHttpClient http;
    private final List<Tokens> open = new ArrayList<>();
    private final List<OkHttpClient> clients = new ArrayList<>();

    InterceptorFixture() {
        this(builder -> builder);
    }

    InterceptorFixture(UnaryOperator<TokensBuilder> more) {
        tokens = process(more);
        tokens.connect(ANNA, google.consent("anna"));
        tokens.connect(BERT, google.consent("bert"));
        tokens.connect(SVEN, strava.consent("sven"));
        tokens.connect(YARA, youtube.consent("yara"));
        http = client(builder -> builder.addInterceptor(TokenInterceptor.of(tokens)));
    }

    /** Starts another process of the application, over the same store. */
    Tokens process(UnaryOperator<TokensBuilder> more) {
        Tokens made = more.apply(Tokens.builder()
                        .namespace("desk")
                        .store(store)
                        .withoutJournal()
                        .timekeeper(clock)
                        .client("google", google.registration())
                        .endpoints("google", google.endpoints())
                        .allowHosts("google", "127.0.0.1", "localhost", "api.google.example")
                        .client("strava", strava.registration())
                        .endpoints("strava", strava.endpoints())
                        .allowHosts("strava", "127.0.0.1")
                        .client("youtube", youtube.registration())
                        .endpoints("youtube", youtube.endpoints())
                        .allowHosts("youtube", "127.0.0.1"))
                .build();
        open.add(made);
        return made;
    }

    OkHttpClient client(UnaryOperator<OkHttpClient.Builder> with) {
        OkHttpClient made = with.apply(new OkHttpClient.Builder().callTimeout(Duration.ofSeconds(20)))
                .build();
        clients.add(made);
        return made;
    }

    /** Starts a request of an account. */
    static Request.Builder request(TokenKey key, URI address) {
        return new Request.Builder().url(address.toString()).tag(TokenKey.class, key);
    }

    Response get(TokenKey key, URI address) throws IOException {
        return send(request(key, address).build());
    }

    Response send(Request request) throws IOException {
        return http.newCall(request).execute();
    }

    /** Sends a request of Anna's to Google's API and returns the status. */
    int status() throws IOException {
        try (Response response = get(ANNA, google.apiUrl())) {
            return response.code();
        }
    }

    static Optional<Problem> problem(Response response) {
        return TokenInterceptor.verdict(response).flatMap(ResourceVerdict::problem);
    }

    @Override
    public void close() {
        clients.forEach(client -> {
            client.dispatcher().executorService().shutdownNow();
            client.connectionPool().evictAll();
        });
        mocks.close();
        open.forEach(Tokens::close);
    }
}
