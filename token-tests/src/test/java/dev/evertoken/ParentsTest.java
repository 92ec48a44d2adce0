package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.SampleRecords.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.HeldTokens;
import dev.evertoken.spi.RefreshOutcome;
import dev.evertoken.spi.TokenVerdict;
import dev.evertoken.spi.UnreadableRecordException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whether an account can live off another one now. Alice is the parent. */
class ParentsTest {

    private static final TokenKey PAGE = TokenKey.of("google", "page");

    private final EngineBench bench = EngineBench.of(RefreshModel.STATIC);
    private final Parents parents = bench.workshop.parents();
    private final Turn turn = bench.turn(PAGE);

    // ---- a parent that can be lived off

    @Test
    void aParentThatIsWellIsUsable() {
        TokenRecord alices = bench.connect(ALICE);

        assertThat(parents.usable(PAGE, ALICE)).isEqualTo(alices);
        assertThat(parents.record(ALICE)).isEqualTo(alices);
    }

    @Test
    void aParentThatCannotBeReadOrIsNotThereIsTheProblem() {
        assertThat(refusal().problem()).isEqualTo(Problem.PARENT_NOT_CONNECTED);
        assertThat(refusal().parent()).contains(ALICE);
        assertThat(EngineBench.failureOf(() -> parents.usable(ALICE, ALICE)).problem())
                .as("asked for its own sake")
                .isEqualTo(Problem.NOT_CONNECTED);
        bench.connect(ALICE);
        bench.shelf.spoil(ALICE, Reason.CORRUPT);
        assertThat(refusal().problem()).isEqualTo(Problem.RECORD_UNREADABLE);
    }

    @Test
    void whatLivesOffAnotherOneIsNoParent() {
        bench.connectChild(ALICE, BOB);

        assertThat(refusal().problem()).isEqualTo(Problem.NOT_SUPPORTED);
        assertThat(refusal()).hasMessage("google/page: its parent google/alice: its own token comes from google/bob");
    }

    @Test
    void anAccountOfAnotherRegistrationIsNoParent() {
        TokenKey stranger = TokenKey.of("tube", "page");
        bench.connect(ALICE);

        TokenException refused = EngineBench.failureOf(() -> parents.usable(stranger, ALICE));

        assertThat(refused)
                .hasMessage("tube/page: its parent google/alice: a parent is another account of the same registration");
    }

    @Test
    void anAccountOfAnotherStageIsNoParent() {
        bench.store(Strangers.ofAnotherStage(bench, ALICE));

        assertThat(refusal().problem()).isEqualTo(Problem.ENVIRONMENT_MISMATCH);
    }

    @Test
    void aDeadGrantIsNoParent() {
        TokenRecord alices = bench.connect(ALICE);
        bench.change(alices.next()
                .failures(new Failures(1, Optional.of(Problem.GRANT_DEAD), Optional.empty(), "answered 400"))
                .health(alices.health().become(ConnectionState.NEEDS_REAUTH, Problem.GRANT_DEAD, bench.time.now())));

        assertThat(refusal().problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(refusal()).hasMessage("google/page: its parent google/alice: answered 400");
        assertThat(refusal().reconnectUrl()).contains(Workshops.reconnectUrl(ALICE));
    }

    @Test
    void aParentWithoutARefreshTokenCanBeLivedOffUntilItsEnd() {
        TokenRecord alices = bench.connect(ALICE);
        bench.change(alices.next()
                .health(alices.health()
                        .become(ConnectionState.NOT_REFRESHABLE, Problem.NO_REFRESH_TOKEN, bench.time.now())));
        bench.clock.advance(EngineBench.HOUR.minusMillis(1));
        assertThat(parents.usable(PAGE, ALICE)).isNotNull();

        bench.untilEnded();
        assertThat(refusal().problem()).isEqualTo(Problem.NO_REFRESH_TOKEN);
        assertThat(refusal().detail()).isEqualTo("its parent google/alice: " + Problem.NO_REFRESH_TOKEN.advice());
    }

    @Test
    void aParentThatHasEndedAndCanBeRefreshedIsUsable() {
        bench.connect(ALICE);
        bench.untilEnded();

        assertThat(parents.usable(PAGE, ALICE)).isNotNull();
    }

    // ---- its token

    @Test
    void whoHasAGrantOfItsOwnNeedsNoParent() throws ParentAwaited {
        parents.require(turn, bench.connect(PAGE));

        assertThat(turn.parent().held()).isEmpty();
    }

    @Test
    void aParentsTokenIsAwaitedTakenOrItsFailureTold() throws ParentAwaited {
        TokenRecord alices = bench.connect(ALICE);
        TokenRecord page = bench.connectChild(PAGE, ALICE);
        ParentAwaited awaited = catchThrowableOfType(ParentAwaited.class, () -> parents.require(turn, page));
        assertThat(awaited.parent()).isEqualTo(ALICE);
        assertThat(awaited).hasMessage("the token of google/alice is awaited");

        turn.parent().failed(ALICE, bench.workshop.explain().problem(ALICE, Problem.NETWORK, "no route"));
        assertThat(EngineBench.failureOf(() -> parents.require(turn, page)))
                .hasMessage("google/page: its parent google/alice: no route");

        AccessToken token = bench.run(ALICE);
        turn.parent().arrived(ALICE, token);
        parents.require(turn, page);
        TokenSet held = turn.parent().held().orElseThrow().tokens();
        assertThat(held).isEqualTo(bench.workshop.records().tokens(alices));
    }

    @Test
    void whatAnotherParentBroughtDoesNotCount() {
        bench.connect(ALICE);
        TokenRecord page = bench.connectChild(PAGE, ALICE);
        turn.parent().failed(BOB, bench.workshop.explain().notConnected(BOB));
        assertThat(catchThrowableOfType(ParentAwaited.class, () -> parents.require(turn, page)))
                .isNotNull();

        turn.parent().arrived(BOB, bench.run(ALICE));
        assertThat(catchThrowableOfType(ParentAwaited.class, () -> parents.require(turn, page)))
                .isNotNull();
    }

    @Test
    void theTokenThatTheParentsCycleBroughtIsNewerThanTheStores() {
        TokenRecord first = bench.connect(ALICE);
        bench.peerSaves(ALICE);
        AccessToken newer = bench.run(ALICE);

        HeldTokens held = parents.held(PAGE, first, bench.client.client(), newer);

        TokenSet stored = bench.workshop.records().tokens(first);
        assertThat(held.key()).isEqualTo(ALICE);
        assertThat(held.callDeadline()).isEqualTo(EngineBench.CALL);
        assertThat(held.tokens())
                .isEqualTo(stored.toBuilder()
                        .accessToken(newer.value())
                        .tokenType(newer.tokenType())
                        .issuedAt(newer.issuedAt())
                        .expiresAt(newer.expiresAt())
                        .build());
        assertThat(held.tokens().accessToken()).isNotEqualTo(stored.accessToken());
    }

    @Test
    void theTokenOfAnEarlierGrantDoesNotCount() {
        bench.connect(BOB);
        AccessToken others = bench.run(BOB);
        TokenRecord alices = bench.connect(ALICE);

        assertThat(parents.held(PAGE, alices, bench.client.client(), others).tokens())
                .isEqualTo(bench.workshop.records().tokens(alices));
    }

    // ---- an answer to a derivation

    @Test
    void anAnswerIsJudgedOnlyWhereItIsAboutTheParent() throws ParentAwaited {
        TokenRecord own = bench.connect(BOB);
        TokenRecord page = bench.connectChild(PAGE, ALICE);
        RefreshOutcome answered = new RefreshOutcome.Answered(bench.answer());
        List<String> givenBack = new ArrayList<>();

        assertThat(parents.judged(turn, own, EngineBench.dead(), () -> givenBack.add("claim")))
                .isEqualTo(EngineBench.dead());
        assertThat(parents.judged(turn, page, answered, () -> givenBack.add("claim")))
                .isEqualTo(answered);
        assertThat(parents.judged(turn, page, EngineBench.unreachable(), () -> givenBack.add("claim")))
                .isEqualTo(EngineBench.unreachable());
        RefreshOutcome limited =
                EngineBench.refused(TokenVerdict.Kind.RATE_LIMITED, Problem.RATE_LIMITED, "answered 429");
        assertThat(parents.judged(turn, page, limited, () -> givenBack.add("claim")))
                .isEqualTo(limited);
        assertThat(givenBack).isEmpty();
    }

    @Test
    void aTokenThatIsNotAcceptedIsReplacedOnceAndIsNotTheClientsFault() throws ParentAwaited {
        bench.connect(ALICE);
        TokenRecord page = bench.connectChild(PAGE, ALICE);
        AccessToken token = bench.run(ALICE);
        turn.parent().arrived(ALICE, token);
        bench.client.health().paused(bench.time.now(), Problem.RATE_LIMITED, "slow down");
        assertThat(bench.client.health().tryProbe(bench.time.now())).isTrue();
        List<String> givenBack = new ArrayList<>();

        ParentAwaited other = catchThrowableOfType(
                ParentAwaited.class,
                () -> parents.judged(turn, page, EngineBench.dead(), () -> givenBack.add("claim")));
        assertThat(other.ask()).isEqualTo(Ask.insteadOf(token));
        assertThat(givenBack).containsExactly("claim");
        assertThat(bench.client.health().isOpen()).isTrue();

        assertThat(parents.judged(turn, page, EngineBench.dead(), () -> givenBack.add("claim")))
                .isEqualTo(EngineBench.refused(
                        TokenVerdict.Kind.UNKNOWN,
                        Problem.API_REJECTS_TOKEN,
                        "its parent google/alice: the provider does not accept its token, nor another one"));
        assertThat(givenBack).hasSize(1);
    }

    private TokenException refusal() {
        return EngineBench.failureOf(() -> parents.usable(PAGE, ALICE));
    }
}
