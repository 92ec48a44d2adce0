package dev.evertoken.examples.bookingbot;

import static dev.evertoken.examples.bookingbot.Site.ANNA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Counts the Secret Manager calls of the bot in a month; the guide states these figures. */
class MonthTest extends OnSite {

    private static final int DAYS = 30;
    private static final int BOOKINGS_A_DAY = 48;

    /** The figures of the guide; the measured counts vary with the number of concurrent reads. */
    private static final SecretManagerBill STATED = new SecretManagerBill(1_550, 1_570, 0, 1);

    @Test
    void aMonthCostsOneVersionAndAFewThousandReads() throws IOException {
        try (BookingBot bot = site.container()) {
            site.consent(bot);
            site.untilCopied();
        }
        site.secrets.forgetCounts();
        site.meters = new SimpleMeterRegistry();
        for (int day = 0; day < DAYS; day++) {
            try (BookingBot bot = site.container()) {
                for (int booking = 0; booking < BOOKINGS_A_DAY; booking++) {
                    site.clock.advance(Duration.ofDays(1).dividedBy(BOOKINGS_A_DAY));
                    assertThat(bot.book(ANNA, "Review")).isEqualTo("Booked: Review");
                }
            }
        }
        Map<String, Integer> calls = site.secrets.counts();
        int versions = site.secrets.liveVersions(site.secrets.secrets().get(0)).size();
        SecretManagerBill bill = SecretManagerBill.of(calls, versions);

        assertThat(bill.writes()).as("writes in %s", calls).isZero();
        assertThat(bill.versions()).isEqualTo(STATED.versions());
        assertThat(bill.accesses()).as("accesses in %s", calls).isBetween(1_450, 1_650);
        assertThat(bill.reads()).as("reads in %s", calls).isBetween(1_450, 1_700);
        assertThat(site.google.ledger().tokenRequests(ANNA)).isBetween(715, 725);
        theMetersTellTheSame(bill, SecretManagerBill.measured(site.meters));
    }

    /** The library's meters are enough for the bill; only the checks of the copies are missing. */
    private static void theMetersTellTheSame(SecretManagerBill counted, SecretManagerBill measured) {
        assertThat(measured.writes()).isEqualTo(counted.writes());
        assertThat(measured.versions()).isEqualTo(counted.versions());
        assertThat(measured.accesses()).isBetween(counted.accesses() * 9 / 10, counted.accesses());
        assertThat(measured.of(1)).isEqualTo(counted.of(1)).isEqualTo("0.06");
        assertThat(measured.of(1000)).isCloseTo(counted.of(1000), withinPercentage(1));
    }

    @Test
    void theGuideHasTheseFigures() throws IOException {
        String guide = Files.readString(Path.of(System.getProperty("basedir", "."), "..", "docs", "stores.md"));

        assertThat(guide.replace('\n', ' '))
                .contains(BOOKINGS_A_DAY + " bookings a day")
                .contains(String.format(
                        Locale.ROOT, "about %,d accesses, %,d other reads", STATED.accesses(), STATED.reads()));
        for (int accounts : new int[] {1, 10, 100, 1000}) {
            assertThat(guide)
                    .contains("| " + accounts + " | " + STATED.of(accounts) + " USD | " + STATED.payable(accounts)
                            + " USD |");
        }
    }
}
