package dev.evertoken.examples.bookingbot;

import static dev.evertoken.examples.bookingbot.Site.ANNA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.ConnectionState;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The story of the bot that asked for consent after every restart: now it asks once. */
class BookingBotTest {

    @TempDir
    private Path disks;

    private Site site;

    @BeforeEach
    void open() {
        site = new Site(disks);
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    @Test
    void oneConsentIsEnoughForAnyNumberOfContainers() {
        try (BookingBot first = site.container()) {
            site.consent(first);
            site.booksAnHourLater(first);
        }
        for (int restart = 0; restart < 3; restart++) {
            try (BookingBot next = site.container()) {
                site.booksAnHourLater(next);
                site.booksAnHourLater(next);
                assertThat(next.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
            }
        }
        assertThat(site.google.ledger().tokenRequests(ANNA)).isEqualTo(8);
    }
}
