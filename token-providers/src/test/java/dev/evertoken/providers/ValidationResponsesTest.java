package dev.evertoken.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Validation;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.spi.provider.Provider;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Validation requests and every documented response to them, by the sections of the fact sheet. */
class ValidationResponsesTest {

    private static final Provider GOOGLE = new Google();
    private static final Provider STRAVA = new Strava();
    private static final Provider ACME = RelocatedProvider.acme().build();

    private record Row(
            String line,
            Provider provider,
            int status,
            String body,
            Verdict is,
            @Nullable Problem problem) {
        @Override
        public String toString() {
            return line;
        }
    }

    static Stream<Row> responses() {
        return Stream.of(
                new Row(
                        "2.4 tokeninfo, other client",
                        GOOGLE,
                        200,
                        tokeninfo("client-2"),
                        Verdict.UNUSABLE,
                        Problem.CLIENT_MISMATCH),
                new Row("2.4 tokeninfo, blank client", GOOGLE, 200, tokeninfo(""), Verdict.VALID, null),
                new Row(
                        "2.4 tokeninfo, invalid",
                        GOOGLE,
                        400,
                        "{\"error\":\"invalid_token\",\"error_description\":\"Invalid Value\"}",
                        Verdict.REJECTED,
                        null),
                new Row(
                        "2.4 tokeninfo, invalid without a code",
                        GOOGLE,
                        400,
                        "{\"error_description\":\"Invalid Value\"}",
                        Verdict.REJECTED,
                        null),
                new Row("2.6 503", GOOGLE, 503, "", Verdict.UNKNOWN, Problem.PROVIDER_UNAVAILABLE),
                new Row("2.6 429", GOOGLE, 429, "", Verdict.UNKNOWN, Problem.RATE_LIMITED),
                new Row("2.6 403 page", GOOGLE, 403, "<html>", Verdict.UNKNOWN, Problem.RATE_LIMITED),
                new Row(
                        "a successful response without content",
                        GOOGLE,
                        200,
                        "{}",
                        Verdict.UNKNOWN,
                        Problem.MALFORMED_RESPONSE),
                new Row("4.1 athlete", STRAVA, 200, "{\"id\":12342176}", Verdict.VALID, null),
                new Row("4.5 token", STRAVA, 401, fault("Athlete", "access_token", "invalid"), Verdict.REJECTED, null),
                new Row("4.5 application", STRAVA, 401, fault("Application", "", "invalid"), Verdict.REJECTED, null),
                new Row(
                        "4.5 scope",
                        STRAVA,
                        401,
                        fault("AccessToken", "activity:read_permission", "missing"),
                        Verdict.UNUSABLE,
                        Problem.SCOPE_MISSING),
                new Row(
                        "4.5 inactive",
                        STRAVA,
                        403,
                        fault("Application", "Status", "Inactive"),
                        Verdict.UNUSABLE,
                        Problem.APP_INACTIVE),
                new Row(
                        "4.6 429",
                        STRAVA,
                        429,
                        fault("Application", "rate limit", "exceeded"),
                        Verdict.UNKNOWN,
                        Problem.RATE_LIMITED),
                new Row("4.5 5xx", STRAVA, 502, "<html>", Verdict.UNKNOWN, Problem.PROVIDER_UNAVAILABLE),
                new Row(
                        "4.5 rate limit before 2017",
                        STRAVA,
                        403,
                        "{\"message\":\"Rate Limit Exceeded\"}",
                        Verdict.UNKNOWN,
                        Problem.RATE_LIMITED),
                new Row("4.5 privacy", STRAVA, 404, "", Verdict.UNKNOWN, Problem.UNRECOGNIZED_RESPONSE),
                new Row(
                        "a page in place of the athlete",
                        STRAVA,
                        200,
                        "<html>",
                        Verdict.UNKNOWN,
                        Problem.UNRECOGNIZED_RESPONSE),
                new Row("RFC 7662 2.2 inactive", ACME, 200, "{\"active\":false}", Verdict.REJECTED, null),
                new Row("RFC 7662 2.2 active", ACME, 200, "{\"active\":true}", Verdict.VALID, null),
                new Row(
                        "active as a text",
                        ACME,
                        200,
                        "{\"active\":\"true\"}",
                        Verdict.UNKNOWN,
                        Problem.MALFORMED_RESPONSE),
                new Row(
                        "RFC 7662 2.3 wrong client",
                        ACME,
                        401,
                        "{\"error\":\"invalid_client\"}",
                        Verdict.UNKNOWN,
                        Problem.CLIENT_REJECTED));
    }

    @ParameterizedTest
    @MethodSource("responses")
    void everyDocumentedResponseHasItsVerdict(Row row) throws IOException {
        Validation validation = validate(row.provider(), row.status(), row.body());

        assertThat(validation.verdict()).as(validation.detail()).isEqualTo(row.is());
        assertThat(validation.problem()).isEqualTo(Optional.ofNullable(row.problem()));
        assertThat(validation.detail()).isNotBlank().doesNotContain("<", "{");
    }

    @Test
    void numbersSentAsStringsAreRead() throws IOException {
        Validation validation = validate(GOOGLE, 200, tokeninfo("client-1"));

        assertThat(validation.subject()).hasValue("110");
        assertThat(validation.scopes()).isEqualTo(Set.of("openid", "mail"));
        assertThat(validation.expiresAt()).hasValue(Instant.ofEpochSecond(1_800_000_000));
    }

    @Test
    void eachProviderGetsItsOwnRequestFormat() throws IOException {
        assertThat(request(GOOGLE))
                .startsWith("POST ")
                .doesNotContain("Authorization")
                .endsWith("\r\n\r\naccess_token=" + RefreshCaller.ACCESS_TOKEN);
        assertThat(request(STRAVA))
                .startsWith("GET ")
                .contains("Authorization: Bearer " + RefreshCaller.ACCESS_TOKEN + "\r\n")
                .endsWith("\r\n\r\n");
        assertThat(request(ACME))
                .startsWith("POST ")
                .contains("Authorization: Basic ")
                .endsWith("\r\n\r\ntoken=" + RefreshCaller.ACCESS_TOKEN + "&token_type_hint=access_token");
    }

    private static String request(Provider provider) throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(LoopbackServer.json(200, "{}"))) {
            validate(server, provider);
            return server.requests().get(0);
        }
    }

    private static Validation validate(Provider provider, int status, String body) throws IOException {
        String type = body.startsWith("<") ? "text/html" : "application/json";
        try (LoopbackServer server = LoopbackServer.answering(LoopbackServer.http(status, type, body))) {
            return validate(server, provider);
        }
    }

    private static Validation validate(LoopbackServer server, Provider provider) {
        return RelocatedProvider.to(server, provider).validate();
    }

    private static String tokeninfo(String client) {
        return "{\"azp\":\"" + client + "\",\"aud\":\"" + client + "\",\"sub\":\"110\",\"scope\":\"openid mail\","
                + "\"exp\":\"1800000000\",\"expires_in\":\"3560\",\"email\":\"\",\"email_verified\":\"true\","
                + "\"access_type\":\"offline\"}";
    }

    private static String fault(String resource, String field, String code) {
        return "{\"message\":\"x\",\"errors\":[{\"resource\":\"" + resource + "\",\"field\":\"" + field
                + "\",\"code\":\"" + code + "\"}]}";
    }
}
