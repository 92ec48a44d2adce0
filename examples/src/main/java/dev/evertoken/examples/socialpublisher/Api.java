package dev.evertoken.examples.socialpublisher;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import dev.evertoken.okhttp.TokenInterceptor;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** The one HTTP client of all platforms and users: the tag of a request selects the account. Thread-safe. */
final class Api implements AutoCloseable {

    private static final MediaType JSON = MediaType.get("application/json");

    private final OkHttpClient http;

    /** @param connections how many connections stay open for the next request; by default they are five */
    Api(Tokens tokens, int connections) {
        this.http = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(tokens).requireAccount())
                .connectionPool(new ConnectionPool(connections, 1, TimeUnit.MINUTES))
                .callTimeout(60, TimeUnit.SECONDS)
                .build();
    }

    /** A successful response. */
    record Reply(int status, Headers headers, Map<String, Object> body) {}

    static RequestBody json(Map<String, ?> members) {
        return RequestBody.create(Json.text(members), JSON);
    }

    /**
     * Sends a request with the token of an account. A token that the platform rejects is replaced, and the request sent
     * again, before this method returns.
     *
     * @throws RefusedException if the status is neither a success nor 308
     */
    Reply send(TokenKey key, Request.Builder request) throws IOException {
        try (Response response =
                http.newCall(request.tag(TokenKey.class, key).build()).execute()) {
            if (!response.isSuccessful() && response.code() != 308) {
                throw new RefusedException(response.code(), TokenInterceptor.verdict(response));
            }
            Map<String, Object> body = Json.object(response.body().string()).orElse(Map.of());
            return new Reply(response.code(), response.headers(), body);
        }
    }

    @Override
    public void close() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }
}
