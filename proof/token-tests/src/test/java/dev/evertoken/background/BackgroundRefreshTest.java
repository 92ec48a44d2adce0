package dev.evertoken.background;

import static dev.evertoken.background.BackgroundFixture.HOUR;
import static dev.evertoken.background.BackgroundFixture.acme;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A background refresh keeps the tokens of accounts fresh without a request, continuously or once. */
class BackgroundRefreshTest {

    private final BackgroundFixture fixture = new BackgroundFixture();
    private final Tokens tokens = fixture.tokens();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void oneRunRefreshesTheAccountsThatAreDueAndNoOthers() {
        fixture.connect(tokens, 3);
        fixture.clock.advance(HOUR);
        tokens.connect(acme(7), fixture.acme.consent());
        BackgroundRefresh background =
                BackgroundRefresh.builder(tokens).refreshIdle().build();

        SweepReport report = fixture.runOnce(background);

        assertThat(report.refreshed()).isEqualTo(3);
        assertThat(report.moreDue()).isFalse();
        assertThat(report.oldestOverdue()).isEmpty();
        assertThat(fixture.acme.calls()).containsExactlyInAnyOrder(acme(0), acme(1), acme(2));
        assertThat(fixture.runOnce(background).refreshed()).isZero();
    }

    @Test
    void aStartedRefreshKeepsTokensFreshWithoutARequest() {
        fixture.connect(tokens, 3);
        BackgroundRefresh background =
                BackgroundRefresh.builder(tokens).refreshIdle().build();
        background.start();

        fixture.clock.advance(Duration.ofMinutes(59));

        BackgroundFixture.until(() -> fixture.acme.count() == 3);
        BackgroundFixture.until(() -> fixture.record(acme(0)).generation() == 2);
    }
}
