package dev.evertoken.micrometer;

import static dev.evertoken.micrometer.MeasuredFixture.ANNA;
import static dev.evertoken.micrometer.MeasuredFixture.failure;
import static dev.evertoken.micrometer.MeasuredFixture.until;

import dev.evertoken.Tokens;
import dev.evertoken.testing.MockResponse;
import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Prometheus scrapes from an engine that has refreshed, failed, and called its store in each way. Immutable.
 *
 * @param meters the meters of the engine
 * @param samples the names of the samples, each with the names of its labels
 * @param text the scraped text
 */
record ScrapedEngine(List<Meter> meters, Map<String, Set<String>> samples, String text) {

    private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)(?:\\{(.*)})? \\S+$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

    static ScrapedEngine scrape() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (MeasuredFixture fixture = new MeasuredFixture()) {
            Tokens tokens = fixture.open(fixture.builder()
                    .observer(TokenMetrics.to(registry).withAccounts(Duration.ofMinutes(1), Runnable::run)));
            fixture.connectExpired(tokens);
            tokens.accessToken(ANNA);
            fixture.clock.advance(Duration.ofHours(2));
            fixture.google.onToken(MockResponse.json(400, "{\"error\":\"invalid_grant\"}"));
            failure(tokens);
            until(() -> tokens.health().backlog().isPresent());
            String text = registry.scrape();
            return new ScrapedEngine(registry.getMeters(), samples(text), text);
        }
    }

    private static Map<String, Set<String>> samples(String text) {
        Map<String, Set<String>> samples = new TreeMap<>();
        Matcher sample = SAMPLE.matcher(text);
        while (sample.find()) {
            Set<String> labels = samples.computeIfAbsent(sample.group(1), name -> new TreeSet<>());
            if (sample.group(2) != null) {
                LABEL.matcher(sample.group(2)).results().forEach(label -> labels.add(label.group(1)));
            }
        }
        return samples;
    }
}
