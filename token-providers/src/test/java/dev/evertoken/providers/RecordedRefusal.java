package dev.evertoken.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.DialectContext.TokenOf;
import dev.evertoken.spi.provider.ProviderResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * One row of {@code provider-responses.tsv}, whose first lines describe the columns.
 *
 * @param problem empty if the response says nothing about token or account
 * @param until the least time until the next attempt; empty if any is good
 */
record RecordedRefusal(
        String id,
        String provider,
        String where,
        ProviderResponse response,
        Optional<Problem> problem,
        String remedy,
        String reaction,
        Optional<Duration> until,
        String why) {

    private static final Instant AT = Instant.parse("2026-11-20T10:07:00Z");
    private static final Pattern LATER = Pattern.compile("\\$\\{(PT?\\w+)\\}");
    private static final int COLUMNS = 13;

    static List<RecordedRefusal> all() {
        try (InputStream in = RecordedRefusal.class.getResourceAsStream("provider-responses.tsv")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(RecordedRefusal::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RecordedRefusal of(String line) {
        String[] columns = line.split("\t", -1);
        assertThat(columns).as(line).hasSize(COLUMNS);
        Map<String, List<String>> headers = headers(columns[4]);
        if (!columns[5].equals("-")) {
            headers.put("Content-Type", List.of(columns[5]));
        }
        return new RecordedRefusal(
                columns[0],
                columns[1],
                columns[2],
                new ProviderResponse(Integer.parseInt(columns[3]), headers, columns[6].replace("\\n", "\n"), AT),
                columns[7].equals("none") ? Optional.empty() : Optional.of(Problem.valueOf(columns[7])),
                columns[8],
                columns[9],
                columns[10].equals("-") ? Optional.empty() : Optional.of(Duration.parse(columns[10])),
                columns[11]);
    }

    private static Map<String, List<String>> headers(String column) {
        Map<String, List<String>> headers = new TreeMap<>();
        for (String header : column.equals("-") ? List.<String>of() : List.of(column.split(";;", -1))) {
            int equals = header.indexOf('=');
            headers.put(
                    header.substring(0, equals),
                    new ArrayList<>(List.of(
                            LATER.matcher(header.substring(equals + 1)).replaceAll(RecordedRefusal::epochSecond))));
        }
        return headers;
    }

    private static String epochSecond(MatchResult later) {
        return Long.toString(AT.plus(Duration.parse(later.group(1))).getEpochSecond());
    }

    boolean isOfAnApi() {
        return where.equals("api") || where.equals("page");
    }

    DialectContext context() {
        EndpointKind endpoint = switch (where) {
            case "token" -> EndpointKind.REFRESH;
            case "exchange" -> EndpointKind.EXCHANGE;
            case "temporary" -> EndpointKind.TEMPORARY_CREDENTIALS;
            case "api", "page" -> EndpointKind.API;
            default -> throw new IllegalArgumentException(where);
        };
        TokenOf subject = where.equals("page") ? TokenOf.PAGE : TokenOf.USER;
        return new DialectContext(endpoint, Duration.ofDays(3), Set.of("read"), subject);
    }

    /** Checks the parts that the verdicts of all dialects have. */
    void check(Problem actual, Optional<Instant> actualUntil, String detail) {
        assertThat(Optional.of(actual)).as("%s: %s", why, detail).isEqualTo(problem);
        assertThat(actual.remedy()).as(why).hasToString(remedy);
        until.ifPresent(least -> assertThat(actualUntil)
                .as(why)
                .hasValueSatisfying(
                        end -> assertThat(Duration.between(AT, end)).isBetween(least, least.multipliedBy(2))));
        assertThat(detail).contains(" " + response.status()).hasSizeLessThan(250);
    }

    @Override
    public String toString() {
        return id + " " + provider + " " + where + " " + response.status();
    }
}
