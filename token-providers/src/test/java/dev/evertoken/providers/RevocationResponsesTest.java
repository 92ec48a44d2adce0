package dev.evertoken.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.RevokeOutcome;
import dev.evertoken.spi.provider.RevokeOutcome.Refused;
import dev.evertoken.spi.provider.RevokeOutcome.Revoked;
import dev.evertoken.spi.provider.RevokeOutcome.Unknown;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Revocation requests and every documented response to them, by the sections of the fact sheet. */
class RevocationResponsesTest {

    private static final Provider GOOGLE = new Google();
    private static final Provider YOUTUBE = new YouTube();
    private static final Provider STRAVA = new Strava();
    private static final Provider OLD_STRAVA = Strava.withDeauthorization();
    private static final Provider ACME = RelocatedProvider.acme().build();

    private record Row(String line, Provider provider, int status, String body, RevokeOutcome is) {
        @Override
        public String toString() {
            return line;
        }
    }

    static Stream<Row> responses() {
        return Stream.of(
                new Row("2.4 success", GOOGLE, 200, "{}", new Revoked(false)),
                new Row("2.4 success, empty", GOOGLE, 200, "", new Revoked(false)),
                new Row(
                        "2.4 already invalid",
                        GOOGLE,
                        400,
                        "{\"error\":\"invalid_token\",\"error_description\":\"Token expired or revoked\"}",
                        new Revoked(true)),
                new Row("2.6 503", GOOGLE, 503, "", unknown(503, "an empty body", Problem.PROVIDER_UNAVAILABLE)),
                new Row("2.6 429", GOOGLE, 429, "", unknown(429, "an empty body", Problem.RATE_LIMITED)),
                new Row("3 as at Google, success", YOUTUBE, 200, "{}", new Revoked(false)),
                new Row(
                        "3 as at Google, already invalid",
                        YOUTUBE,
                        400,
                        "{\"error\":\"invalid_token\",\"error_description\":\"Token expired or revoked\"}",
                        new Revoked(true)),
                new Row("4.1 success", STRAVA, 200, "", new Revoked(false)),
                new Row("4.1 503", STRAVA, 503, "", unknown(503, "an empty body", Problem.PROVIDER_UNAVAILABLE)),
                new Row(
                        "4.1 wrong client",
                        STRAVA,
                        400,
                        "{\"message\":\"Bad Request\",\"errors\":[{\"resource\":\"Application\",\"field\":"
                                + "\"client_id\",\"code\":\"invalid\"}]}",
                        new Refused(
                                Problem.CLIENT_REJECTED,
                                "revocation endpoint answered 400 Application/client_id/invalid")),
                new Row(
                        "4.1 wrong client, 401 without a shape",
                        STRAVA,
                        401,
                        "",
                        new Refused(Problem.CLIENT_REJECTED, "revocation endpoint answered 401 with an empty body")),
                new Row("4.1 an unknown token", STRAVA, 200, "{}", new Revoked(false)),
                new Row("4.1 old, success", OLD_STRAVA, 200, "{\"access_token\":\"abc\"}", new Revoked(false)),
                new Row(
                        "4.1 old, already invalid",
                        OLD_STRAVA,
                        401,
                        "{\"message\":\"Authorization Error\",\"errors\":[{\"resource\":\"Athlete\",\"field\":"
                                + "\"access_token\",\"code\":\"invalid\"}]}",
                        new Revoked(true)),
                new Row("RFC 7009 2.2", ACME, 200, "", new Revoked(false)),
                new Row(
                        "RFC 7009 2.2.1 wrong client",
                        ACME,
                        401,
                        "{\"error\":\"invalid_client\"}",
                        new Refused(Problem.CLIENT_REJECTED, "revocation endpoint answered 401 invalid_client")),
                new Row(
                        "a form-encoded refusal with status 200",
                        ACME,
                        200,
                        "error=unsupported_token_type&error_description=no",
                        new Refused(
                                Problem.REQUEST_REJECTED, "revocation endpoint answered 200 unsupported_token_type")),
                new Row(
                        "RFC 7009 2.2.1 unsupported",
                        ACME,
                        400,
                        "{\"error\":\"unsupported_token_type\"}",
                        new Refused(
                                Problem.REQUEST_REJECTED, "revocation endpoint answered 400 unsupported_token_type")),
                new Row(
                        "a page instead of a response",
                        ACME,
                        200,
                        "<html>",
                        unknown(200, "text/html of 6 characters", Problem.MALFORMED_RESPONSE)),
                new Row(
                        "nothing there",
                        ACME,
                        404,
                        "",
                        new Refused(
                                Problem.ENDPOINT_MOVED,
                                "revocation endpoint answered 404 with an empty body: there is no such endpoint at"
                                        + " this address")));
    }

    @ParameterizedTest
    @MethodSource("responses")
    void everyDocumentedResponseHasItsOutcome(Row row) throws IOException {
        String type = row.body().startsWith("<") ? "text/html" : "application/json";
        String response = LoopbackServer.http(row.status(), type, row.body());
        try (LoopbackServer server = LoopbackServer.answering(response)) {
            assertThat(revoke(server, row.provider())).isEqualTo(row.is());
        }
    }

    @Test
    void eachProviderGetsItsOwnRequestFormat() throws IOException {
        String token = "token=1%2F%2Frefresh%2Btoken%2Fof%26the%3Dtest";
        assertThat(request(GOOGLE)).doesNotContain("Authorization").endsWith("\r\n\r\n" + token);
        assertThat(request(STRAVA))
                .contains("Authorization: Basic ")
                .endsWith("\r\n\r\n" + token + "&token_type_hint=refresh_token");
        assertThat(request(OLD_STRAVA))
                .startsWith("POST ")
                .contains("Authorization: Bearer " + RefreshCaller.ACCESS_TOKEN + "\r\n")
                .endsWith("\r\n\r\n");
        assertThat(request(ACME))
                .contains("Authorization: Basic ")
                .endsWith("\r\n\r\n" + token + "&token_type_hint=refresh_token");
    }

    @Test
    void aMissingRevocationEndpointIsReportedAsNotSupported() {
        RelocatedProvider acme = RelocatedProvider.nowhere(ACME);
        assertThat(ACME.revoker().orElseThrow().revoke(acme.held()))
                .isEqualTo(new Refused(Problem.NOT_SUPPORTED, "provider acme has no REVOKE endpoint"));
    }

    private static String request(Provider provider) throws IOException {
        try (LoopbackServer server = LoopbackServer.answering(LoopbackServer.json(200, "{}"))) {
            revoke(server, provider);
            return server.requests().get(0);
        }
    }

    private static RevokeOutcome revoke(LoopbackServer server, Provider provider) {
        return provider.revoker()
                .orElseThrow()
                .revoke(RelocatedProvider.to(server, provider).held());
    }

    private static RevokeOutcome unknown(int status, String with, Problem problem) {
        return new Unknown(problem, "revocation endpoint answered " + status + " with " + with);
    }
}
