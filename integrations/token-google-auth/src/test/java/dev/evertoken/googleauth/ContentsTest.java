package dev.evertoken.googleauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.LowLevelHttpRequest;
import com.google.api.client.http.LowLevelHttpResponse;
import com.google.api.client.testing.http.MockLowLevelHttpRequest;
import com.google.api.client.testing.http.MockLowLevelHttpResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Contents of responses that cannot be read completely while they are judged. */
class ContentsTest {

    private final GoogleFixture app = new GoogleFixture();
    private final List<String> sent = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        app.close();
    }

    private HttpRequest request(InputStream firstContent) throws IOException {
        return transport(firstContent).createRequestFactory(app.anna()).buildGetRequest(new GenericUrl(app.api.root()));
    }

    /** Responds with 401 and a content, then with 200. */
    private HttpTransport transport(InputStream firstContent) {
        return new HttpTransport() {
            @Override
            protected LowLevelHttpRequest buildRequest(String method, String url) {
                return new MockLowLevelHttpRequest(url) {
                    @Override
                    public LowLevelHttpResponse execute() {
                        sent.add(getFirstHeaderValue("authorization"));
                        MockLowLevelHttpResponse response = new MockLowLevelHttpResponse();
                        return sent.size() == 1
                                ? response.setStatusCode(401).setContent(firstContent)
                                : response.setStatusCode(200).setContent("{}");
                    }
                };
            }
        };
    }

    private static InputStream interrupted(String beginning) {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return read();
            }
        };
        return new SequenceInputStream(new ByteArrayInputStream(beginning.getBytes(UTF_8)), broken);
    }

    @Test
    void aRejectionWhoseContentBreaksOffIsJudgedByThePartThatArrived() throws IOException {
        assertThat(request(interrupted("{\"error\": {")).execute().getStatusCode())
                .isEqualTo(200);

        assertThat(sent).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void aContentThatBreaksOffCanStillBeAnotherCase() throws IOException {
        HttpRequest request = request(interrupted("{\"error\": {\"message\": \"Login Required\", \"x\": 1}}"))
                .setThrowExceptionOnExecuteError(false);

        assertThat(request.execute().getStatusCode()).isEqualTo(401);

        assertThat(sent).hasSize(1);
    }

    @Test
    void aRawContentIsLeftToTheCaller() throws IOException {
        InputStream once = new ByteArrayInputStream("{}".getBytes(UTF_8)) {
            @Override
            public boolean markSupported() {
                return false;
            }
        };
        HttpRequest request = request(once).setResponseReturnRawInputStream(true);

        assertThat(request.execute().getStatusCode()).isEqualTo(200);

        assertThat(sent).hasSize(2).doesNotHaveDuplicates();
    }
}
