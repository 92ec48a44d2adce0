package dev.evertoken.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.spi.provider.Provider;
import dev.evertoken.testing.PlainRefresher.Flaw;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A refresher can keep the contract, and one that breaks it is noticed. */
class RefresherContractTest {

    @Nested
    class APlainOne extends RefresherContract {
        @Override
        protected Provider provider() {
            return new PlainRefresher(Flaw.NONE);
        }
    }

    private interface Promise {
        void tryOn(Broken contract);
    }

    static Stream<Arguments> flaws() {
        return Stream.of(
                flaw(Flaw.ASKS_NO_PERMIT, RefresherContract::requestsThePermitOnceBeforeTheFirstByte),
                flaw(Flaw.ASKS_AFTER_SENDING, RefresherContract::requestsThePermitOnceBeforeTheFirstByte),
                flaw(Flaw.IGNORES_A_REFUSAL, RefresherContract::sendsNothingWithoutAPermit),
                flaw(Flaw.SENDS_AGAIN, RefresherContract::reportsARequestWithoutAResponseAsMaybeSent),
                flaw(Flaw.KNOWS_NO_DEADLINE, RefresherContract::endsWithinTheDeadlineIfThereIsNoResponse),
                flaw(Flaw.READS_WITHOUT_END, RefresherContract::doesNotReadAnEndlessResponse),
                flaw(Flaw.FOLLOWS_REDIRECTS, RefresherContract::doesNotFollowARedirect),
                flaw(Flaw.THROWS_FOR_BAD_RESPONSES, RefresherContract::neverThrowsForABadResponse),
                flaw(Flaw.SAYS_MAYBE_WHEN_REFUSED, RefresherContract::reportsARefusedConnectionAsNotSent),
                flaw(Flaw.SAYS_NOTHING_WAS_SENT, RefresherContract::reportsARequestWithoutAResponseAsMaybeSent),
                flaw(Flaw.JUDGES_NOTHING, RefresherContract::returnsTheVerdictOfTheDialect),
                flaw(Flaw.REPEATS_THE_BODY, RefresherContract::doesNotExposeSecretsOfTheResponse));
    }

    private static Arguments flaw(Flaw flaw, Promise promise) {
        return Arguments.of(flaw, promise);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("flaws")
    void isRedForARefresherThatBreaksIt(Flaw flaw, Promise promise) {
        Broken contract = new Broken(flaw);
        try {
            assertThatThrownBy(() -> promise.tryOn(contract))
                    .satisfiesAnyOf(
                            problem -> assertThat(problem).isInstanceOf(AssertionError.class),
                            problem -> assertThat(problem).isInstanceOf(IllegalStateException.class));
        } finally {
            contract.closeServer();
        }
    }

    /** The contract as JUnit would run it, its methods called one by one. */
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
