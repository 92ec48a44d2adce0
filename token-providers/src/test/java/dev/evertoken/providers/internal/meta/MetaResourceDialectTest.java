package dev.evertoken.providers.internal.meta;

import static dev.evertoken.providers.GraphBodies.error;
import static dev.evertoken.providers.GraphBodies.transientError;
import static dev.evertoken.spi.provider.ResourceVerdict.Action.ADOPT_ONLY;
import static dev.evertoken.spi.provider.ResourceVerdict.Action.PASS;
import static dev.evertoken.spi.provider.ResourceVerdict.Action.REDERIVE_FROM_PARENT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.providers.ApiRefusal;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.DialectContext.TokenOf;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.spi.provider.ResourceVerdict.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every known refusal of the Graph APIs, by the sections of the fact sheet. */
class MetaResourceDialectTest {

    private static final Instant AT = ApiRefusal.AT;
    private static final String OTHER_KIND = error("IGApiException", 100, 0, "Unsupported request - method type: get");

    private record Row(
            String line,
            int status,
            String body,
            TokenOf subject,
            Action action,
            @Nullable Problem problem) {
        @Override
        public String toString() {
            return line;
        }
    }

    static Stream<Row> userTokens() {
        String challenge = "Error validating access token";
        return Stream.of(
                user("2.5 is_transient first", 400, transientError(190, challenge), PASS, Problem.PROVIDER_UNAVAILABLE),
                user("2.5a 1", 400, error(1, 0, "x"), PASS, Problem.PROVIDER_UNAVAILABLE),
                user("2.5a 2", 500, error(2, 0, "x"), PASS, Problem.PROVIDER_UNAVAILABLE),
                user("2.5a 3", 400, error(3, 0, "x"), PASS, Problem.REQUEST_REJECTED),
                user("2.5a 4", 400, error(4, 0, "x"), PASS, Problem.RATE_LIMITED),
                user("2.5a 9", 400, error(9, 0, "x"), PASS, Problem.RATE_LIMITED),
                user("2.5a 10", 403, error(10, 0, "x"), PASS, Problem.SCOPE_MISSING),
                user("2.5a 12", 400, error(12, 0, "x"), PASS, Problem.ENDPOINT_MOVED),
                user("2.5a 17/2446079", 400, error(17, 2446079, "x"), PASS, Problem.RATE_LIMITED),
                user("2.5a 25/2207050", 400, error(25, 2207050, "x"), PASS, Problem.ACCOUNT_UNUSABLE),
                user("2.5a 32", 400, error(32, 0, "x"), PASS, Problem.RATE_LIMITED),
                user("2.5a 100/33", 400, error("GraphMethodException", 100, 33, "x"), PASS, null),
                user("2.5a 100", 400, error(100, 0, "Invalid parameter"), PASS, Problem.REQUEST_REJECTED),
                user("2.5a 101", 400, error(101, 0, "x"), PASS, Problem.CLIENT_REJECTED),
                user("2.5a 102", 400, error(102, 0, "x"), ADOPT_ONLY, Problem.GRANT_DEAD),
                user("2.5a 104 signature", 400, error(104, 0, "Incorrect signature"), PASS, Problem.REQUEST_REJECTED),
                user(
                        "2.5a 104 no token",
                        400,
                        error(104, 0, "An access token is required to request this resource."),
                        PASS,
                        Problem.API_REJECTS_TOKEN),
                user("2.5a 194", 400, error(194, 0, "x"), PASS, Problem.REQUEST_REJECTED),
                user("2.5a 200", 403, error(200, 0, "x"), PASS, Problem.SCOPE_MISSING),
                user("2.5a 299", 403, error(299, 0, "x"), PASS, Problem.SCOPE_MISSING),
                user("2.5a blocked", 400, error(200, 0, "API access blocked."), PASS, Problem.APP_BLOCKED),
                user("2.5a deactivated", 400, error(200, 0, "API access deactivated"), PASS, Problem.APP_INACTIVE),
                user("2.5a 341", 400, error(341, 0, "x"), PASS, Problem.RATE_LIMITED),
                user("2.5a 368", 400, error(368, 1390008, "x"), PASS, Problem.RATE_LIMITED),
                user("2.5a 368/1404006", 400, error(368, 1404006, "x"), PASS, Problem.ACCOUNT_UNUSABLE),
                user("2.5a 412", 400, error(412, 0, "x"), ADOPT_ONLY, Problem.GRANT_DEAD),
                user("2.5a 506", 400, error(506, 0, "Duplicate status message"), PASS, null),
                user("2.5a 613", 400, error(613, 1996, "x"), PASS, Problem.RATE_LIMITED),
                user("2.5a 2500", 400, error(2500, 0, "Unknown path components"), PASS, Problem.REQUEST_REJECTED),
                user(
                        "2.5a 2500 no token",
                        400,
                        error(2500, 0, "An active access token must be used to query information"),
                        PASS,
                        Problem.API_REJECTS_TOKEN),
                user("2.5a 2635", 400, error(2635, 0, "x"), PASS, Problem.ENDPOINT_MOVED),
                user("2.5a 80002", 400, error(80002, 0, "x"), PASS, Problem.RATE_LIMITED),
                user("2.5a 1609005", 400, error(1609005, 0, "x"), PASS, null),
                user("2.5b none", 400, error(190, 0, "Malformed access token"), ADOPT_ONLY, Problem.GRANT_DEAD),
                user("2.5b app", 400, error(190, 0, "Application has been deleted."), PASS, Problem.CLIENT_REJECTED),
                user("2.5b 458", 400, error(190, 458, challenge), ADOPT_ONLY, Problem.GRANT_DEAD),
                user("2.5b 459", 400, error(190, 459, challenge), PASS, Problem.ACCOUNT_UNUSABLE),
                user("2.5b 460", 401, error(190, 460, challenge), ADOPT_ONLY, Problem.GRANT_DEAD),
                user("2.5b 463", 400, error(190, 463, challenge), ADOPT_ONLY, Problem.GRANT_DEAD),
                user("2.5b 464", 400, error(190, 464, challenge), PASS, Problem.ACCOUNT_UNUSABLE),
                user("2.5b 490", 400, error(190, 490, challenge), PASS, Problem.ACCOUNT_UNUSABLE),
                user("2.5b 492", 400, error(190, 492, challenge), PASS, Problem.ACCOUNT_UNUSABLE),
                user("2.5b 493", 400, error(190, 493, challenge), ADOPT_ONLY, Problem.GRANT_DEAD),
                user(
                        "2.5c proof",
                        400,
                        error("GraphMethodException", 100, 0, "Invalid appsecret_proof provided in the API argument"),
                        PASS,
                        Problem.CLIENT_REJECTED),
                user("3.4 IGApiException", 400, OTHER_KIND, ADOPT_ONLY, Problem.GRANT_DEAD),
                user("3.4 4/2207051", 403, error(4, 2207051, "x"), PASS, Problem.RATE_LIMITED),
                user("3.4 9/2207042", 403, error(9, 2207042, "x"), PASS, Problem.QUOTA_EXCEEDED),
                user(
                        "3.4 account",
                        400,
                        error(10, 0, "(#10) is not an Instagram Business"),
                        PASS,
                        Problem.ACCOUNT_UNUSABLE),
                user("3.4 -1", 400, error(-1, 2207001, "x"), PASS, Problem.PROVIDER_UNAVAILABLE),
                user("3.4 -2", 400, error(-2, 2207003, "x"), PASS, Problem.PROVIDER_UNAVAILABLE),
                user(
                        "3.4 legacy",
                        400,
                        "{\"meta\":{\"error_type\":\"OAuthAccessTokenException\",\"code\":400}}",
                        ADOPT_ONLY,
                        Problem.GRANT_DEAD),
                user("no code", 401, "", PASS, null),
                user("unknown code", 400, error(5555, 463, challenge), PASS, null));
    }

    static Stream<Row> pageTokens() {
        return Stream.of(
                page("2.7 190", error(190, 463, "x"), REDERIVE_FROM_PARENT, Problem.GRANT_DEAD),
                page("2.7 102", error(102, 0, "x"), REDERIVE_FROM_PARENT, Problem.GRANT_DEAD),
                page("2.5b 492", error(190, 492, "x"), REDERIVE_FROM_PARENT, Problem.ACCOUNT_UNUSABLE),
                page("2.5b 459", error(190, 459, "x"), PASS, Problem.ACCOUNT_UNUSABLE),
                page("2.5a 32", error(32, 0, "x"), PASS, Problem.RATE_LIMITED),
                page("2.5a 200", error(200, 0, "x"), PASS, Problem.SCOPE_MISSING));
    }

    @ParameterizedTest
    @MethodSource({"userTokens", "pageTokens"})
    @Fault({"D16", "H11"})
    void everyDocumentedRefusalHasItsVerdict(Row row) {
        ResourceVerdict verdict = judge(row.status(), row.body(), row.subject(), Duration.ofDays(3), Map.of());

        assertThat(verdict.action()).isEqualTo(row.action());
        assertThat(verdict.problem()).isEqualTo(Optional.ofNullable(row.problem()));
    }

    @Test
    void aNewTokenOfTheWrongKindIsAConfigurationProblem() {
        ResourceVerdict verdict = judge(400, OTHER_KIND, TokenOf.USER, Duration.ofMinutes(2), Map.of());

        assertThat(verdict.action()).isEqualTo(PASS);
        assertThat(verdict.problem()).hasValue(Problem.API_REJECTS_TOKEN);
    }

    @Test
    void rateLimitsHaveTheirEnd() {
        assertThat(until(error(80001, 0, "x"), Map.of())).hasValue(AT.plus(Duration.ofHours(1)));
        assertThat(until(
                        error(80001, 0, "x"),
                        Map.of(
                                "X-Business-Use-Case-Usage",
                                List.of("{\"1\":[{\"type\":\"pages\",\"estimated_time_to_regain_access\":12}]}"))))
                .hasValue(AT.plus(Duration.ofMinutes(12)));
        assertThat(until(error(9, 2207042, "x"), Map.of())).hasValue(AT.plus(Duration.ofDays(1)));
        assertThat(until(error(4, 2207051, "x"), Map.of())).hasValue(AT.plus(Duration.ofHours(4)));
    }

    @Test
    @Fault("H11")
    void anInvalidTokenErrorInsideASuccessfulResponseIsFound() {
        String inner = error(190, 463, "x").replace("\"", "\\\"");
        String item = "{\"code\":400,\"headers\":[],\"body\":\"" + inner + "\"}";
        String done = "{\"code\":200,\"headers\":[],\"body\":\"{}\"}";

        assertThat(judged(200, "[" + item + "," + item + "]").action()).isEqualTo(ADOPT_ONLY);
        assertThat(judged(200, error(190, 463, "x")).action()).isEqualTo(ADOPT_ONLY);
        assertThat(judged(200, error(190, 463, "x")).problem()).hasValue(Problem.GRANT_DEAD);
        for (String good : List.of(
                "[" + done + "," + item + "]", "[]", "{\"id\":\"1\",\"error_code\":190}", "[" + item, "", "<html>")) {
            assertThat(judged(200, good)).as(good).isEqualTo(ResourceVerdict.pass());
        }
        assertThat(judged(201, error(190, 463, "x"))).isEqualTo(ResourceVerdict.pass());
        assertThat(MetaResourceDialect.DIALECT.reads(200)).isTrue();
        assertThat(MetaResourceDialect.DIALECT.reads(204)).isFalse();
        assertThat(MetaResourceDialect.DIALECT.reads(400)).isTrue();
    }

    private static Optional<Instant> until(String body, Map<String, List<String>> headers) {
        return judge(400, body, TokenOf.USER, Duration.ofDays(3), headers).until();
    }

    private static ResourceVerdict judged(int status, String body) {
        return judge(status, body, TokenOf.USER, Duration.ofDays(3), Map.of());
    }

    private static ResourceVerdict judge(
            int status, String body, TokenOf subject, Duration age, Map<String, List<String>> headers) {
        DialectContext context = new DialectContext(EndpointKind.API, age, Set.of(), subject);
        return MetaResourceDialect.DIALECT.judge(context, new ProviderResponse(status, headers, body, AT));
    }

    private static Row user(String line, int status, String body, Action action, @Nullable Problem problem) {
        return new Row(line, status, body, TokenOf.USER, action, problem);
    }

    private static Row page(String line, String body, Action action, @Nullable Problem problem) {
        return new Row(line, 400, body, TokenOf.PAGE, action, problem);
    }
}
