package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.spi.Derivation;
import dev.evertoken.spi.DerivationOutcome;
import dev.evertoken.spi.Derived;
import dev.evertoken.spi.HeldTokens;
import dev.evertoken.spi.RefreshOutcome;
import dev.evertoken.spi.TokenAnswer;
import dev.evertoken.spi.TokenVerdict;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The cycle of an account that lives off another one's token. */
class RefreshCycleParentTest {

    private static final TokenKey PAGE = TokenKey.of("google", "page");

    private final EngineBench bench = EngineBench.of(RefreshModel.STATIC);
    private final ParentToken parent = new ParentToken();
    private final Pages pages = new Pages();

    @Test
    void withoutItsParentsTokenAPageIsNotClaimedAndSaysWhatItAwaits() {
        pageWithValidParent();
        TokenRecord before = bench.record(PAGE);

        ParentAwaited awaited = catchThrowableOfType(ParentAwaited.class, this::run);

        assertThat(awaited.parent()).isEqualTo(ALICE);
        assertThat(awaited.ask()).isEqualTo(Ask.usable());
        assertThat(bench.record(PAGE)).isEqualTo(before);
    }

    @Test
    void withItsParentsTokenAPageIsDerivedAnew() throws ParentAwaited {
        AccessToken alices = pageWithValidParent();
        parent.arrived(ALICE, alices);
        pages.script.add(new DerivationOutcome.Answered<>(bench.accessTokenOnly()));

        assertThat(run().generation()).isEqualTo(2);

        assertThat(bench.record(PAGE).generation()).isEqualTo(2);
        assertThat(pages.asked).hasSize(1);
        assertThat(pages.asked.get(0).tokens().accessToken()).isEqualTo(alices.value());
        assertThat(pages.ids).containsExactly("page-1");
    }

    @Test
    void aParentWithoutATokenCostsAPageNothingAsLongAsItsOwnIsValid() throws ParentAwaited {
        pageWithValidParent();
        Instant later = bench.time.now().plusSeconds(77);
        parent.failed(ALICE, trouble(later));

        AccessToken token = run();

        assertThat(token.generation()).isEqualTo(1);
        assertThat(bench.cell(PAGE).fresh(later.toEpochMilli() - 1)).isEqualTo(token);
        assertThat(bench.cell(PAGE).fresh(later.toEpochMilli())).isNull();
    }

    @Test
    void aParentWhoseTroubleHasNoEndIsAskedAgainAfterHalfAMinute() throws ParentAwaited {
        pageWithValidParent();
        parent.failed(ALICE, trouble(null));

        AccessToken token = run();

        long again = bench.time.millis() + 30_000;
        assertThat(bench.cell(PAGE).fresh(again - 1)).isEqualTo(token);
        assertThat(bench.cell(PAGE).fresh(again)).isNull();
    }

    @Test
    void anEndedPageTellsItsParentsTroubleAndStaysAsItIs() {
        pageWithValidParent();
        bench.untilEnded();
        TokenRecord before = bench.record(PAGE);
        parent.failed(ALICE, trouble(null));

        TokenException failure = EngineBench.failureOf(this::run);

        assertThat(failure).hasMessage("google/page: its parent google/alice: connection refused");
        assertThat(failure.problem()).isEqualTo(Problem.NETWORK);
        assertThat(failure.parent()).contains(ALICE);
        assertThat(bench.record(PAGE)).isEqualTo(before);
    }

    @Test
    void whoAsksForAnotherTokenOfAPageIsToldTheParentsTrouble() {
        pageWithValidParent();
        parent.failed(ALICE, trouble(null));

        assertThat(EngineBench.failureOf(() -> bench.run(PAGE, Ask.anew(), parent))
                        .problem())
                .isEqualTo(Problem.NETWORK);
    }

    @Test
    void aParentsTokenThatIsNotAcceptedIsReplacedOnceAndThePageNeverMarked() throws ParentAwaited {
        AccessToken alices = pageWithValidParent();
        bench.untilEnded();
        refreshAlice();
        parent.arrived(ALICE, alices);
        refusedAsDead();
        ParentAwaited other = catchThrowableOfType(ParentAwaited.class, this::run);
        assertThat(other.parent()).isEqualTo(ALICE);
        assertThat(other.ask()).isEqualTo(Ask.insteadOf(alices));
        assertThat(bench.record(PAGE).claim()).isEmpty();
        assertThat(bench.record(PAGE).failures().count()).isZero();

        parent.arrived(ALICE, bench.run(ALICE));
        refusedAsDead();
        TokenException failure = EngineBench.failureOf(this::run);

        assertThat(failure.problem()).isEqualTo(Problem.API_REJECTS_TOKEN);
        assertThat(failure)
                .hasMessage("google/page: its parent google/alice: the provider does not accept its token, nor another"
                        + " one");
        assertThat(bench.record(PAGE).health().state()).isNotEqualTo(ConnectionState.NEEDS_REAUTH);
    }

    // ---- what a page lives off

    private AccessToken run() throws ParentAwaited {
        return bench.run(PAGE, Ask.usable(), parent);
    }

    /** Connects both and goes to when both are due. */
    private AccessToken pageWithValidParent() {
        bench.provider.derivation = pages;
        bench.connect(ALICE);
        AccessToken alices = bench.run(ALICE);
        bench.connectChild(PAGE, ALICE);
        bench.untilDue();
        return alices;
    }

    private void refreshAlice() {
        bench.provider.answers(new RefreshOutcome.Answered(bench.accessTokenOnly()));
        bench.run(ALICE);
    }

    private void refusedAsDead() {
        pages.script.add(new DerivationOutcome.Refused<>(
                TokenVerdict.of(TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD, "190")));
    }

    private static TokenException trouble(Instant retryAt) {
        return TokenException.about(Problem.NETWORK)
                .key(ALICE)
                .detail("connection refused")
                .retryAt(retryAt)
                .build();
    }

    /** Derives what is planned. Not thread-safe. */
    private static final class Pages implements Derivation {
        final Deque<DerivationOutcome<TokenAnswer>> script = new ArrayDeque<>();
        final List<HeldTokens> asked = new ArrayList<>();
        final List<String> ids = new ArrayList<>();

        @Override
        public DerivationOutcome<List<Derived>> list(HeldTokens held) {
            throw new AssertionError("nobody asks for a list here");
        }

        @Override
        public DerivationOutcome<TokenAnswer> derive(HeldTokens held, String id) {
            asked.add(held);
            ids.add(id);
            return script.remove();
        }
    }
}
