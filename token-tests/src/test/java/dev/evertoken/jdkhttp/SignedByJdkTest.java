package dev.evertoken.jdkhttp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.testing.Answer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What java.net.http can sign, and what it cannot. */
class SignedByJdkTest {

    private final JdkDesk desk = new JdkDesk();

    @AfterEach
    void close() {
        desk.close();
    }

    @ParameterizedTest
    @EnumSource
    void requestsAreSignedAndSignedAnew(Way way) throws Exception {
        URI odd = URI.create(desk.x.apiUrl() + "/search?q=a%20b+c&empty&list%5B0%5D=1");
        assertThat(way.send(desk.xena(), JdkDesk.get(odd), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);

        desk.x.onApi(Answer.json(401, "{\"errors\":[{\"code\":135,\"message\":\"any\"}]}"));
        HttpRequest json = HttpRequest.newBuilder(desk.x.apiUrl())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"a=b\":1}"))
                .build();
        assertThat(way.send(desk.xena(), json, BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
        assertThat(desk.x.ledger().apiRequests("xena")).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void aFormBodyIsRefusedWithTheReason(Way way) {
        HttpRequest form = HttpRequest.newBuilder(desk.x.apiUrl())
                .header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
                .POST(BodyPublishers.ofString("status=hello"))
                .build();

        TokenIOException refused = JdkDesk.failure(() -> JdkDesk.sent(way, desk.xena(), form));
        assertThat(refused.reason().problem()).isEqualTo(Problem.UNSIGNABLE_REQUEST);
        assertThat(refused)
                .hasMessage(
                        "TokenSource[x-oauth1/xena]: a form body cannot be signed here, because java.net.http does not"
                                + " let it be read beforehand; put the parameters into the query, send JSON, or use OkHttp");
        assertThat(desk.x.ledger().apiRequests("xena")).isZero();
    }
}
