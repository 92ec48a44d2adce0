package dev.evertoken.examples.bookingbot;

import static dev.evertoken.examples.bookingbot.Site.ANNA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.evertoken.doctor.AccountGroup;
import dev.evertoken.doctor.DoctorSummary;
import dev.evertoken.doctor.FindingCode;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.testing.SecretCanary;
import dev.evertoken.testing.TestTokens;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A bot that used to request consent after every restart requests it once. */
class BookingBotTest extends OnSite {

    /** For this time the bot answers from memory what its store has refused; the doctor is another process. */
    private static final Duration REFUSALS_ARE_KEPT = Duration.ofSeconds(2);

    private static final String CONNECT_AGAIN = "Please connect your calendar again: https://bot.example/connect/anna";
    private static final String NOT_YOUR_FAULT = "This is not your fault; my operators have to solve it: ";

    @Test
    void oneConsentIsEnoughForAnyNumberOfContainers() {
        try (BookingBot first = site.container()) {
            assertThat(first.book(ANNA, "Review")).isEqualTo(CONNECT_AGAIN);
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
        assertThat(site.secrets.liveVersions(site.secrets.secrets().get(0))).hasSize(1);
    }

    @Test
    void theDoctorReportsTheRecordsOfEachStoreWithoutSecrets() throws IOException {
        BookingBot bot = site.container();
        site.consent(bot);
        site.untilCopied();
        StringBuilder out = new StringBuilder();

        int exitCode = site.doctor().print(out);

        assertThat(out.toString().lines().filter(line -> line.startsWith("----") || line.startsWith("VALID")))
                .hasSize(6)
                .startsWith("---- secret-manager")
                .filteredOn(line -> line.startsWith("VALID"))
                .allMatch(line -> line.matches("VALID +google/anna \\(#[\\w-]{8}\\) +-"));
        assertThat(exitCode).isLessThan(DoctorSummary.COULD_NOT_LOOK);
        SecretCanary.ofTestTokens().assertNoneIn("the output", out);
    }

    @Test
    void aRecordOfAnotherClientIsRejectedReportedAndCleared() {
        site.useOtherClient(ClientRegistration.of("bookingbot-staging", TestTokens.clientSecret()));
        try (BookingBot staging = site.container()) {
            staging.save(ANNA, site.google.consent(ANNA));
        }
        site.useOwnClient();
        BookingBot bot = site.container();

        assertThat(bot.book(ANNA, "Review")).isEqualTo(NOT_YOUR_FAULT + "CLIENT_MISMATCH");
        assertThat(site.google.ledger().tokenRequests(ANNA)).isZero();
        assertThat(site.doctor().account(ANNA).get("secret-manager")).satisfies(report -> {
            assertThat(report.group()).isEqualTo(AccountGroup.POISONED);
            assertThat(report.has(FindingCode.OTHER_CLIENT)).isTrue();
            assertThat(report.status().detail()).contains("fingerprint");
        });

        connectsAgainAfterClearing(bot);
    }

    @Test
    void anEditedRecordIsReportedAndCleared() {
        BookingBot first = site.container();
        site.consent(first);
        String secret = site.secrets.secrets().get(0);
        site.secrets.annotate(secret, notes -> {
            Map<String, String> edited = new TreeMap<>(notes);
            edited.replaceAll((name, text) -> text.replace("generation\":1", "generation\":7"));
            return edited;
        });
        BookingBot bot = site.container();

        assertThat(bot.book(ANNA, "Review")).isEqualTo(NOT_YOUR_FAULT + "RECORD_UNREADABLE");
        assertThat(site.doctor().account(ANNA).get("secret-manager").has(FindingCode.RECORD_UNREADABLE))
                .isTrue();

        connectsAgainAfterClearing(bot);
    }

    @Test
    void aSecretOfTheOldBotWithTheSameNameIsNotChanged() {
        BookingBot first = site.container();
        site.consent(first);
        String name = site.secrets.secrets().get(0);
        assertThat(first.disconnect(ANNA)).isTrue();
        site.secrets.plant(name, "{\"client_id\":\"test_client\"}");
        BookingBot bot = site.container();

        assertThat(bot.book(ANNA, "Review")).startsWith(NOT_YOUR_FAULT);
        assertThat(site.secrets.versions(name)).hasSize(1);
        assertThat(site.secrets.liveVersions(name)).containsExactly(1L);
    }

    @Test
    void aPlaceholderNeverReachesTheStores() {
        BookingBot bot = site.container();

        assertThat(bot.save(
                        ANNA,
                        site.google.consent(ANNA).toBuilder()
                                .refreshToken("your-refresh-token")
                                .build()))
                .isEqualTo(NOT_YOUR_FAULT + "PLACEHOLDER_CREDENTIALS");
        assertThat(site.secrets.secrets()).isEmpty();
    }

    @Test
    void aBotWithMissingSettingsDoesNotStartAndNamesAllOfThem() {
        assertThatIllegalStateException()
                .isThrownBy(() -> BotSettings.from(
                        Map.of("GOOGLE_CLIENT_ID", "test_client", "GOOGLE_CLIENT_SECRET", TestTokens.clientSecret())))
                .withMessageContainingAll("GOOGLE_CLIENT_ID", "EVERTOKEN_KEYS", "BOOKINGBOT_REDIRECT");
    }

    private void connectsAgainAfterClearing(BookingBot bot) {
        assertThat(site.doctor().clear(ANNA)).isTrue();
        site.clock.advance(REFUSALS_ARE_KEPT);
        assertThat(bot.book(ANNA, "Review")).isEqualTo(CONNECT_AGAIN);
        site.consent(bot);
        site.booksAnHourLater(bot);
    }
}
