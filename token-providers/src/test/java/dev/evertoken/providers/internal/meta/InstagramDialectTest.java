package dev.evertoken.providers.internal.meta;

import static dev.evertoken.model.Remedy.CONTACT_SUPPORT;
import static dev.evertoken.model.Remedy.FIX_CONFIGURATION;
import static dev.evertoken.model.Remedy.RECONNECT;
import static dev.evertoken.model.Remedy.RETRY;
import static dev.evertoken.model.Remedy.WAIT;
import static dev.evertoken.providers.DocumentedResponse.row;
import static dev.evertoken.providers.GraphBodies.error;
import static dev.evertoken.providers.GraphBodies.flat;
import static dev.evertoken.providers.GraphBodies.transientError;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.providers.DocumentedResponse;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every known refusal of Instagram's token endpoints, by the sections of its fact sheet. */
class InstagramDialectTest {

    private static final String OTHER_KIND = error("IGApiException", 100, 0, "Unsupported request - method type: get");

    private record Row(String line, EndpointKind endpoint, Duration age, DocumentedResponse is) {
        @Override
        public String toString() {
            return line;
        }
    }

    static Stream<Row> refusals() {
        return Stream.of(
                exchange(
                        "3.4 code",
                        flat("Matching code was not found or was already used"),
                        Kind.GRANT_DEAD,
                        Problem.GRANT_DEAD,
                        RECONNECT),
                exchange(
                        "3.4 app",
                        flat("Invalid platform app"),
                        Kind.CLIENT_INVALID,
                        Problem.CLIENT_REJECTED,
                        FIX_CONFIGURATION),
                exchange(
                        "3.4 secret",
                        flat("Invalid Client Secret"),
                        Kind.CLIENT_INVALID,
                        Problem.CLIENT_REJECTED,
                        FIX_CONFIGURATION),
                exchange(
                        "3.4 redirect",
                        flat("Error validating verification code. Please make sure your redirect_uri is identical"),
                        Kind.UNKNOWN,
                        Problem.REQUEST_REJECTED,
                        FIX_CONFIGURATION),
                exchange(
                        "3.4 role",
                        flat("Insufficient developer role"),
                        Kind.ACCOUNT_UNUSABLE,
                        Problem.REQUEST_REJECTED,
                        FIX_CONFIGURATION),
                exchange(
                        "3.4 flat, unknown", flat("Something new"), Kind.UNKNOWN, Problem.UNRECOGNIZED_RESPONSE, RETRY),
                exchange(
                        "3.4 100 secret",
                        error(100, 0, "Error validating client secret"),
                        Kind.CLIENT_INVALID,
                        Problem.CLIENT_REJECTED,
                        FIX_CONFIGURATION),
                exchange(
                        "3.4 100 IGApiException right after connecting",
                        OTHER_KIND,
                        Kind.UNKNOWN,
                        Problem.REQUEST_REJECTED,
                        FIX_CONFIGURATION),
                refresh("3.4 100 IGApiException", OTHER_KIND, Kind.GRANT_DEAD, Problem.GRANT_DEAD, RECONNECT),
                young("3.3 too young", OTHER_KIND, Kind.NOT_YET, Problem.NOT_YET, WAIT),
                young("3.3 too young, another 100", error(100, 0, "x"), Kind.NOT_YET, Problem.NOT_YET, WAIT),
                young("3.3 young and invalid", error(190, 460, "x"), Kind.GRANT_DEAD, Problem.GRANT_DEAD, RECONNECT),
                refresh(
                        "3.4 2500",
                        error(2500, 0, "Unknown path components: /x"),
                        Kind.UNKNOWN,
                        Problem.REQUEST_REJECTED,
                        FIX_CONFIGURATION),
                refresh(
                        "3.4 190 expired",
                        error(190, 463, "Error validating access token: Session has expired on"),
                        Kind.GRANT_DEAD,
                        Problem.GRANT_DEAD,
                        RECONNECT),
                refresh("3.4 190/460", error(190, 460, "x"), Kind.GRANT_DEAD, Problem.GRANT_DEAD, RECONNECT),
                refresh(
                        "3.4 190 token of Facebook",
                        error(190, 0, "Invalid OAuth access token - Cannot parse access token"),
                        Kind.GRANT_DEAD,
                        Problem.GRANT_DEAD,
                        RECONNECT),
                refresh(
                        "3.4 10",
                        error(10, 0, "(#10) Application does not have permission for this action"),
                        Kind.ACCOUNT_UNUSABLE,
                        Problem.SCOPE_MISSING,
                        RECONNECT),
                refresh(
                        "3.4 10, no professional account",
                        error(10, 0, "(#10) The user is not an Instagram Business"),
                        Kind.ACCOUNT_UNUSABLE,
                        Problem.ACCOUNT_UNUSABLE,
                        CONTACT_SUPPORT),
                refresh("3.4 4", error(4, 0, "x"), Kind.RATE_LIMITED, Problem.RATE_LIMITED, WAIT),
                refresh("3.4 9/2207042", error(9, 2207042, "x"), Kind.TRANSIENT, Problem.RATE_LIMITED, WAIT),
                refresh(
                        "3.4 25/2207050",
                        error(25, 2207050, "x"),
                        Kind.ACCOUNT_UNUSABLE,
                        Problem.ACCOUNT_UNUSABLE,
                        CONTACT_SUPPORT),
                refresh("3.4 -1/2207001", error(-1, 2207001, "x"), Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE, RETRY),
                refresh("3.4 -2/2207003", error(-2, 2207003, "x"), Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE, RETRY),
                refresh("3.4 80002", error(80002, 0, "x"), Kind.TRANSIENT, Problem.RATE_LIMITED, WAIT),
                refresh(
                        "3.4 legacy meta",
                        "{\"meta\":{\"error_type\":\"OAuthAccessTokenException\",\"code\":400,"
                                + "\"error_message\":\"The access_token provided is invalid.\"}}",
                        Kind.GRANT_DEAD,
                        Problem.GRANT_DEAD,
                        RECONNECT),
                refresh(
                        "2.5 is_transient over all",
                        transientError(190, "Unsupported request"),
                        Kind.TRANSIENT,
                        Problem.PROVIDER_UNAVAILABLE,
                        RETRY),
                refresh("unknown code", error(777, 0, "x"), Kind.UNKNOWN, Problem.UNRECOGNIZED_RESPONSE, RETRY));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    @Fault("D16")
    void everyDocumentedResponseHasItsVerdict(Row row) {
        TokenVerdict verdict = judge(row);

        assertThat(verdict.kind()).isEqualTo(row.is().kind());
        assertThat(verdict.problem()).isEqualTo(row.is().problem());
        assertThat(verdict.problem().remedy()).isEqualTo(row.is().remedy());
        assertThat(verdict.detail()).startsWith("token endpoint answered 400").hasSizeLessThan(250);
    }

    @Test
    void aTooYoungTokenIsRetriedWhenItIsADayOld() {
        TokenVerdict verdict = judge(young("", OTHER_KIND, Kind.NOT_YET, Problem.NOT_YET, WAIT));
        assertThat(verdict.until()).hasValue(DocumentedResponse.AT.plus(Duration.ofHours(19)));
    }

    private static TokenVerdict judge(Row row) {
        DialectContext context = new DialectContext(row.endpoint(), row.age(), Set.of(), DialectContext.TokenOf.USER);
        return InstagramDialect.DIALECT.judge(
                context, new ProviderResponse(400, Map.of(), row.is().body(), DocumentedResponse.AT));
    }

    private static Row exchange(String line, String body, Kind kind, Problem problem, Remedy remedy) {
        return new Row(line, EndpointKind.EXCHANGE, Duration.ZERO, row(line, 400, body, kind, problem, remedy));
    }

    private static Row refresh(String line, String body, Kind kind, Problem problem, Remedy remedy) {
        return new Row(line, EndpointKind.REFRESH, Duration.ofDays(40), row(line, 400, body, kind, problem, remedy));
    }

    private static Row young(String line, String body, Kind kind, Problem problem, Remedy remedy) {
        return new Row(line, EndpointKind.REFRESH, Duration.ofHours(5), row(line, 400, body, kind, problem, remedy));
    }
}
