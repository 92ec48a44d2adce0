package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Problem;
import dev.evertoken.spi.provider.ProviderResponse;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.Response;
import okio.BufferedSource;
import okio.GzipSource;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/** Reads whole responses, up to {@link #MAX_BYTES} decoded bytes. Thread-safe. */
final class ResponseReading {

    static final long MAX_BYTES = 1 << 20;

    private ResponseReading() {}

    static EndpointOutcome read(Response response, CallAttempt attempt) throws IOException {
        Optional<BufferedSource> source = decoded(response);
        if (source.isEmpty()) {
            return new EndpointOutcome.Lost(
                    Problem.MALFORMED_RESPONSE,
                    "token endpoint answered " + response.code() + " in an encoding that was not requested");
        }
        if (source.get().request(MAX_BYTES + 1)) {
            return new EndpointOutcome.Lost(
                    Problem.MALFORMED_RESPONSE,
                    "token endpoint answered " + response.code() + " with more than " + MAX_BYTES + " bytes");
        }
        String body =
                source.get().getBuffer().readString(charset(response.body().contentType()));
        ProviderResponse read = new ProviderResponse(
                response.code(),
                response.headers().toMultimap(),
                body,
                attempt.call().time().now());
        return new EndpointOutcome.Response(read, attempt.dispatch().sentAt());
    }

    /** Decodes gzip, which some servers send unrequested; the size limit applies to the decoded bytes. */
    private static Optional<BufferedSource> decoded(Response response) {
        String encoding = response.header("Content-Encoding", "identity");
        BufferedSource source = response.body().source();
        if (encoding.isBlank() || encoding.equalsIgnoreCase("identity")) {
            return Optional.of(source);
        }
        return encoding.equalsIgnoreCase("gzip") ? Optional.of(Okio.buffer(new GzipSource(source))) : Optional.empty();
    }

    /** Returns UTF-8, the charset of JSON (RFC 8259 section 8.1), unless the response names another charset. */
    private static Charset charset(@Nullable MediaType type) {
        Charset declared = type == null ? null : type.charset(StandardCharsets.UTF_8);
        return declared == null ? StandardCharsets.UTF_8 : declared;
    }
}
