package dev.evertoken.jdkhttp;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An application with one java.net.http client of one thread, and accounts at mock providers. Close it at the end. */
final class JdkClientFixture implements AutoCloseable {

    static final TokenKey ANNA = TokenKey.of("google", "anna");
    static final TokenKey XENA = TokenKey.of("x-oauth1", "xena");
    static final String REJECTED = "{\"error\":{\"code\":401}}";

    final ManualClock clock = ManualClock.start();
    final MockProviders mocks = MockProviders.start(clock);
    final MockProvider google = mocks.google();
    final MockProvider x = mocks.xOAuth1();
    final Tokens tokens = Tokens.builder()
            .namespace("jdk")
            .store(new InMemoryTokenStore(clock))
            .withoutJournal()
            .timekeeper(clock)
            .client("google", google.registration())
            .endpoints("google", google.endpoints())
            .allowHosts("google", "127.0.0.1")
            .client("x-oauth1", x.registration())
            .endpoints("x-oauth1", x.endpoints())
            .allowHosts("x-oauth1", "127.0.0.1")
            .build();
    final ExecutorService one = Executors.newSingleThreadExecutor();
    final HttpClient plain = HttpClient.newBuilder().executor(one).build();

    JdkClientFixture() {
        tokens.connect(ANNA, google.consent("anna"));
        tokens.connect(XENA, x.consent("xena"));
    }

    @Override
    public void close() {
        mocks.close();
        tokens.close();
        one.shutdownNow();
    }

    HttpClient anna() {
        return TokenHttpClient.of(plain, tokens.source(ANNA));
    }

    HttpClient xena() {
        return TokenHttpClient.of(plain, tokens.source(XENA));
    }

    static HttpRequest get(URI address) {
        return HttpRequest.newBuilder(address).build();
    }

    HttpRequest post(BodyPublisher body) {
        return HttpRequest.newBuilder(google.apiUrl()).POST(body).build();
    }

    static int status(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofString()).statusCode();
    }

    static HttpResponse<String> sent(CallStyle style, HttpClient client, HttpRequest request) {
        try {
            return style.send(client, request, BodyHandlers.ofString());
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    /** Returns the reason why a request was not sent, for either call style. */
    static TokenIOException failure(Runnable call) {
        CompletionException failed = catchThrowableOfType(CompletionException.class, call::run);
        Throwable why = failed.getCause();
        while (!(why instanceof TokenIOException) && why.getCause() != null) {
            why = why.getCause();
        }
        return (TokenIOException) why;
    }
}
