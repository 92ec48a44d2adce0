package dev.evertoken.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.DialectContext.TokenOf;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.ResourceDialect;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.spi.provider.ResourceVerdict.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One refusal of an API, known from its documentation or from recorded traffic.
 *
 * @param line the section and case of the fact sheet
 * @param problem null if the token is not the cause
 */
public record ApiRefusal(
        String line,
        int status,
        String challenge,
        String body,
        Action action,
        @Nullable Problem problem) {

    public static final Instant AT = Instant.parse("2026-11-20T10:07:00Z");

    private static final DialectContext API =
            new DialectContext(EndpointKind.API, Duration.ofMinutes(5), Set.of(), TokenOf.USER);

    public void check(ResourceDialect dialect) {
        ResourceVerdict verdict = judge(dialect, status, challenge, body);
        assertThat(verdict.action()).isEqualTo(action);
        assertThat(verdict.problem()).isEqualTo(Optional.ofNullable(problem));
    }

    public static ResourceVerdict judge(ResourceDialect dialect, int status, String challenge, String body) {
        return judge(dialect, status, challenge, body, AT);
    }

    public static ResourceVerdict judge(
            ResourceDialect dialect, int status, String challenge, String body, Instant at) {
        Map<String, List<String>> headers =
                challenge.isEmpty() ? Map.of() : Map.of("WWW-Authenticate", List.of(challenge));
        return judge(dialect, API.age(), status, headers, body, at);
    }

    public static ResourceVerdict judge(
            ResourceDialect dialect, Duration age, int status, Map<String, List<String>> headers, String body) {
        return judge(dialect, age, status, headers, body, AT);
    }

    private static ResourceVerdict judge(
            ResourceDialect dialect,
            Duration age,
            int status,
            Map<String, List<String>> headers,
            String body,
            Instant at) {
        DialectContext context = new DialectContext(API.endpoint(), age, API.scopes(), API.subject());
        return dialect.judge(context, new ProviderResponse(status, headers, body, at));
    }

    @Override
    public String toString() {
        return line;
    }
}
