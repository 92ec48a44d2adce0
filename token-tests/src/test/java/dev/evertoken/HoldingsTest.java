package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.Validation;
import dev.evertoken.spi.HeldTokens;
import dev.evertoken.spi.UnreadableRecordException.Reason;
import dev.evertoken.store.Journal;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The tokens that an account has now, for those who do something with them. */
class HoldingsTest {

    private final EngineBench bench = EngineBench.of(RefreshModel.ROTATING);
    private final Holdings holdings = new Holdings(bench.workshop);

    @Test
    void whatAnAccountHoldsIsItsNewestTokens() {
        TokenRecord first = bench.connect(ALICE);
        TokenRecord second = bench.answered(first);
        bench.journal.entries.add(new Journal.Entry("one", "claim", second));

        Holdings.Holding holding = holdings.of(ALICE, bench.client);

        assertThat(holding.record()).isEqualTo(bench.record(ALICE));
        assertThat(holding.record().generation()).isEqualTo(2);
        assertThat(holding.tokens())
                .isEqualTo(new HeldTokens(
                        ALICE,
                        bench.client.client(),
                        bench.workshop.records().tokens(second),
                        EngineBench.CALL,
                        bench.time));
    }

    @Test
    void whoHoldsNothingIsToldWhy() {
        assertThat(failure().problem()).isEqualTo(Problem.NOT_CONNECTED);
        bench.store(Strangers.ofAnotherStage(bench, ALICE));
        assertThat(failure().problem()).isEqualTo(Problem.ENVIRONMENT_MISMATCH);
        assertThat(failure().key()).contains(ALICE);
        bench.store(Strangers.ofAnotherClient(bench, ALICE));
        assertThat(failure().problem()).isEqualTo(Problem.CLIENT_MISMATCH);
        bench.shelf.spoil(ALICE, Reason.CORRUPT);
        assertThat(failure().problem()).isEqualTo(Problem.RECORD_UNREADABLE);
    }

    @Test
    void theProviderSaysWhetherTheTokensWork() {
        bench.connect(ALICE);
        Validation valid = Validation.valid(Optional.of("alice-1"), Set.of(), Optional.empty());
        bench.provider.validator = held -> {
            assertThat(held.key()).isEqualTo(ALICE);
            return valid;
        };

        assertThat(holdings.validate(ALICE, bench.client)).isEqualTo(valid);
    }

    @Test
    void aValidatorThatFailsHasSaidNothing() {
        bench.connect(ALICE);
        bench.provider.validator = held -> {
            throw new IllegalStateException("planned by a test");
        };

        assertThat(holdings.validate(ALICE, bench.client))
                .isEqualTo(Validation.failed(
                        Validation.Verdict.UNKNOWN,
                        Problem.INTERNAL,
                        "the validator failed with java.lang.IllegalStateException"));
    }

    @Test
    void aProviderThatCannotTellIsNamed() {
        TokenException none = EngineBench.failureOf(() -> holdings.validate(ALICE, bench.client));

        assertThat(none.problem()).isEqualTo(Problem.NOT_SUPPORTED);
        assertThat(none).hasMessage("google/alice: provider scripted has no way to validate a token");
    }

    private TokenException failure() {
        return EngineBench.failureOf(() -> holdings.of(ALICE, bench.client));
    }
}
