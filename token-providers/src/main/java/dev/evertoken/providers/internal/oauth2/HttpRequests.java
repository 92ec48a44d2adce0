package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.BufferedSink;

/** Creates the HTTP form of requests to an endpoint. Thread-safe. */
final class HttpRequests {

    private static final MediaType FORM = MediaType.get("application/x-www-form-urlencoded");
    private static final MediaType JSON = MediaType.get("application/json");

    private HttpRequests() {}

    static Request.Builder of(TokenEndpointRequest call) {
        Request.Builder request = new Request.Builder()
                .url(call.target())
                .header("Accept", "application/json")
                .header("Accept-Encoding", "identity")
                .header("User-Agent", "Evertoken");
        for (Map.Entry<String, String> header : call.headers().entrySet()) {
            request.header(header.getKey(), header.getValue());
        }
        Optional<String> body = call.body();
        request.method(call.method(), body.isPresent() ? new OneShot(body.get(), call.json() ? JSON : FORM) : null);
        Optional<Secret> authorization = call.authorization();
        if (authorization.isPresent()) {
            request.header(call.authorizationHeader(), authorization.get().reveal());
        }
        return request;
    }

    /** A body that OkHttp writes at most once. */
    private static final class OneShot extends RequestBody {
        private final byte[] text;
        private final MediaType type;

        OneShot(String text, MediaType type) {
            this.text = text.getBytes(StandardCharsets.US_ASCII);
            this.type = type;
        }

        @Override
        public MediaType contentType() {
            return type;
        }

        @Override
        public long contentLength() {
            return text.length;
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.write(text);
        }
    }
}
