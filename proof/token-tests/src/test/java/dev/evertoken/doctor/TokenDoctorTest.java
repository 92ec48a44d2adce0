package dev.evertoken.doctor;

import static dev.evertoken.doctor.DoctorFixture.change;
import static dev.evertoken.doctor.DoctorFixture.die;
import static dev.evertoken.doctor.DoctorFixture.report;
import static dev.evertoken.doctor.DoctorFixture.reports;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each account is in the group of its most important finding. */
class TokenDoctorTest {

    private final DoctorFixture fixture = new DoctorFixture();
    private final TokenStore store = fixture.memory();
    private final Tokens tokens = fixture.tokens(store);

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void anAccountThatWorksHasNoFindingAndNothingHasToBeDone() {
        TokenKey anna = fixture.connect(tokens, "google", "anna");

        DoctorSummary summary = TokenDoctor.of(tokens).examine();

        assertThat(report(tokens, anna).group()).isEqualTo(AccountGroup.VALID);
        assertThat(summary.count(AccountGroup.VALID)).isEqualTo(1);
        assertThat(summary.exitCode()).isEqualTo(DoctorSummary.NOTHING_TO_DO);
        assertThat(store.keys()).containsExactly(anna);
    }

    @Test
    void aDeadGrantNeedsTheUser() {
        TokenKey anna = fixture.connect(tokens, "google", "anna");
        die(store, anna, fixture.clock.now());

        AccountReport report = report(tokens, anna);

        assertThat(report.group()).isEqualTo(AccountGroup.NEEDS_RECONNECT);
        assertThat(report.findings().get(0).detail())
                .isEqualTo("GRANT_DEAD: the user or the provider revoked the access");
        assertThat(TokenDoctor.of(tokens).examine().exitCode()).isEqualTo(DoctorSummary.FINDINGS);
    }

    @Test
    void aGrantWithoutARefreshTokenExpiresAndThenNeedsTheUser() {
        TokenKey anna = TokenKey.of("google", "anna");
        tokens.connect(
                anna,
                TokenSet.builder(TestTokens.access())
                        .issuedAt(fixture.clock.now())
                        .expiresAt(fixture.clock.now().plus(Duration.ofHours(1)))
                        .build());

        assertThat(report(tokens, anna).group()).isEqualTo(AccountGroup.EXPIRING);
        fixture.clock.advance(Duration.ofHours(2));
        assertThat(report(tokens, anna).group()).isEqualTo(AccountGroup.NEEDS_RECONNECT);
        assertThat(report(tokens, anna).has(FindingCode.NO_REFRESH_TOKEN)).isTrue();
    }
}
