package dev.evertoken.jdkhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.testing.MockResponse;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests that can be signed with java.net.http, and requests that cannot. */
class SignedByJdkTest {

    private final JdkClientFixture fixture = new JdkClientFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource
    void requestsAreSignedAndSignedAgainWhenRepeated(CallStyle style) throws Exception {
        URI odd = URI.create(fixture.x.apiUrl() + "/search?q=a%20b+c&empty&list%5B0%5D=1");
        assertThat(style.send(fixture.xena(), JdkClientFixture.get(odd), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);

        fixture.x.onApi(MockResponse.json(401, "{\"errors\":[{\"code\":135,\"message\":\"any\"}]}"));
        HttpRequest json = HttpRequest.newBuilder(fixture.x.apiUrl())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"a=b\":1}"))
                .build();
        assertThat(style.send(fixture.xena(), json, BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
        assertThat(fixture.x.ledger().apiRequests("xena")).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void aFormBodyIsRefusedWithTheReason(CallStyle style) {
        HttpRequest form = HttpRequest.newBuilder(fixture.x.apiUrl())
                .header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
                .POST(BodyPublishers.ofString("status=hello"))
                .build();

        TokenIOException refused = JdkClientFixture.failure(() -> JdkClientFixture.sent(style, fixture.xena(), form));
        assertThat(refused.reason().problem()).isEqualTo(Problem.UNSIGNABLE_REQUEST);
        assertThat(refused)
                .hasMessage(
                        "TokenSource[x-oauth1/xena]: a form body cannot be signed here, because java.net.http does not"
                                + " allow it to be read beforehand; put the parameters in the query, send JSON, or use"
                                + " OkHttp");
        assertThat(fixture.x.ledger().apiRequests("xena")).isZero();
    }
}
