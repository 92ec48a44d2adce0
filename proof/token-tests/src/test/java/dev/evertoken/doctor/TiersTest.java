package dev.evertoken.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.evertoken.Tokens;
import dev.evertoken.store.tiered.TieredTokenStore;
import dev.evertoken.testing.FaultyStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A diagnosis of a chain names the tier that does not respond, and lists the accounts of the copies if need be. */
class TiersTest {

    private final DoctorFixture fixture = new DoctorFixture();
    private final FaultyStore authority = FaultyStore.over(fixture.memory());
    private final FaultyStore copies = FaultyStore.over(fixture.memory());
    private final TieredTokenStore chain = TieredTokenStore.of("database", authority)
            .fallback("disk", copies)
            .timekeeper(fixture.clock)
            .open();
    private final Tokens tokens = fixture.tokens(chain);

    @AfterEach
    void close() {
        fixture.close();
        chain.close();
    }

    @Test
    void aTierThatIsDownIsAFindingAndTheAccountsAreStillListed() {
        fixture.connect(tokens, "google", "anna");
        copies.down();

        DoctorSummary summary = TokenDoctor.of(tokens).writeProbe(false).examine();

        assertThat(summary.findings())
                .extracting(Finding::code, Finding::subject)
                .containsExactly(tuple(FindingCode.STORE_PLACE_DOWN, "disk"));
        assertThat(summary.examined()).isEqualTo(1);
        assertThat(summary.exitCode()).isEqualTo(DoctorSummary.FINDINGS);
    }

    @Test
    void aChainWhoseTiersRespondHasNoFinding() {
        fixture.connect(tokens, "google", "anna");

        assertThat(TokenDoctor.of(tokens).writeProbe(false).examine().findings())
                .filteredOn(finding -> !finding.detail().contains("copies are older"))
                .isEmpty();
    }
}
