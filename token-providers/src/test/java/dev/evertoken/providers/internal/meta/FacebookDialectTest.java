package dev.evertoken.providers.internal.meta;

import static dev.evertoken.model.Remedy.CONTACT_SUPPORT;
import static dev.evertoken.model.Remedy.FIX_CONFIGURATION;
import static dev.evertoken.model.Remedy.RECONNECT;
import static dev.evertoken.model.Remedy.WAIT;
import static dev.evertoken.providers.DocumentedResponse.client;
import static dev.evertoken.providers.DocumentedResponse.grantDead;
import static dev.evertoken.providers.DocumentedResponse.request;
import static dev.evertoken.providers.DocumentedResponse.row;
import static dev.evertoken.providers.DocumentedResponse.unavailable;
import static dev.evertoken.providers.DocumentedResponse.unrecognized;
import static dev.evertoken.providers.GraphBodies.error;
import static dev.evertoken.providers.GraphBodies.transientError;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.providers.DocumentedResponse;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every known refusal of Facebook's token endpoint, by the sections of its fact sheet. */
class FacebookDialectTest {

    private static final String EXPIRED = "Error validating access token: Session has expired on Monday, 23-Nov-15"
            + " 14:00:00 PST. The current time is Monday, 23-Nov-15 15:00:00 PST.";

    /** 2.5a: the codes. */
    static Stream<DocumentedResponse> codes() {
        return Stream.of(
                unavailable("2.5 is_transient over an invalid token", 400, transientError(190, EXPIRED)),
                unavailable(
                        "2.5 is_transient over a wrong app", 400, transientError(101, "Error validating application.")),
                unavailable("2.5a 1", 400, error(1, 0, "An unknown error occurred")),
                client("2.5a 1 client secret", error(1, 0, "Error validating client secret.")),
                unavailable("2.5a 2", 500, transientError(2, "Service temporarily unavailable")),
                unavailable("2.5a 2 with 400", 400, error(2, 0, "Service temporarily unavailable")),
                request("2.5a 3", error(3, 0, "Application does not have the capability to make this API call.")),
                row("2.5a 4", 400, error(4, 0, "x"), Kind.RATE_LIMITED, Problem.RATE_LIMITED, WAIT),
                limited("2.5a 9", error(9, 0, "x")),
                permission("2.5a 10", error(10, 0, "(#10) Application does not have permission for this action")),
                moved("2.5a 12", error(12, 0, "(#12) me is deprecated for versions v9.0 and higher")),
                limited("2.5a 17", error(17, 0, "User request limit reached")),
                limited("2.5a 17/2446079", error(17, 2446079, "x")),
                account("2.5a 25/2207050", error(25, 2207050, "The Instagram account is restricted.")),
                limited("2.5a 32", error(32, 0, "Page request limit reached")),
                request("2.5a 33 under 100", error("GraphMethodException", 100, 33, "Unsupported get request.")),
                request("2.5a 100", error(100, 0, "Invalid parameter")),
                client("2.5a 101", error(101, 0, "Error validating application. Invalid application ID.")),
                grantDead("2.5a 102", error(102, 0, "Session key invalid")),
                request("2.5a 104", error(104, 0, "Incorrect signature")),
                request("2.5a 104 token", error(104, 0, "An access token is required to request this resource.")),
                request("2.5a 194", error(194, 0, "Missing at least one parameter")),
                permission("2.5a 200", error(200, 0, "Permissions error")),
                permission("2.5a 299", error(299, 0, "Permissions error")),
                row(
                        "2.5a 200 API access blocked",
                        400,
                        error(200, 0, "API access blocked."),
                        Kind.APP_BLOCKED,
                        Problem.APP_BLOCKED,
                        CONTACT_SUPPORT),
                row(
                        "2.5a API access deactivated",
                        400,
                        error(200, 0, "API access deactivated. To reactivate, go to the app dashboard."),
                        Kind.APP_BLOCKED,
                        Problem.APP_INACTIVE,
                        FIX_CONFIGURATION),
                row("2.5a 341", 400, error(341, 0, "x"), Kind.RATE_LIMITED, Problem.RATE_LIMITED, WAIT),
                limited("2.5a 368/1390008", error(368, 1390008, "You are posting too fast")),
                limited("2.5a 368/1404112", error(368, 1404112, "limited")),
                limited("2.5a 368/1404082", error(368, 1404082, "duplicate")),
                account("2.5a 368/1404006", error(368, 1404006, "security check")),
                account("2.5a 368/1404078", error(368, 1404078, "page publishing authorisation")),
                account("2.5a 368/4854002", error(368, 4854002, "page identity")),
                grantDead("2.5a 412", error(412, 0, "x")),
                limited("2.5a 613", error(613, 0, "x")),
                limited("2.5a 613/1996", error(613, 1996, "x")),
                request("2.5a 2500", error(2500, 0, "Unknown path components: /x")),
                request("2.5a 2500 token", error(2500, 0, "An active access token must be used to query information")),
                moved("2.5a 2635", error(2635, 0, "You are calling a deprecated version of the Ads API.")),
                limited("2.5a 80001", error(80001, 0, "There have been too many calls to this Page account.")),
                limited("2.5a 80014", error(80014, 0, "x")));
    }

    /** 2.5b: the subcodes of 190 and 102. */
    static Stream<DocumentedResponse> subcodes() {
        String message = "Error validating access token";
        return Stream.of(
                grantDead("2.5b cannot parse", error(190, 0, "Invalid OAuth access token - Cannot parse access token")),
                grantDead("2.5b malformed", error(190, 0, "Malformed access token AAA")),
                grantDead("2.5b invalid", error(190, 0, "Invalid OAuth 2.0 Access Token")),
                client(
                        "2.5b app deleted",
                        error(190, 0, "Error validating application. Application has been deleted.")),
                grantDead(
                        "2.5b page deleted",
                        error(190, 0, "This Page access token belongs to a Page that has been deleted.")),
                grantDead("2.5b 452", error(190, 452, message)),
                grantDead("2.5b 456", error(190, 456, message)),
                grantDead("2.5b 457", error(190, 457, message)),
                grantDead("2.5b 458", error(190, 458, message + ": The user has not authorized application 1.")),
                account("2.5b 459", error(190, 459, "You cannot access the app till you log in to www.facebook.com")),
                account("2.5b 459 of 102", error(102, 459, "You cannot access the app till you log in")),
                grantDead(
                        "2.5b 460",
                        error(190, 460, message + ": The session has been invalidated because the user changed")),
                grantDead("2.5b 461", error(190, 461, message)),
                grantDead("2.5b 462", error(190, 462, message)),
                grantDead("2.5b 463", error(190, 463, EXPIRED)),
                grantDead(
                        "2.5b 463, old form",
                        error(190, 463, message + ": Session has expired at unix time 1448290800.")),
                account("2.5b 464", error(190, 464, "Sessions for the user are not allowed because")),
                grantDead("2.5b 465", error(190, 465, message)),
                grantDead("2.5b 466", error(190, 466, message)),
                grantDead(
                        "2.5b 467", error(190, 467, message + ": The session is invalid because the user logged out.")),
                grantDead("2.5b 468", error(190, 468, message)),
                grantDead("2.5b 483", error(190, 483, message)),
                account("2.5b 490", error(190, 490, "The user is enrolled in a blocking, logged-in checkpoint")),
                account("2.5b 492", error(190, 492, "The user must be an administrator, editor, or moderator")),
                grantDead(
                        "2.5b 493",
                        error(190, 493, "The access token is invalid since the user hasn't engaged the app")));
    }

    /** 2.5c: the refusals of only the token endpoint, and the shapes of 2.5. */
    static Stream<DocumentedResponse> endpoint() {
        return Stream.of(
                grantDead("2.5c 36009", error(100, 36009, "This authorization code has been used.")),
                grantDead("2.5c 36009, text alone", error(100, 0, "This authorization code has been used.")),
                grantDead("2.5c 36007", error(100, 36007, "This authorization code has expired.")),
                request(
                        "2.5c redirect",
                        error(
                                100,
                                36008,
                                "Error validating verification code. Please make sure your redirect_uri is identical"
                                        + " to the one you used in the OAuth dialog request")),
                request("2.5c format", error(100, 0, "Invalid verification code format.")),
                client("2.5c secret", error(1, 0, "Error validating client secret.")),
                client("2.5c app id", error(101, 0, "Error validating application. Invalid application ID.")),
                client(
                        "2.5c proof wrong",
                        error("GraphMethodException", 100, 0, "Invalid appsecret_proof provided in the API argument")),
                client(
                        "2.5c proof absent",
                        error(
                                "GraphMethodException",
                                100,
                                0,
                                "API calls from the server require an appsecret_proof argument")),
                grantDead("2.5 flat", "{\"error_code\":190,\"error_msg\":\"Error validating access token\"}"),
                grantDead("2.5 flat, description", "{\"error_code\":\"190\",\"error_description\":\"x\"}"),
                grantDead("2.5 code as text", "{\"error\":{\"code\":\"190\",\"type\":\"OAuthException\"}}"),
                unrecognized("2.5 no code", "{\"error\":{\"type\":\"OAuthException\",\"message\":\"x\"}}"),
                unavailable("5xx page", 502, "<html>"),
                unavailable("5xx with an invalid token", 503, error(190, 463, EXPIRED)),
                row("429", 429, "", Kind.RATE_LIMITED, Problem.RATE_LIMITED, WAIT));
    }

    static Stream<DocumentedResponse> all() {
        return Stream.of(codes(), subcodes(), endpoint()).flatMap(rows -> rows);
    }

    @ParameterizedTest
    @MethodSource("all")
    @Fault("D16")
    void everyDocumentedResponseHasItsVerdict(DocumentedResponse row) {
        row.check(FacebookDialect.DIALECT);
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 191, 500, 506, 1609005, 99999, 80015, -7})
    @Fault("D16")
    void anUnknownCodeIsNeverGrantDead(int code) {
        unrecognized("made up", error(code, 463, EXPIRED)).check(FacebookDialect.DIALECT);
    }

    @Test
    void theDetailHasTheCodesAndTheTraceIdButNotTheMessage() {
        TokenVerdict verdict = grantDead("2.5b 463", error(190, 463, EXPIRED)).check(FacebookDialect.DIALECT);

        assertThat(verdict.detail()).isEqualTo("token endpoint answered 400 code 190/463 (trace AbC1dEf2gHi)");
    }

    @Test
    void aRateLimitEndsAfterAnHourUnlessAHeaderHasTheTime() {
        DocumentedResponse hourly = limited("2.6", error(17, 0, "x"));
        String usage = "{\"123\":[{\"type\":\"pages\",\"call_count\":95,\"estimated_time_to_regain_access\":7}],"
                + "\"456\":[{\"type\":\"instagram\",\"estimated_time_to_regain_access\":19}]}";

        assertThat(hourly.check(FacebookDialect.DIALECT).until()).hasValue(in(60));
        assertThat(hourly.with("X-Business-Use-Case-Usage", usage)
                        .check(FacebookDialect.DIALECT)
                        .until())
                .hasValue(in(19));
        assertThat(hourly.with("Retry-After", "90")
                        .check(FacebookDialect.DIALECT)
                        .until())
                .hasValue(DocumentedResponse.AT.plusSeconds(90));
        for (String odd : List.of("", "{", "[]", usage.replace("19", "\"x\"").replace("7", "0"))) {
            assertThat(hourly.with("X-Business-Use-Case-Usage", odd)
                            .check(FacebookDialect.DIALECT)
                            .until())
                    .hasValue(in(60));
        }
        assertThat(limited("2.5a 368", error(368, 1390008, "x"))
                        .check(FacebookDialect.DIALECT)
                        .until())
                .hasValue(in(240));
    }

    @Test
    void aRefusedIntrospectionIsAProblemOfTheCallingToken() {
        DialectContext context =
                new DialectContext(EndpointKind.INTROSPECT, Duration.ZERO, Set.of(), DialectContext.TokenOf.USER);
        String body = error(190, 0, "Invalid OAuth access token - Debug only access token");

        TokenVerdict verdict = FacebookDialect.DIALECT.judge(
                context, new ProviderResponse(400, Map.of(), body, DocumentedResponse.AT));
        assertThat(verdict.problem()).isEqualTo(Problem.CLIENT_REJECTED);
    }

    private static Instant in(int minutes) {
        return DocumentedResponse.AT.plus(Duration.ofMinutes(minutes));
    }

    private static DocumentedResponse moved(String line, String body) {
        return row(line, 400, body, Kind.CLIENT_INVALID, Problem.ENDPOINT_MOVED, FIX_CONFIGURATION);
    }

    private static DocumentedResponse account(String line, String body) {
        return row(line, 400, body, Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE, CONTACT_SUPPORT);
    }

    private static DocumentedResponse permission(String line, String body) {
        return row(line, 400, body, Kind.ACCOUNT_UNUSABLE, Problem.SCOPE_MISSING, RECONNECT);
    }

    private static DocumentedResponse limited(String line, String body) {
        return row(line, 400, body, Kind.TRANSIENT, Problem.RATE_LIMITED, WAIT);
    }
}
