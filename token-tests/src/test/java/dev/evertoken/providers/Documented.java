package dev.evertoken.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.spi.DialectContext;
import dev.evertoken.spi.ProviderAnswer;
import dev.evertoken.spi.TokenDialect;
import dev.evertoken.spi.TokenVerdict;
import dev.evertoken.spi.TokenVerdict.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One answer that is known from a provider's documentation or from records of its traffic.
 *
 * @param line where it stands, as section and case
 * @param remedy what it asks for
 */
record Documented(
        String line,
        int status,
        Map<String, List<String>> headers,
        String body,
        Kind kind,
        Problem problem,
        Remedy remedy) {

    static final Instant AT = Instant.parse("2026-11-20T10:07:00Z");

    static Documented row(String line, int status, String body, Kind kind, Problem problem, Remedy remedy) {
        return new Documented(line, status, Map.of(), body, kind, problem, remedy);
    }

    // ---- the answers that most tables have

    static Documented dead(String line, String body) {
        return row(line, 400, body, Kind.GRANT_DEAD, Problem.GRANT_DEAD, Remedy.RECONNECT);
    }

    static Documented client(String line, String body) {
        return client(line, 400, body);
    }

    static Documented client(String line, int status, String body) {
        return row(line, status, body, Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED, Remedy.FIX_CONFIGURATION);
    }

    static Documented request(String line, String body) {
        return row(line, 400, body, Kind.UNKNOWN, Problem.REQUEST_REJECTED, Remedy.FIX_CONFIGURATION);
    }

    static Documented limited(String line, int status, String body) {
        return row(line, status, body, Kind.RATE_LIMITED, Problem.RATE_LIMITED, Remedy.WAIT);
    }

    static Documented passing(String line, int status, String body) {
        return row(line, status, body, Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE, Remedy.RETRY);
    }

    static Documented strange(String line, String body) {
        return row(line, 400, body, Kind.UNKNOWN, Problem.UNRECOGNISED_ANSWER, Remedy.RETRY);
    }

    // ---- what is done with one

    Documented with(String header, String value) {
        return new Documented(line, status, Map.of(header, List.of(value)), body, kind, problem, remedy);
    }

    TokenVerdict check(TokenDialect dialect) {
        return check(dialect, EndpointKind.REFRESH);
    }

    /** Has it judged as the answer to another request than a refresh. */
    TokenVerdict check(TokenDialect dialect, EndpointKind asked) {
        DialectContext context =
                new DialectContext(asked, Ask.REFRESH.age(), Ask.REFRESH.scopes(), Ask.REFRESH.subject());
        TokenVerdict verdict = dialect.judge(context, new ProviderAnswer(status, headers, body, AT));
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
