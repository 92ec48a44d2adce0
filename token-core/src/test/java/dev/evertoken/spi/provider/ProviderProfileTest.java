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
    void onlyARotatingTokenIsNotReplayedByDefault() {
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
    void contradictoryDurationsAreRejected() {
        assertRejected(
                builder -> builder.defaultLifetime(Duration.ofHours(2)).longestLifetime(Duration.ofHours(1)),
                "defaultLifetime PT2H is longer than longestLifetime PT1H");
        assertRejected(
                builder -> builder.longestLifetime(Duration.ofDays(60)).earliestRefreshAge(Duration.ofDays(60)),
                "earliestRefreshAge PT1440H leaves no time before longestLifetime PT1440H");
    }

    @Test
    void durationsOutOfRangeAreRejected() {
        Duration negative = Duration.ofSeconds(-1);
        assertRejected(builder -> builder.defaultLifetime(Duration.ZERO), "defaultLifetime PT0S must be positive");
        assertRejected(builder -> builder.reuseGrace(negative), "reuseGrace PT-1S is negative");
        assertRejected(builder -> builder.earliestRefreshAge(negative), "earliestRefreshAge PT-1S is negative");
        assertRejected(builder -> builder.largestMargin(Duration.ZERO), "largestMargin PT0S must be positive");
    }

    @Test
    void anEmptyScopeSeparatorIsRejected() {
        assertRejected(builder -> builder.scopeSeparator(""), "scopeSeparator is empty");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "https://api.example",
                "api.example/v1",
                "api example",
                "user@api.example",
                "api.example:443",
                "*.example"
            })
    void aTextThatIsNotABareHostNameIsRejected(String host) {
        assertRejected(builder -> builder.apiHosts(host), "apiHosts: \"" + host + "\" is not a host name");
    }

    @Test
    void aHostOfAnAccountIsInOneOfTheDomains() {
        ProviderProfile profile = ProviderProfile.builder(RefreshModel.STATIC)
                .accountHosts("salesforce.com", "localhost")
                .build();

        assertThat(profile.isAccountHost("eu5.my.salesforce.com")).isTrue();
        assertThat(profile.isAccountHost("salesforce.com")).isTrue();
        assertThat(profile.isAccountHost("evilsalesforce.com")).isFalse();
        assertThat(profile.isAccountHost("salesforce.com.evil.example")).isFalse();
        assertThat(profile).isEqualTo(profile.toBuilder().build());
        assertRejected(
                builder -> builder.accountHosts("*.a.example"), "accountHosts: \"*.a.example\" is not a host name");
    }

    private static void assertRejected(UnaryOperator<ProviderProfile.Builder> setting, String message) {
        assertThatThrownBy(() -> setting.apply(ProviderProfile.builder(RefreshModel.ROTATING))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
