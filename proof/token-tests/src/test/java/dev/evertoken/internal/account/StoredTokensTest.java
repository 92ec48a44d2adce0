package dev.evertoken.internal.account;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.ForeignRecords;
import dev.evertoken.internal.refresh.EngineFixture;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.Validation;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The current tokens of an account, and their validation. */
class StoredTokensTest {

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);
    private final StoredTokens storedTokens = engine.storedTokens();

    @Test
    void theHoldingOfAnAccountContainsItsNewestTokens() {
        TokenRecord first = engine.connect(ALICE);
        TokenRecord second = engine.answered(first);
        engine.journal.entries.add(new Journal.Entry("one", "claim", second));

        StoredTokens.Holding holding = storedTokens.of(ALICE, engine.client);

        assertThat(holding.record()).isEqualTo(engine.record(ALICE));
        assertThat(holding.record().generation()).isEqualTo(2);
        assertThat(holding.tokens())
                .isEqualTo(new HeldTokens(
                        ALICE,
                        engine.client.client(),
                        engine.parts.mapper().tokens(second),
                        EngineFixture.CALL,
                        engine.time));
    }

    @Test
    void anAccountWithoutUsableTokensIsReportedWithTheReason() {
        assertThat(failure().problem()).isEqualTo(Problem.NOT_CONNECTED);
        engine.store(ForeignRecords.ofAnotherStage(engine, ALICE));
        assertThat(failure().problem()).isEqualTo(Problem.ENVIRONMENT_MISMATCH);
        assertThat(failure().key()).contains(ALICE);
        engine.store(ForeignRecords.ofAnotherClient(engine, ALICE));
        assertThat(failure().problem()).isEqualTo(Problem.CLIENT_MISMATCH);
        engine.peers.spoil(ALICE, Reason.CORRUPT);
        assertThat(failure().problem()).isEqualTo(Problem.RECORD_UNREADABLE);
    }

    @Test
    void theResultOfTheValidatorIsReturned() {
        engine.connect(ALICE);
        Validation valid = Validation.valid(Optional.of("alice-1"), Set.of(), Optional.empty());
        engine.provider.validator = held -> {
            assertThat(held.key()).isEqualTo(ALICE);
            return valid;
        };

        assertThat(storedTokens.validate(ALICE, engine.client)).isEqualTo(valid);
    }

    @Test
    void aValidatorThatThrowsHasAnUnknownVerdict() {
        engine.connect(ALICE);
        engine.provider.validator = held -> {
            throw new IllegalStateException("planned by a test");
        };

        assertThat(storedTokens.validate(ALICE, engine.client))
                .isEqualTo(Validation.failed(
                        Validation.Verdict.UNKNOWN,
                        Problem.INTERNAL,
                        "the validator failed with java.lang.IllegalStateException"));
    }

    @Test
    void aProviderWithoutAValidatorIsReported() {
        TokenException none = EngineFixture.failureOf(() -> storedTokens.validate(ALICE, engine.client));

        assertThat(none.problem()).isEqualTo(Problem.NOT_SUPPORTED);
        assertThat(none).hasMessage("google/alice: provider scripted cannot validate tokens");
    }

    private TokenException failure() {
        return EngineFixture.failureOf(() -> storedTokens.of(ALICE, engine.client));
    }
}
