package dev.evertoken.spi.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.RefreshModel;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderProfileTest {

    @Test
    void everythingButTheRefreshModelHasADefault() {
        ProviderProfile profile = ProviderProfile.builder(RefreshModel.ROTATING).build();

        assertThat(profile.scopeSeparator()).isEqualTo(" ");
        assertThat(profile.defaultLifetime()).isEqualTo(Duration.ofHours(1));
        assertThat(profile.longestLifetime()).isEqualTo(Duration.ofDays(400));
        assertThat(profile.reuseGrace()).isZero();
        assertThat(profile.revokeScope()).isEqualTo(ProviderProfile.RevokeScope.GRANT);
        assertThat(profile.apiHosts()).isEmpty();
    }

    @Test
    void onlyARotatedTokenIsNotReplayedUnlessTold() {
        assertThat(ProviderProfile.builder(RefreshModel.ROTATING).build().replayHarmless())
                .isFalse();
        assertThat(ProviderProfile.builder(RefreshModel.STATIC).build().replayHarmless())
                .isTrue();
        assertThat(ProviderProfile.builder(RefreshModel.ROTATING)
                        .replayHarmless(true)
                        .build()
                        .replayHarmless())
                .isTrue();
    }

    @Test
    void timesThatContradictEachOtherAreRefused() {
        refused(
                builder -> builder.defaultLifetime(Duration.ofHours(2)).longestLifetime(Duration.ofHours(1)),
                "defaultLifetime PT2H is longer than longestLifetime PT1H");
        refused(
                builder -> builder.longestLifetime(Duration.ofDays(60)).earliestRefreshAge(Duration.ofDays(60)),
                "earliestRefreshAge PT1440H leaves no time before longestLifetime PT1440H");
    }

    @Test
    void timesThatCannotBeAreRefused() {
        Duration negative = Duration.ofSeconds(-1);
        refused(builder -> builder.defaultLifetime(Duration.ZERO), "defaultLifetime PT0S must be positive");
        refused(builder -> builder.reuseGrace(negative), "reuseGrace PT-1S is negative");
        refused(builder -> builder.earliestRefreshAge(negative), "earliestRefreshAge PT-1S is negative");
        refused(builder -> builder.largestMargin(Duration.ZERO), "largestMargin PT0S must be positive");
    }

    @Test
    void scopesNeedASeparator() {
        refused(builder -> builder.scopeSeparator(""), "scopeSeparator is empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "https://api.example", "api.example/v1", "api example", "user@api.example"})
    void aHostIsABareName(String host) {
        refused(builder -> builder.apiHosts(host), "apiHosts: \"" + host + "\" is not a host name");
    }

    private static void refused(UnaryOperator<ProviderProfile.Builder> setting, String message) {
        assertThatThrownBy(() -> setting.apply(ProviderProfile.builder(RefreshModel.ROTATING))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
