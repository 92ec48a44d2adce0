package dev.evertoken.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.TokenDialect;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One response known from a provider's documentation or from recorded traffic.
 *
 * @param line the section and case of the fact sheet
 * @param remedy the remedy of the expected problem
 */
public record DocumentedResponse(
        String line,
        int status,
        Map<String, List<String>> headers,
        String body,
        Kind kind,
        Problem problem,
        Remedy remedy) {

    public static final Instant AT = Instant.parse("2026-11-20T10:07:00Z");

    public static DocumentedResponse row(
            String line, int status, String body, Kind kind, Problem problem, Remedy remedy) {
        return new DocumentedResponse(line, status, Map.of(), body, kind, problem, remedy);
    }

    // ---- the responses that most tables have

    public static DocumentedResponse grantDead(String line, String body) {
        return row(line, 400, body, Kind.GRANT_DEAD, Problem.GRANT_DEAD, Remedy.RECONNECT);
    }

    public static DocumentedResponse client(String line, String body) {
        return client(line, 400, body);
    }

    public static DocumentedResponse client(String line, int status, String body) {
        return row(line, status, body, Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED, Remedy.FIX_CONFIGURATION);
    }

    public static DocumentedResponse request(String line, String body) {
        return row(line, 400, body, Kind.UNKNOWN, Problem.REQUEST_REJECTED, Remedy.FIX_CONFIGURATION);
    }

    public static DocumentedResponse limited(String line, int status, String body) {
        return row(line, status, body, Kind.RATE_LIMITED, Problem.RATE_LIMITED, Remedy.WAIT);
    }

    public static DocumentedResponse unavailable(String line, int status, String body) {
        return row(line, status, body, Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE, Remedy.RETRY);
    }

    public static DocumentedResponse unrecognized(String line, String body) {
        return row(line, 400, body, Kind.UNKNOWN, Problem.UNRECOGNIZED_RESPONSE, Remedy.RETRY);
    }

    // ---- checks

    public DocumentedResponse with(String header, String value) {
        return new DocumentedResponse(line, status, Map.of(header, List.of(value)), body, kind, problem, remedy);
    }

    public TokenVerdict check(TokenDialect dialect) {
        return check(dialect, EndpointKind.REFRESH);
    }

    /** Checks the verdict on this response as a response of the given endpoint. */
    public TokenVerdict check(TokenDialect dialect, EndpointKind endpoint) {
        DialectContext context = new DialectContext(
                endpoint, RefreshCaller.REFRESH.age(), RefreshCaller.REFRESH.scopes(), RefreshCaller.REFRESH.subject());
        TokenVerdict verdict = dialect.judge(context, new ProviderResponse(status, headers, body, AT));
        assertThat(verdict.kind()).as(verdict.detail()).isEqualTo(kind);
        assertThat(verdict.problem()).as(verdict.detail()).isEqualTo(problem);
        assertThat(verdict.problem().remedy()).as(line).isEqualTo(remedy);
        assertThat(verdict.detail()).contains(" endpoint answered " + status).hasSizeLessThan(250);
        return verdict;
    }

    @Override
    public String toString() {
        return line;
    }
}
