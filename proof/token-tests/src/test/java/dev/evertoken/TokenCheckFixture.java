package dev.evertoken;

import dev.evertoken.model.TokenKey;
import dev.evertoken.okhttp.TokenInterceptor;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * An application that calls the APIs of mock providers, and whose background tasks run on the thread that starts them.
 * Close it at the end. Not thread-safe.
 */
final class TokenCheckFixture implements AutoCloseable {

    static final Duration BETWEEN_REFUSALS = Duration.ofMinutes(5);
    static final Duration DAY = Duration.ofDays(1);

    final ConsentFixture app = new ConsentFixture();
    final Tokens tokens = process(builder -> builder.executor(Runnable::run));
    private final OkHttpClient http = client(tokens);

    Tokens process(UnaryOperator<TokensBuilder> more) {
        return app.process(builder -> {
            builder.encryption(ConsentFixture.ring(7));
            for (MockProvider mock : app.providers.all()) {
                builder.allowHosts(mock.id(), "127.0.0.1");
            }
            return more.apply(builder);
        });
    }

    static OkHttpClient client(Tokens tokens) {
        return new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(tokens))
                .build();
    }

    /** Sends a request of an account to its API and returns the status. */
    int call(TokenKey key) {
        return call(http, key);
    }

    int call(OkHttpClient client, TokenKey key) {
        Request request = new Request.Builder()
                .url(app.provider(key).apiUrl().toString())
                .tag(TokenKey.class, key)
                .build();
        try (Response response = client.newCall(request).execute()) {
            return response.code();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a request to an API of Meta's that calls the token invalid although it is not. */
    int rejectedCall(TokenKey key) {
        app.provider(key)
                .onApi(MockResponse.json(400, "{\"error\":{\"code\":190,\"error_subcode\":460,\"message\":\"\"}}"));
        return call(key);
    }

    TokenRecord record(TokenKey key) {
        return app.store.load(key).orElseThrow();
    }

    int validations(TokenKey key) {
        return app.provider(key).ledger().validations(key.account());
    }

    @Override
    public void close() {
        http.connectionPool().evictAll();
        app.close();
    }
}
