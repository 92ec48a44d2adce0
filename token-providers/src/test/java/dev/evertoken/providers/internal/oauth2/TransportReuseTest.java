package dev.evertoken.providers.internal.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.TransportSettings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** An HTTP client is created once for each settings, not for each call. */
class TransportReuseTest {

    @Test
    void callsWithTheSameSettingsShareAClient() throws Exception {
        assertThat(Transport.of(TransportSettings.ofTheJvm())).isSameAs(Transport.of(TransportSettings.ofTheJvm()));
    }

    @Test
    void callsWithOtherSettingsDoNot() throws Exception {
        TransportSettings other = TransportSettings.builder()
                .connectTimeout(Duration.ofSeconds(3))
                .build();

        assertThat(Transport.of(other))
                .isSameAs(Transport.of(other))
                .isNotSameAs(Transport.of(TransportSettings.ofTheJvm()));
    }
}
