package dev.evertoken.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.spi.provider.Provider;
import dev.evertoken.testing.PlainRefresher.Flaw;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A correct refresher passes the contract, and the contract fails for a refresher that breaks it. The tests run at the
 * same time, because they mostly wait.
 */
class RefresherContractTest {

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class APlainOne extends RefresherContract {
        @Override
        protected Provider provider() {
            return new PlainRefresher(Flaw.NONE);
        }
    }

    private interface Promise {
        void runOn(Broken contract);
    }

    static Stream<Arguments> flaws() {
        return Stream.of(
                flaw(Flaw.REQUESTS_NO_PERMIT, RefresherContract::requestsThePermitOnceBeforeTheFirstByte),
                flaw(Flaw.REQUESTS_PERMIT_LATE, RefresherContract::requestsThePermitOnceBeforeTheFirstByte),
                flaw(Flaw.IGNORES_A_REFUSAL, RefresherContract::sendsNothingWithoutAPermit),
                flaw(Flaw.SENDS_AGAIN, RefresherContract::reportsARequestWithoutAResponseAsMaybeSent),
                flaw(Flaw.IGNORES_THE_DEADLINE, RefresherContract::endsWithinTheDeadlineIfThereIsNoResponse),
                flaw(Flaw.IGNORES_THE_DEADLINE, RefresherContract::keepsTheDeadlineAlsoIfTheResponseMayBeReadOn),
                flaw(Flaw.NEVER_ENDS_AN_OVERDUE_CALL, RefresherContract::readsOnUntilTheReadLimitAndNoLonger),
                flaw(Flaw.READS_WITHOUT_END, RefresherContract::doesNotReadAnEndlessResponse),
                flaw(Flaw.FOLLOWS_REDIRECTS, RefresherContract::doesNotFollowARedirect),
                flaw(Flaw.THROWS_FOR_BAD_RESPONSES, RefresherContract::neverThrowsForABadResponse),
                flaw(Flaw.REPORTS_MAYBE_SENT_WHEN_REFUSED, RefresherContract::reportsARefusedConnectionAsNotSent),
                flaw(Flaw.REPORTS_NOT_SENT, RefresherContract::reportsARequestWithoutAResponseAsMaybeSent),
                flaw(Flaw.IGNORES_THE_DIALECT, RefresherContract::returnsTheVerdictOfTheDialect),
                flaw(Flaw.REPEATS_THE_BODY, RefresherContract::doesNotExposeSecretsOfTheResponse));
    }

    private static Arguments flaw(Flaw flaw, Promise promise) {
        return Arguments.of(flaw, promise);
    }

    @ParameterizedTest(name = "{0}")
    @Execution(ExecutionMode.CONCURRENT)
    @MethodSource("flaws")
    void theContractFailsForARefresherThatBreaksIt(Flaw flaw, Promise promise) {
        Broken contract = new Broken(flaw);
        try {
            assertThatThrownBy(() -> promise.runOn(contract))
                    .satisfiesAnyOf(
                            problem -> assertThat(problem).isInstanceOf(AssertionError.class),
                            problem -> assertThat(problem).isInstanceOf(IllegalStateException.class));
        } finally {
            contract.closeServer();
        }
    }

    /** The contract with a flawed refresher; the test calls its methods one by one. */
    private static final class Broken extends RefresherContract {
        private final Flaw flaw;

        Broken(Flaw flaw) {
            this.flaw = flaw;
        }

        @Override
        protected Provider provider() {
            return new PlainRefresher(flaw);
        }
    }
}
