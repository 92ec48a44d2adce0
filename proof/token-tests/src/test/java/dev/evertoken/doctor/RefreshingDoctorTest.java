package dev.evertoken.doctor;

import static dev.evertoken.doctor.DoctorFixture.reports;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A pool of 16 mail accounts: 9 are refreshed, 7 need their user, and no dead account is called twice. */
class RefreshingDoctorTest {

    private final MockProviders providers = MockProviders.start();
    private final MockProvider google = providers.google();
    private final Tokens tokens = Tokens.builder()
            .namespace("pool")
            .store(new InMemoryTokenStore())
            .encryption(DoctorFixture.KEYS)
            .client("google", google.registration())
            .endpoints(
                    "google",
                    Endpoints.token(
                            google.endpoints().address(EndpointKind.REFRESH).orElseThrow()))
            .build();

    @AfterEach
    void close() {
        tokens.close();
        providers.close();
    }

    @Test
    void theDueAccountsAreRefreshedAndTheDeadOnesAreFoundWithOneCallEach() {
        List<String> dead = new ArrayList<>();
        for (int number = 0; number < 16; number++) {
            String account = "user-" + number;
            connectExpired(account);
            if (number >= 9) {
                dead.add(account);
                google.revoke(account);
            }
        }

        DoctorSummary summary = TokenDoctor.of(tokens).refreshing().examine();

        assertThat(summary.count(AccountGroup.REFRESHED)).isEqualTo(9);
        assertThat(summary.count(AccountGroup.NEEDS_RECONNECT)).isEqualTo(7);
        int calls = google.ledger().tokenRequests();
        DoctorSummary again = TokenDoctor.of(tokens).refreshing().examine();
        assertThat(again.count(AccountGroup.VALID)).isEqualTo(9);
        assertThat(google.ledger().tokenRequests()).isEqualTo(calls);
        assertThat(reports(TokenDoctor.of(tokens).only(FindingCode.NEEDS_RECONNECT)))
                .extracting(report -> report.key().account())
                .containsExactlyInAnyOrderElementsOf(dead);
    }

    private void connectExpired(String account) {
        TokenSet consent = google.consent(account);
        tokens.connect(
                TokenKey.of("google", account),
                consent.toBuilder()
                        .issuedAt(consent.issuedAt().minus(Duration.ofHours(3)))
                        .expiresAt(consent.issuedAt().minus(Duration.ofHours(2)))
                        .build());
    }
}
