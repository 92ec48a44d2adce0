package dev.evertoken.providers.internal.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.providers.internal.oauth2.ResponseBody.Shape;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.testing.TestTokens;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that can and cannot be read. */
class ResponseBodyTest {

    private static final String FORM = "access_token=at-1&expires_in=3600";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "Application/X-WWW-Form-Urlencoded ; charset=UTF-8",
                "text/plain",
                "text/plain;charset=utf-8"
            })
    void aFormIsReadIfItsContentTypeAllowsIt(String type) {
        ResponseBody body = ResponseBody.of(response(type, FORM), true);

        assertThat(body.shape()).isEqualTo(Shape.FORM);
        assertThat(body.text("access_token")).contains("at-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/html", "", ";text/plain"})
    void aFormOfAnotherTypeIsNotRead(String type) {
        assertThat(ResponseBody.of(response(type, FORM), true).shape()).isEqualTo(Shape.OTHER);
    }

    @Test
    void aFormIsNotReadIfOnlyJsonIsExpected() {
        assertThat(ResponseBody.of(response("text/plain", FORM)).shape()).isEqualTo(Shape.OTHER);
    }

    @ParameterizedTest
    @CsvSource({
        "text/html; charset=utf-8, text/html of 6 characters",
        "TEXT/HTML, text/html of 6 characters",
        "'', a body of unknown type of 6 characters",
        "a token, a body of unknown type of 6 characters"
    })
    void anUnreadableBodyIsOutlinedAndNotShown(String type, String outline) {
        assertThat(ResponseBody.outline(response(type, "<html>"))).isEqualTo(outline);
    }

    @Test
    void anEmptyBodyIsOutlinedAsEmpty() {
        assertThat(ResponseBody.outline(response("text/html", " \n"))).isEqualTo("an empty body");
    }

    @Test
    void toStringHidesTheContent() {
        String token = TestTokens.access();

        assertThat(ResponseBody.of(response("application/json", "{\"access_token\":\"" + token + "\"}")))
                .hasToString("ResponseBody[OBJECT]");
    }

    private static ProviderResponse response(String type, String body) {
        return new ProviderResponse(200, Map.of("Content-Type", List.of(type)), body, Instant.EPOCH);
    }
}
