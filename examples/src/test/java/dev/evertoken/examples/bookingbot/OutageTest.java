package dev.evertoken.examples.bookingbot;

import static dev.evertoken.examples.bookingbot.Site.ANNA;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each store of the bot fails before and after the bot starts, alone and in pairs. The tests run at the same time, each
 * with services of its own, because they mostly wait for the services that hang.
 */
class OutageTest extends OnSite {

    /** The outages: each alone, and each pair in which one copy is left. */
    static Stream<List<Outage>> outages() {
        Stream<List<Outage>> alone = Stream.of(Outage.values()).map(List::of);
        Stream<List<Outage>> pairs = Stream.of(
                List.of(Outage.SECRETS_DOWN, Outage.REDIS_DOWN),
                List.of(Outage.SECRETS_DOWN, Outage.REDIS_HANGS),
                List.of(Outage.SECRETS_HANG, Outage.REDIS_DOWN),
                List.of(Outage.SECRETS_HANG, Outage.REDIS_HANGS),
                List.of(Outage.REDIS_DOWN, Outage.DISK_GONE),
                List.of(Outage.REDIS_HANGS, Outage.DISK_GONE));
        return Stream.concat(alone, pairs);
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("outages")
    void theBotBooksDuringAndAfterAnOutageOfItsStores(List<Outage> outages) {
        BookingBot bot = site.container();
        site.consent(bot);
        site.untilCopied();

        outages.forEach(outage -> outage.begin(site));
        site.booksAnHourLater(bot);
        site.booksAnHourLater(bot);
        boolean authorityDown = outages.stream().anyMatch(Outage::affectsTheAuthority);
        assertThat(bot.status(ANNA).staleSince().isPresent()).isEqualTo(authorityDown);

        outages.forEach(outage -> outage.end(site));
        Awaited.until(() -> bot.status(ANNA).staleSince().isEmpty());
        site.booksAnHourLater(bot);
        assertThat(site.google.ledger().tokenRequests(ANNA)).isEqualTo(4);
    }

    /** Without a disk the bot does not start: it could not record removed grants. */
    static Stream<List<Outage>> outagesWithoutTheDisk() {
        return outages().filter(outages -> !outages.contains(Outage.DISK_GONE));
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("outagesWithoutTheDisk")
    void theBotStartsDuringAnOutageOfItsStores(List<Outage> outages) {
        try (BookingBot before = site.container()) {
            site.consent(before);
            site.untilCopied();
        }
        outages.forEach(outage -> outage.begin(site));
        try (BookingBot bot = site.restart()) {
            site.booksAnHourLater(bot);
        }
        outages.forEach(outage -> outage.end(site));
        try (BookingBot bot = site.container()) {
            site.booksAnHourLater(bot);
        }
    }

    @ParameterizedTest
    @Execution(ExecutionMode.CONCURRENT)
    @EnumSource(names = {"SECRETS_DOWN", "SECRETS_HANG"})
    void theBotReportsAnOutageIfTheDiskWithTheRemovedGrantsIsMissing(Outage secrets) {
        BookingBot bot = site.container();
        site.consent(bot);
        site.untilCopied();
        secrets.begin(site);
        Outage.DISK_GONE.begin(site);
        site.clock.advance(Site.HOUR.plusSeconds(1));
        assertThat(bot.book(ANNA, "Review")).startsWith("I cannot reach your calendar at the moment.");

        secrets.end(site);
        Awaited.until(() -> bot.book(ANNA, "Review").startsWith("Booked"));
    }

    @Test
    void aNewContainerWithoutAnyStoreReportsAnOutageAndDoesNotRequestConsent() {
        try (BookingBot before = site.container()) {
            site.consent(before);
            site.untilCopied();
        }
        Outage.SECRETS_DOWN.begin(site);
        Outage.REDIS_DOWN.begin(site);
        BookingBot bot = site.container();
        assertThat(bot.book(ANNA, "Review")).startsWith("I cannot reach your calendar at the moment.");

        Outage.SECRETS_DOWN.end(site);
        Outage.REDIS_DOWN.end(site);
        site.booksAnHourLater(bot);
    }

    @Test
    void aUserWhoDisconnectsDuringAnOutageStaysDisconnected() {
        BookingBot bot = site.container();
        site.consent(bot);
        site.untilCopied();
        Outage.REDIS_DOWN.begin(site);
        assertThat(bot.disconnect(ANNA)).isTrue();
        Outage.REDIS_DOWN.end(site);
        Outage.SECRETS_DOWN.begin(site);

        assertThat(bot.book(ANNA, "Review")).doesNotStartWith("Booked");
        Outage.SECRETS_DOWN.end(site);
        assertThat(site.restart().book(ANNA, "Review")).startsWith("Please connect your calendar again");
        Awaited.until(() -> site.doctor().account(ANNA).isEmpty());
    }
}
