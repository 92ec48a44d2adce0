package dev.evertoken.doctor;

import static dev.evertoken.doctor.DoctorFixture.die;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenStore;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Grants of a Google project in testing mode end seven days after consent, one after the other. */
@Fault("D20")
class GoogleTestingModeTest {

    private final DoctorFixture fixture = new DoctorFixture();
    private final TokenStore store = fixture.memory();
    private final Tokens tokens = fixture.tokens(store);

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void grantsThatDieAfterSevenDaysInARowAreExplained() {
        Instant consent = fixture.clock.now();
        dieAfter("anna", consent, Duration.ofDays(7).plusMinutes(20));
        dieAfter("ben", consent, Duration.ofDays(7).plusHours(1));
        dieAfter("carl", consent, Duration.ofDays(7).plusHours(20));
        dieAfter("dora", consent, Duration.ofDays(2));

        DoctorSummary summary = TokenDoctor.of(tokens).examine();

        assertThat(summary.findings())
                .containsExactly(new Finding(
                        FindingCode.GOOGLE_TESTING_MODE,
                        "google",
                        "3 of 4 ended grants ended seven days after consent, 0 will"));
        assertThat(FindingCode.GOOGLE_TESTING_MODE.steps())
                .contains(
                        "Open https://console.cloud.google.com/auth/audience for the project of the client id.",
                        "Under \"Publishing status\", change \"Testing\" to \"In production\" with \"Publish app\".");
        assertThat(DoctorFixture.report(tokens, TokenKey.of("google", "anna"))
                        .findings()
                        .get(0)
                        .detail())
                .isEqualTo(
                        "GRANT_DEAD: the grant ended seven days after consent, as it does while the Google project is"
                                + " in testing mode");
    }

    @Test
    void twoSuchGrantsOrMostlyOthersAreNoSeries() {
        Instant consent = fixture.clock.now();
        dieAfter("anna", consent, Duration.ofDays(7).plusMinutes(20));
        dieAfter("ben", consent, Duration.ofDays(7).plusHours(1));
        assertThat(TokenDoctor.of(tokens).examine().findings()).isEmpty();

        dieAfter("carl", consent, Duration.ofDays(7).plusHours(1));
        for (String other : new String[] {"dora", "emil", "fred"}) {
            dieAfter(other, consent, Duration.ofDays(20));
        }
        assertThat(TokenDoctor.of(tokens).examine().findings()).isEmpty();
    }

    @Test
    void grantsOfAnotherProviderThatDieSoAreNotOfGoogle() {
        Instant consent = fixture.clock.now();
        for (String account : new String[] {"anna", "ben", "carl"}) {
            die(store, fixture.connect(tokens, "acme", account), consent.plus(Duration.ofDays(7)));
        }

        assertThat(TokenDoctor.of(tokens).examine().findings()).isEmpty();
    }

    @Test
    void aStatedEndAfterSevenDaysWarnsBeforeTheFirstGrantEnds() {
        for (String account : new String[] {"anna", "ben", "carl"}) {
            fixture.connect(
                    tokens,
                    TokenKey.of("google", account),
                    more -> more.refreshTokenExpiresAt(fixture.clock.now().plusSeconds(604_799)));
        }

        assertThat(TokenDoctor.of(tokens).examine().findings())
                .extracting(Finding::code, Finding::detail)
                .containsExactly(tuple(
                        FindingCode.GOOGLE_TESTING_MODE, "0 of 0 ended grants ended seven days after consent, 3 will"));
    }

    private void dieAfter(String account, Instant consent, Duration age) {
        die(store, fixture.connect(tokens, "google", account), consent.plus(age));
    }
}
