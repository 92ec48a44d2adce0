package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.SampleRecords.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.DialectContext.TokenOf;
import dev.evertoken.testing.TestTokens;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tokens as records: whose tokens they are, what they stand for, and what becomes of them in another store. */
class RecordsTest {

    private final EngineBench bench = EngineBench.of(RefreshModel.ROTATING);
    private final Records records = bench.workshop.records();

    @Test
    void aRecordKnowsItsRefreshTokenWithoutBeingOpened() {
        TokenSet tokens = bench.tokens();
        TokenRecord record = bench.first(ALICE, tokens, Optional.empty(), ofConsent());

        assertThat(records.isRefreshTokenOf(record, tokens)).isTrue();
        assertThat(records.isRefreshTokenOf(record, bench.tokens())).isFalse();
    }

    @Test
    void whereThereIsNoRefreshTokenNoneIsRecognised() {
        TokenSet without =
                TokenSet.builder(TestTokens.access()).issuedAt(bench.time.now()).build();
        TokenRecord withToken = bench.first(ALICE, bench.tokens(), Optional.empty(), ofConsent());
        TokenRecord withoutToken = bench.first(ALICE, without, Optional.empty(), ofConsent());

        assertThat(records.isRefreshTokenOf(withToken, without)).isFalse();
        assertThat(records.isRefreshTokenOf(withoutToken, bench.tokens())).isFalse();
        assertThat(records.isRefreshTokenOf(withoutToken, without)).isFalse();
    }

    @Test
    void tokensStandForAUserAPageOrTheApplication() {
        TokenRecord user = bench.connect(ALICE);
        TokenRecord page = bench.connectChild(BOB, ALICE);

        assertThat(Records.tokenOf(user)).isEqualTo(TokenOf.USER);
        assertThat(Records.tokenOf(page)).isEqualTo(TokenOf.PAGE);
        assertThat(Records.tokenOf(SampleRecords.of(RefreshModel.REISSUED))).isEqualTo(TokenOf.APP);
    }

    @Test
    void aRecordThatIsBroughtFromAnotherStoreKeepsAllButItsClaimAndItsRevision() {
        TokenSet tokens = bench.tokens();
        TokenRecord there = bench.first(ALICE, tokens, Optional.of("subject-1"), ofConsent());
        TokenRecord claimed = there.next()
                .claim(dev.evertoken.testing.SampleRecords.claim())
                .build(there.revision(), there.updatedAt());

        TokenRecord here = records.broughtHere(claimed, tokens, bench.client.client());

        assertThat(here.claim()).isEmpty();
        assertThat(here.revision()).isNotEqualTo(there.revision()).isPositive();
        assertThat(here)
                .usingRecursiveComparison()
                .ignoringFields("revision", "secrets")
                .isEqualTo(there);
        assertThat(records.tokens(here)).isEqualTo(tokens);
    }

    private Descent ofConsent() {
        return Descent.ofConsent(bench.provider.profile());
    }
}
