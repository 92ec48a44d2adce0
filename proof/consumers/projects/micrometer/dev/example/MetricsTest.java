package dev.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.micrometer.TokenMetrics;
import dev.evertoken.micrometer.TokenObservations;
import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.WithMockProviders;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;

/** An application with the Micrometer of this project measures its refreshes. */
@WithMockProviders
class MetricsTest {

    private static final TokenKey ANNA = TokenKey.of("google", "anna");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void aRefreshIsMeasured(MockProviders providers) {
        MockProvider google = providers.google();
        try (Tokens tokens = builder(google).observer(TokenMetrics.to(meters)).build()) {
            refresh(tokens, google);
        }

        assertThat(meters.get("evertoken.refresh").timer().count()).isEqualTo(1);
        assertThat(meters.get("evertoken.wait").timer().count()).isEqualTo(1);
    }

    @Test
    void aRefreshIsObserved(MockProviders providers) {
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        MockProvider google = providers.google();
        try (Tokens tokens =
                builder(google).observer(TokenObservations.to(observations)).build()) {
            refresh(tokens, google);
        }

        assertThat(meters.getMeters()).anyMatch(meter -> meter.getId().getName().startsWith("evertoken."));
    }

    private static void refresh(Tokens tokens, MockProvider provider) {
        tokens.connect(ANNA, provider.consent("anna"));
        assertThat(tokens.replace(ANNA, tokens.accessToken(ANNA)).generation()).isEqualTo(2);
    }

    private static TokensBuilder builder(MockProvider provider) {
        return Tokens.builder()
                .namespace("consumer")
                .store("memory:")
                .client("google", provider.registration())
                .endpoints("google", provider.endpoints());
    }
}
