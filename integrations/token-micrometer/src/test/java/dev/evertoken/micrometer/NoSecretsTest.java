package dev.evertoken.micrometer;

import static dev.evertoken.micrometer.MeasuredFixture.ANNA;
import static dev.evertoken.micrometer.MeasuredFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.SecretCanary;
import io.micrometer.observation.Observation;
import org.junit.jupiter.api.Test;

/** Neither an account nor a secret is in a meter or in an observation. */
class NoSecretsTest {

    @Test
    void noMeterHasAnAccountOrASecret() {
        ScrapedEngine scraped = ScrapedEngine.scrape();

        assertThat(scraped.text()).contains("evertoken_refresh_seconds_count").doesNotContain(ANNA.account());
        SecretCanary.ofTestTokens().assertNoneIn("the scrape", scraped.text());
    }

    @Test
    void noObservationHasAnAccountOrASecret() {
        RecordedObservations observations = new RecordedObservations();
        try (MeasuredFixture fixture = new MeasuredFixture()) {
            Tokens tokens = fixture.open(fixture.builder().observer(TokenObservations.to(observations.registry)));
            fixture.connectExpired(tokens);
            fixture.google.onToken(MockResponse.json(400, "{\"error\":\"invalid_grant\"}"));
            failure(tokens);
        }

        assertThat(observations.stopped).isNotEmpty().allSatisfy(context -> {
            String shown = shown(context);
            assertThat(shown).contains("google").doesNotContain(ANNA.account());
            SecretCanary.ofTestTokens().assertNoneIn("an observation", shown);
        });
    }

    /** Returns what a handler can write of a context. */
    private static String shown(Observation.Context context) {
        return context + " " + context.getContextualName() + " " + context.getAllKeyValues() + " " + context.getError();
    }
}
