package dev.evertoken.protocol;

import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static dev.evertoken.protocol.ProtocolFixture.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.CrashPoints;
import dev.evertoken.testing.CrashPoints.Mode;
import dev.evertoken.testing.CrashPoints.Point;
import dev.evertoken.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pages and their users meet: threads, processes, crashes. */
class DerivedRacesTest {

    private static final TokenKey PAGE = TokenKey.of("acme", "page");
    private static final String PAGE_ID = "p-1";

    private final ManualClock clock = ManualClock.start();
    private final AuthorizationServer users = new AuthorizationServer(RefreshModel.ROTATING, Reuse.STRICT, clock);
    private final Pages pages = new Pages(users).page(PAGE_ID, "Anna's page");
    private final ProtocolFixture fixture = new ProtocolFixture(clock, users, pages, new InMemoryTokenStore(clock));
    private final ExecutorService oneThread = Executors.newSingleThreadExecutor();

    @AfterEach
    void close() {
        fixture.close();
        oneThread.shutdownNow();
    }

    private Tokens connected(Tokens tokens) {
        tokens.connect(ANNA, users.consent("anna"));
        tokens.connectDerived(PAGE, ANNA, PAGE_ID);
        return tokens;
    }

    /** The user's token ends; the page's does not. */
    private void usersTokenEnds() {
        clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));
    }

    @Test
    void manyThreadsThatWantOneRefusedTokenReplacedAskForItOnce() {
        Tokens tokens = connected(fixture.process());
        usersTokenEnds();
        AccessToken refused = tokens.accessToken(PAGE);
        Gate gate = new Gate();
        pages.next(Pages.heldBefore(gate));
        List<CompletableFuture<AccessToken>> calls = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            calls.add(fixture.async(() -> tokens.replace(PAGE, refused)));
        }
        gate.awaitArrival();
        clock.awaitWaits(100);
        gate.open();

        assertThat(calls).allSatisfy(call -> assertThat(get(call).generation()).isEqualTo(2));
        assertThat(pages.presented()).as("to connect, and once more").hasSize(2);
        assertThat(users.requests()).isEqualTo(1);
    }

    @Test
    void aPageWaitsForARotationOfItsUserThatIsUnderWayAndHoldsNoClaimMeanwhile() {
        Tokens tokens = connected(fixture.process());
        usersTokenEnds();
        Gate gate = new Gate();
        users.next(AuthorizationServer.heldAfter(gate));
        CompletableFuture<AccessToken> annas = fixture.async(() -> tokens.accessToken(ANNA));
        gate.awaitArrival();
        CompletableFuture<AccessToken> page = fixture.async(() -> tokens.replace(PAGE, tokens.accessToken(PAGE)));
        clock.awaitWaits(2);

        assertThat(fixture.record(PAGE).claim()).isEmpty();
        assertThat(pages.presented()).hasSize(1);
        gate.open();
        assertThat(get(page).generation()).isEqualTo(2);
        assertThat(pages.presented().get(1)).isEqualTo(get(annas).value());
        assertThat(users.requests()).isEqualTo(1);
        users.assertNothingReused();
    }

    @Test
    void aPageThatWaitsForItsUserHoldsNoThreadThatTheUserNeeds() {
        Tokens tokens =
                connected(fixture.process(builder -> builder.withoutJournal().executor(oneThread)));
        usersTokenEnds();

        AccessToken next = get(fixture.async(() -> tokens.replace(PAGE, tokens.accessToken(PAGE))));

        assertThat(next.generation()).isEqualTo(2);
        assertThat(users.requests()).isEqualTo(1);
    }

    @Test
    void aPageDoesNotWaitLongerForItsUserThanAnyCaller() {
        Tokens tokens =
                connected(fixture.process(builder -> builder.withoutJournal().maxWait(Duration.ofSeconds(20))));
        usersTokenEnds();
        Gate gate = new Gate();
        users.next(AuthorizationServer.heldBefore(gate));
        CompletableFuture<AccessToken> page = fixture.async(() -> tokens.replace(PAGE, tokens.accessToken(PAGE)));
        gate.awaitArrival();

        TokenException overdue = failure(() -> fixture.drive(page, 1));

        assertThat(overdue.problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        gate.open();
    }

    @Test
    void aThreadThatIsRefusedInTheMiddleEndsTheRunAndFreesThePage() {
        AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
        Executor grudging = task -> {
            if (left.decrementAndGet() < 0) {
                throw new RejectedExecutionException("full");
            }
            oneThread.execute(task);
        };
        Tokens tokens =
                connected(fixture.process(builder -> builder.withoutJournal().executor(grudging)));
        AccessToken refused = tokens.accessToken(PAGE);
        left.set(1);

        TokenException full = failure(() -> get(fixture.async(() -> tokens.replace(PAGE, refused))));

        assertThat(full.problem()).isEqualTo(Problem.OVERLOADED);
        left.set(Integer.MAX_VALUE);
        assertThat(get(fixture.async(() -> tokens.replace(PAGE, refused))).generation())
                .isEqualTo(2);
    }

    @Test
    void twoProcessesDeriveOneTokenOnce() {
        Tokens first = connected(fixture.process());
        Tokens second = fixture.process();
        AccessToken refused = second.accessToken(PAGE);
        Gate gate = new Gate();
        pages.next(Pages.heldBefore(gate));
        CompletableFuture<AccessToken> mine = fixture.async(() -> first.replace(PAGE, refused));
        gate.awaitArrival();
        CompletableFuture<AccessToken> theirs = fixture.async(() -> second.replace(PAGE, refused));
        clock.awaitWaits(3);
        gate.open();

        AccessToken brought = get(mine);
        assertThat(fixture.drive(theirs, 2)).isEqualTo(brought);
        assertThat(pages.presented()).hasSize(2);
    }

    @Test
    void anotherProcessRotatesTheUserWhileThePageIsDerivedWithTheTokenBefore() {
        Tokens first = connected(fixture.process());
        Tokens second = fixture.process();
        AccessToken before = first.accessToken(ANNA);
        Gate gate = new Gate();
        pages.next(Pages.heldBefore(gate));
        CompletableFuture<AccessToken> page = fixture.async(() -> first.replace(PAGE, first.accessToken(PAGE)));
        gate.awaitArrival();
        AccessToken rotated = second.replace(ANNA, second.accessToken(ANNA));
        pages.refuse(before.value());
        gate.open();

        assertThat(get(page).generation()).isEqualTo(2);
        assertThat(pages.presented()).endsWith(before.value(), rotated.value());
        assertThat(users.requests()).as("the other process's token was adopted").isEqualTo(1);
    }

    @Test
    void aUserWhoIsDisconnectedDuringTheDerivationLeavesThePageWithItsToken() {
        Tokens tokens = connected(fixture.process());
        Gate gate = new Gate();
        pages.next(Pages.heldAfter(gate));
        CompletableFuture<AccessToken> page = fixture.async(() -> tokens.replace(PAGE, tokens.accessToken(PAGE)));
        gate.awaitArrival();
        tokens.disconnect(ANNA);
        gate.open();

        assertThat(get(page).generation()).isEqualTo(2);
        assertThat(fixture.record(PAGE).generation()).isEqualTo(2);
        assertThat(tokens.status(PAGE).state()).isEqualTo(ConnectionState.NOT_REFRESHABLE);
        assertThat(fixture.store.load(ANNA)).as("nothing comes back").isEmpty();
    }

    @Test
    void aPageThatIsDisconnectedDuringTheDerivationStaysDisconnected() {
        Tokens tokens = connected(fixture.process());
        Gate gate = new Gate();
        pages.next(Pages.heldAfter(gate));
        CompletableFuture<AccessToken> page = fixture.async(() -> tokens.replace(PAGE, tokens.accessToken(PAGE)));
        gate.awaitArrival();
        tokens.disconnect(PAGE);
        gate.open();

        assertThat(failure(() -> get(page)).problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(fixture.store.load(PAGE)).isEmpty();
    }

    @Test
    void aPageThatIsConnectedAnewDuringTheDerivationKeepsTheNewGrant() {
        Tokens tokens = connected(fixture.process());
        Gate gate = new Gate();
        pages.next(Pages.heldAfter(gate));
        CompletableFuture<AccessToken> page = fixture.async(() -> tokens.replace(PAGE, tokens.accessToken(PAGE)));
        gate.awaitArrival();
        clock.advance(Duration.ofSeconds(1));
        tokens.connectDerived(PAGE, ANNA, PAGE_ID);
        TokenRecord anew = fixture.record(PAGE);
        gate.open();

        assertThat(get(page).grantId()).isEqualTo(anew.grant().id());
        assertThat(fixture.record(PAGE)).isEqualTo(anew);
    }

    @Test
    void aProcessThatDiesWithAPagesClaimCostsNoMoreThanTheClaimLasts() {
        CrashPoints crash = CrashPoints.at(Point.AFTER_CLAIM, Mode.FREEZE);
        connected(fixture.process());
        Tokens dying = fixture.processOver(crash.around(fixture.store), builder -> builder.withoutJournal());
        Tokens living = fixture.process();
        AccessToken refused = living.accessToken(PAGE);
        CompletableFuture<Object> frozen = fixture.async(() -> dying.replace(PAGE, refused))
                .handle((token, failure) -> token == null ? failure : token);
        crash.awaitFrozen();

        AccessToken next = fixture.drive(fixture.async(() -> living.replace(PAGE, refused)), 3);

        assertThat(next.generation()).isEqualTo(2);
        crash.resume();
        fixture.drive(frozen, 1);
        assertThat(fixture.record(PAGE).generation()).isEqualTo(2);
        assertThat(get(fixture.async(() -> dying.replace(PAGE, refused)))).isEqualTo(next);
    }

    @Test
    void aProcessThatDiesAfterTheResponseLosesNothing() {
        CrashPoints crash = CrashPoints.at(Point.BEFORE_SAVE, Mode.FREEZE);
        connected(fixture.process());
        Tokens dying = fixture.processOver(crash.around(fixture.store), builder -> builder.withoutJournal());
        Tokens living = fixture.process();
        AccessToken refused = living.accessToken(PAGE);
        CompletableFuture<Object> frozen = fixture.async(() -> dying.replace(PAGE, refused))
                .handle((token, failure) -> token == null ? failure : token);
        crash.awaitFrozen();

        AccessToken next = fixture.drive(fixture.async(() -> living.replace(PAGE, refused)), 3);
        crash.resume();
        fixture.drive(frozen, 1);

        assertThat(next.generation()).isEqualTo(2);
        assertThat(pages.presented())
                .as("asked for a third time, which costs nothing")
                .hasSize(3);
        assertThat(living.accessToken(PAGE)).isEqualTo(next);
        assertThat(fixture.record(PAGE).generation()).isEqualTo(2);
    }

    @Test
    void closingDuringAWaitForTheUserEndsBoth() {
        Tokens tokens = connected(fixture.process());
        usersTokenEnds();
        Gate gate = new Gate();
        users.next(AuthorizationServer.heldAfter(gate));
        CompletableFuture<Object> page = fixture.async(() -> tokens.replace(PAGE, tokens.accessToken(PAGE)))
                .handle((token, failure) -> token == null ? failure : token);
        gate.awaitArrival();
        CompletableFuture<Boolean> closed = fixture.async(() -> {
            tokens.close();
            return true;
        });
        clock.awaitWaits(2);
        gate.open();

        assertThat(get(closed)).isTrue();
        assertThat(get(page)).isInstanceOf(RuntimeException.class);
        assertThat(fixture.record(ANNA).generation()).as("saved").isEqualTo(2);
        assertThat(fixture.record(PAGE).claim()).isEmpty();
    }
}
