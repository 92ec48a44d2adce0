package dev.evertoken.benchmarks.comparison;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.FormBody;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;

/**
 * A refresh by OkHttp alone, hardened like that of Evertoken: a fresh connection, a body that can be sent once, no
 * redirects and no repetition. It is the lower bound of a refresh that spends a refresh token at most once.
 * Thread-safe.
 */
final class RawRefresh {

    private final OkHttpClient http;
    private final String endpoint;

    RawRefresh(String endpoint) {
        this(endpoint, new OkHttpClient.Builder().connectionPool(new ConnectionPool(0, 1, TimeUnit.MILLISECONDS)));
    }

    RawRefresh(String endpoint, OkHttpClient.Builder client) {
        this.endpoint = endpoint;
        this.http = client.followRedirects(false)
                .followSslRedirects(false)
                .retryOnConnectionFailure(false)
                .build();
    }

    /** Returns the body of the response. */
    String refresh(String refreshToken) throws IOException {
        RequestBody form = new FormBody.Builder()
                .add("grant_type", "refresh_token")
                .add("refresh_token", refreshToken)
                .add("client_id", Scene.CLIENT_ID)
                .add("client_secret", Scene.CLIENT_SECRET)
                .build();
        Request request =
                new Request.Builder().url(endpoint).post(new OneShot(form)).build();
        try (Response response = http.newCall(request).execute()) {
            String body = response.body().string();
            if (!response.isSuccessful()) {
                throw new IOException("status " + response.code() + ": " + body);
            }
            return body;
        }
    }

    private static final class OneShot extends RequestBody {

        private final RequestBody body;

        OneShot(RequestBody body) {
            this.body = body;
        }

        @Override
        public MediaType contentType() {
            return body.contentType();
        }

        @Override
        public long contentLength() throws IOException {
            return body.contentLength();
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            body.writeTo(sink);
        }
    }
}
