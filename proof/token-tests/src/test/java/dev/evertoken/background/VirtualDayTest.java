package dev.evertoken.background;

import static dev.evertoken.background.BackgroundFixture.MINUTE;
import static dev.evertoken.background.BackgroundFixture.acme;
import static dev.evertoken.background.BackgroundFixture.meta;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Hours of a whole service in virtual time: many idle accounts, some that are used, and a provider that is unavailable
 * for an hour. A million accounts in the long form.
 */
class VirtualDayTest {

    private static final int ACCOUNTS = Boolean.getBoolean("evertoken.long") ? 1_000_000 : 2_000;
    private static final int USED = ACCOUNTS / 100;
    private static final int EXTENDING = ACCOUNTS / 100;

    private final BackgroundFixture fixture = new BackgroundFixture();

    @Test
    @Fault({"J1", "J13"})
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void aServiceKeepsItsUsedAccountsFreshThroughAnOutageAndLeavesTheOthersAlone() {
        try {
            Tokens tokens = fixture.tokens(builder -> builder.cacheSize(2 * USED));
            Instant start = fixture.clock.now();
            IntStream.range(0, ACCOUNTS - EXTENDING)
                    .forEach(n -> tokens.connect(acme(n), fixture.acme.consentAt(start.minusSeconds(n % 3_000))));
            Instant metaStart = start.minus(Duration.ofDays(40));
            IntStream.range(0, EXTENDING)
                    .forEach(n -> tokens.connect(meta(n), fixture.meta.consentAt(metaStart.minusSeconds(n))));
            AtomicBoolean down = new AtomicBoolean();
            fixture.acme.behaves(key -> down.get() ? CountedProvider.unavailable() : Optional.empty());
            int perMinute = Math.max(600, 2 * USED / 10);
            BackgroundRefresh background = BackgroundRefresh.builder(tokens)
                    .ratePerMinute(perMinute)
                    .auditReads(1)
                    .build();

            int steps = (int)
                    (Duration.ofHours(5).toMillis() / Duration.ofMinutes(2).toMillis());
            for (int step = 0; step < steps; step++) {
                fixture.clock.advance(MINUTE.plus(MINUTE));
                boolean outage = step >= steps / 2 && step < steps / 2 + 30;
                down.set(outage);
                if (step % 10 == 0) {
                    use(tokens, outage);
                }
                fixture.runBriefly(background);
            }

            assertThat(fixture.acme.calls())
                    .as("only used accounts")
                    .isNotEmpty()
                    .allMatch(key -> number(key) < USED);
            assertThat(fixture.acme.presentedTwice()).isEmpty();
            assertThat(IntStream.range(0, USED).mapToObj(BackgroundFixture::acme))
                    .as("fresh after the outage")
                    .allMatch(key -> fixture.record(key)
                            .lifetime()
                            .schedule()
                            .expiresAt()
                            .isAfter(fixture.clock.now()));
            assertThat(fixture.meta.calls()).as("exchanged early, once").doesNotHaveDuplicates();
            assertThat(background.clients()).allMatch(client -> client.waiting() <= ClientSweep.MOST_WAITING);
        } finally {
            fixture.close();
        }
    }

    private static void use(Tokens tokens, boolean outage) {
        IntStream.range(0, USED).forEach(n -> {
            try {
                assertThat(tokens.accessToken(acme(n)).generation()).isPositive();
            } catch (TokenException e) {
                assertThat(outage)
                        .as("a used account without a token: " + e.getMessage())
                        .isTrue();
            }
        });
    }

    private static int number(TokenKey key) {
        return Integer.parseInt(key.account().substring("account-".length()));
    }
}
