package dev.evertoken.providers;

import static dev.evertoken.providers.GraphBodies.error;
import static dev.evertoken.providers.GraphServer.json;
import static dev.evertoken.providers.GraphServer.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Derivable;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.Validation;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.spi.provider.Derivation;
import dev.evertoken.spi.provider.DerivationOutcome;
import dev.evertoken.spi.provider.DerivedAccount;
import dev.evertoken.spi.provider.RevokeOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Facebook's responses to validation, revocation and page requests, by the sections of the fact sheet. */
class FacebookResponsesTest {

    private static final TokenSet TOKENS = GraphServer.tokens(Duration.ofDays(3), Duration.ofDays(60));
    private static final Derivation PAGES = new Facebook().derivation().orElseThrow();

    static Stream<ValidationRow> facts() {
        return Stream.of(
                new ValidationRow("2.3 valid", 200, data("\"is_valid\":true"), Verdict.VALID, null),
                new ValidationRow(
                        "2.3 never ends", 200, data("\"is_valid\":true,\"expires_at\":0"), Verdict.VALID, null),
                new ValidationRow(
                        "2.4 data access over",
                        200,
                        data("\"is_valid\":true,\"data_access_expires_at\":1576687825"),
                        Verdict.UNUSABLE,
                        Problem.GRANT_EXPIRED),
                new ValidationRow(
                        "2.3 other app",
                        200,
                        "{\"data\":{\"app_id\":\"138\",\"is_valid\":true}}",
                        Verdict.UNUSABLE,
                        Problem.CLIENT_MISMATCH),
                new ValidationRow(
                        "2.3 app as number",
                        200,
                        "{\"data\":{\"app_id\":138,\"is_valid\":true}}",
                        Verdict.UNUSABLE,
                        Problem.CLIENT_MISMATCH),
                invalidToken("2.3 expired", 463, Verdict.REJECTED, Problem.GRANT_DEAD),
                invalidToken("2.3 not authorized", 458, Verdict.REJECTED, Problem.GRANT_DEAD),
                invalidToken("2.3 checkpoint", 459, Verdict.UNUSABLE, Problem.ACCOUNT_UNUSABLE),
                invalidToken("2.3 not confirmed", 464, Verdict.UNUSABLE, Problem.ACCOUNT_UNUSABLE),
                invalidToken("2.3 role at the page", 492, Verdict.UNUSABLE, Problem.ACCOUNT_UNUSABLE),
                new ValidationRow(
                        "2.3 invalid without a reason",
                        200,
                        data("\"is_valid\":false"),
                        Verdict.REJECTED,
                        Problem.GRANT_DEAD),
                new ValidationRow("2.3 empty list", 200, "{\"data\":[]}", Verdict.UNKNOWN, Problem.MALFORMED_RESPONSE),
                new ValidationRow(
                        "2.3 bad access_token",
                        400,
                        error(190, 0, "Invalid OAuth access token - Debug only access token"),
                        Verdict.UNKNOWN,
                        Problem.CLIENT_REJECTED),
                new ValidationRow(
                        "2.5a blocked",
                        400,
                        error(200, 0, "API access blocked."),
                        Verdict.UNUSABLE,
                        Problem.APP_BLOCKED),
                new ValidationRow("2.5a 4", 400, error(4, 0, "x"), Verdict.UNKNOWN, Problem.RATE_LIMITED),
                new ValidationRow("2.5a 2", 500, error(2, 0, "x"), Verdict.UNKNOWN, Problem.PROVIDER_UNAVAILABLE),
                new ValidationRow("page", 200, "<html>", Verdict.UNKNOWN, Problem.MALFORMED_RESPONSE));
    }

    @ParameterizedTest
    @MethodSource("facts")
    void everyResponseOfDebugTokenHasItsVerdict(ValidationRow row) throws IOException {
        Validation validation = validate(row.status(), row.body());

        row.check(validation);
        assertThat(validation.detail()).isNotBlank().doesNotContain("<", "{", "Jefe", "live-token");
    }

    @Test
    void theValidationOfAValidTokenHasUserScopesAndBothExpiries() throws IOException {
        long end = GraphServer.TIME.now().plus(Duration.ofDays(20)).getEpochSecond();
        Validation validation = validate(
                200,
                data("\"is_valid\":true,\"user_id\":\"1234\",\"scopes\":[\"email\"],\"expires_at\":" + end
                        + ",\"data_access_expires_at\":" + (end + 1)));

        assertThat(validation.subject()).hasValue("1234");
        assertThat(validation.scopes()).isEqualTo(Set.of("email"));
        assertThat(validation.expiresAt()).hasValue(Instant.ofEpochSecond(end));
        assertThat(validation.detail())
                .endsWith("it has access to the user's data until " + Instant.ofEpochSecond(end + 1));
        assertThat(validate(200, data("\"is_valid\":true,\"user_id\":1,\"profile_id\":77"))
                        .subject())
                .hasValue("77");
    }

    // ---- revocation

    @Test
    void revocationDeletesThePermissionsWithTheUsersToken() throws IOException {
        try (GraphServer server = new GraphServer(new Facebook(), json("{\"success\":true}"))) {
            assertThat(revoke(server)).isEqualTo(new RevokeOutcome.Revoked(false));
            assertThat(server.requestLines().get(0))
                    .startsWith("DELETE /me/permissions?appsecret_proof=")
                    .doesNotContain("live-token");
            assertThat(server.request(0)).contains("Authorization: Bearer live-token\r\n");
        }
        assertThat(revoke(json("true"))).isEqualTo(new RevokeOutcome.Revoked(false));
        assertThat(revoke(refused(error(190, 458, "x")))).isEqualTo(new RevokeOutcome.Revoked(true));
        assertThat(revoke(json("{\"success\":false}"))).isInstanceOf(RevokeOutcome.Unknown.class);
        assertThat(revoke(refused(error(2, 0, "x")))).isInstanceOf(RevokeOutcome.Unknown.class);
        assertThat(revoke(refused(error(17, 0, "x")))).isInstanceOf(RevokeOutcome.Unknown.class);
        assertThat(revoke(refused(error(190, 459, "x"))))
                .isInstanceOfSatisfying(
                        RevokeOutcome.Refused.class,
                        refused -> assertThat(refused.problem()).isEqualTo(Problem.ACCOUNT_UNUSABLE));
    }

    // ---- pages

    private static final String FIRST =
            "{\"data\":[{\"access_token\":\"EAA-1\",\"category\":\"Shop\",\"category_list\":"
                    + "[{\"id\":\"2\",\"name\":\"Shop\"}],\"name\":\"One\",\"id\":\"123\",\"tasks\":[\"ANALYZE\",\"MANAGE\"]}],"
                    + "\"paging\":{\"cursors\":{\"before\":\"b\",\"after\":\"QW+E=\"},"
                    + "\"next\":\"https://graph.facebook.com/x?access_token=live-token&after=QW\"}}";
    private static final String LAST = "{\"data\":[{\"name\":\"Two\",\"id\":\"456\"},{\"name\":\"no id\"}],"
            + "\"paging\":{\"cursors\":{\"after\":\"end\"}}}";

    @Test
    void pagesAreListedOverAllResultPagesAndOneWithoutATokenIsAccepted() throws IOException {
        try (GraphServer server = new GraphServer(new Facebook(), json(FIRST), json(LAST))) {
            List<DerivedAccount> pages = valueOf(PAGES.list(server.held(TOKENS)));

            assertThat(pages)
                    .extracting(DerivedAccount::derivable)
                    .containsExactly(
                            new Derivable("123", Optional.of("One"), Map.of("tasks", "ANALYZE,MANAGE"), true),
                            new Derivable("456", Optional.of("Two"), Map.of(), false));
            TokenResponse token = pages.get(0).token().orElseThrow();
            assertThat(token.accessToken()).hasValue(Secret.of("EAA-1"));
            assertThat(token.expiresAt()).isEmpty();
            assertThat(token.subject()).hasValue("123");
            assertThat(server.requestLines().get(0))
                    .startsWith("GET /v26.0/me/accounts?fields=id%2Cname%2Caccess_token%2Ctasks&appsecret_proof=");
            assertThat(server.requestLines().get(1))
                    .contains("&after=QW%2BE%3D&")
                    .doesNotContain("live-token");
            assertThat(server.request(1)).contains("Authorization: Bearer live-token\r\n");
        }
    }

    @Test
    void pageTokensOfAShortLivedTokenExpireWithIt() throws IOException {
        TokenSet brief = GraphServer.tokens(Duration.ofMinutes(5), Duration.ofHours(1));
        try (GraphServer server =
                new GraphServer(new Facebook(), json("{\"id\":\"123\",\"access_token\":\"EAA-1\"}"))) {
            assertThat(valueOf(PAGES.derive(server.held(brief), "123")).expiresAt())
                    .isEqualTo(brief.expiresAt());
            assertThat(server.requestLines().get(0))
                    .startsWith("GET /v26.0/123?fields=id%2Caccess_token&appsecret_proof=");
        }
    }

    @Test
    void aPageWithoutATokenIsDistinguishedFromAnInvalidUserGrant() throws IOException {
        assertThat(kind(json("{\"id\":\"123\"}"))).isEqualTo(Kind.ACCOUNT_UNUSABLE);
        assertThat(kind(refused(error("GraphMethodException", 100, 33, "x")))).isEqualTo(Kind.ACCOUNT_UNUSABLE);
        assertThat(kind(refused(error(10, 0, "x")))).isEqualTo(Kind.ACCOUNT_UNUSABLE);
        assertThat(kind(refused(error(190, 492, "x")))).isEqualTo(Kind.ACCOUNT_UNUSABLE);
        assertThat(kind(refused(error(190, 463, "x")))).isEqualTo(Kind.GRANT_DEAD);
        assertThat(kind(refused(error(4, 0, "x")))).isEqualTo(Kind.RATE_LIMITED);
        assertThat(kind(json(error(190, 463, "x")))).isEqualTo(Kind.GRANT_DEAD);
        try (GraphServer server = new GraphServer(new Facebook())) {
            assertThat(PAGES.derive(server.held(TOKENS), "../me")).isInstanceOf(DerivationOutcome.Refused.class);
            assertThat(server.requestLines()).isEmpty();
        }
    }

    @Test
    void instagramThroughFacebookNamesTheBusinessAccountOfThePage() throws IOException {
        Derivation pages = Instagram.throughFacebookLogin().derivation().orElseThrow();
        String body = "{\"data\":[{\"id\":\"123\",\"name\":\"One\",\"access_token\":\"EAA-1\","
                + "\"instagram_business_account\":{\"id\":\"17841400000000000\",\"username\":\"one\"}}]}";
        try (GraphServer server = new GraphServer(Instagram.throughFacebookLogin(), json(body))) {
            assertThat(valueOf(pages.list(server.held(TOKENS)))
                            .get(0)
                            .derivable()
                            .details())
                    .isEqualTo(Map.of("instagram_business_account", "17841400000000000", "instagram_username", "one"));
            assertThat(server.requestLines().get(0)).contains("instagram_business_account%7Bid%2Cusername%7D");
        }
    }

    private static Kind kind(String response) throws IOException {
        try (GraphServer server = new GraphServer(new Facebook(), response)) {
            return ((DerivationOutcome.Refused<?>) PAGES.derive(server.held(TOKENS), "123"))
                    .verdict()
                    .kind();
        }
    }

    private static <T> T valueOf(DerivationOutcome<T> outcome) {
        return ((DerivationOutcome.Found<T>) outcome).value();
    }

    private static RevokeOutcome revoke(String response) throws IOException {
        try (GraphServer server = new GraphServer(new Facebook(), response)) {
            return revoke(server);
        }
    }

    private static RevokeOutcome revoke(GraphServer server) {
        return new Facebook().revoker().orElseThrow().revoke(server.held(TOKENS));
    }

    private static Validation validate(int status, String body) throws IOException {
        String type = body.startsWith("<") ? "text/html" : "application/json";
        try (GraphServer server = new GraphServer(new Facebook(), LoopbackServer.http(status, type, body))) {
            return new Facebook().validator().orElseThrow().validate(server.held(TOKENS));
        }
    }

    private static String data(String more) {
        return "{\"data\":{\"app_id\":\"client-1\",\"type\":\"USER\"," + more + "}}";
    }

    private static ValidationRow invalidToken(String line, int subcode, Verdict is, Problem problem) {
        String error = "\"error\":{\"code\":190,\"message\":\"m\",\"subcode\":" + subcode + "}";
        return new ValidationRow(line, 200, data("\"is_valid\":false," + error), is, problem);
    }
}
