package dev.evertoken.googleauth;

import com.google.api.client.http.HttpHeaders;
import com.google.api.client.http.HttpResponse;
import dev.evertoken.spi.http.RequestAuthorizer;
import dev.evertoken.spi.http.ResponseDecider;
import dev.evertoken.spi.provider.ProviderResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the parts of a response that a dialect judges, and leaves its whole content readable. Stateless. */
final class JudgedResponse {

    private JudgedResponse() {}

    /** Returns the status, the headers and, unless it can be read only once, the beginning of the content. */
    static ProviderResponse of(RequestAuthorizer account, HttpResponse response) throws IOException {
        InputStream content = response.getContent();
        String text = content == null || !content.markSupported() ? "" : beginning(account, response, content);
        return new ProviderResponse(response.getStatusCode(), headers(response.getHeaders()), text, account.now());
    }

    private static String beginning(RequestAuthorizer account, HttpResponse response, InputStream content)
            throws IOException {
        content.mark(ResponseDecider.PEEK_BYTES);
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try {
            read(account, content, read);
        } catch (IOException e) {
            return read.toString(response.getContentCharset()); // the caller meets the failure after the same bytes
        } finally {
            content.reset();
        }
        return read.toString(response.getContentCharset());
    }

    private static void read(RequestAuthorizer account, InputStream content, ByteArrayOutputStream read)
            throws IOException {
        Instant deadline = account.now().plus(ResponseDecider.PEEK_TIME);
        byte[] part = new byte[8 * 1024];
        while (read.size() < ResponseDecider.PEEK_BYTES && account.now().isBefore(deadline)) {
            int length = content.read(part, 0, Math.min(part.length, ResponseDecider.PEEK_BYTES - read.size()));
            if (length < 0) {
                return;
            }
            read.write(part, 0, length);
        }
    }

    private static Map<String, List<String>> headers(HttpHeaders headers) {
        Map<String, List<String>> byName = new HashMap<>();
        headers.keySet().forEach(name -> byName.put(name, headers.getHeaderStringValues(name)));
        return byName;
    }
}
