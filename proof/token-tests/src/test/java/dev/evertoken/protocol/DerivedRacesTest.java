package dev.evertoken.protocol;

import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static dev.evertoken.protocol.ProtocolFixture.get;
import static dev.evertoken.protocol.ProtocolFixture.outcome;
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

/** Concurrent refreshes of pages and their users, with threads, processes and crashes. */
class DerivedRacesTest {

    private static final TokenKey PAGE = TokenKey.of("acme", "page");
    private static final String PAGE_ID = "p-1";

    private final ManualClock clock = ManualClock.start();
    private final AuthorizationServer users = new AuthorizationServer(RefreshModel.ROTATING, Reuse.STRICT, clock);
    private final Pages pages = new Pages(users).page(PAGE_ID, "Anna's page");
    private final ProtocolFixture fixture = new ProtocolFixture(clock, users, pages);
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

    /** Lets the user token expire; the page token stays valid. */
    private void expireUserToken() {
        clock.advance(AuthorizationServer.LIFETIME.plusSeconds(1));
    }

    @Test
    void manyThreadsThatReplaceOneRefusedTokenMakeOneRequest() {
        Tokens tokens = connected(fixture.process());
        expireUserToken();
        AccessToken refused = tokens.accessToken(PAGE);
        Gate gate = pages.holdNextBefore();
        List<CompletableFuture<AccessToken>> calls = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            calls.add(fixture.async(() -> tokens.replace(PAGE, refused)));
        }
        gate.awaitArrival();
        clock.awaitWaits(100);
        gate.open();

        assertThat(calls).allSatisfy(call -> assertThat(get(call).generation()).isEqualTo(2));
        assertThat(pages.presented())
                .as("one request to connect and one to replace")
                .hasSize(2);
        assertThat(users.requests()).isEqualTo(1);
    }

    @Test
    void aPageWaitsForARunningRotationOfItsUserWithoutHoldingAClaim() {
        Tokens tokens = connected(fixture.process());
        expireUserToken();
        Gate gate = users.holdNextAfter();
        CompletableFuture<AccessToken> annas = fixture.heldAt(gate, () -> tokens.accessToken(ANNA));
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
    void aPageThatWaitsForItsUserBlocksNoThreadThatTheUserNeeds() {
        Tokens tokens =
                connected(fixture.process(builder -> builder.withoutJournal().executor(oneThread)));
        expireUserToken();

        AccessToken next = get(fixture.async(() -> tokens.replace(PAGE, tokens.accessToken(PAGE))));

        assertThat(next.generation()).isEqualTo(2);
        assertThat(users.requests()).isEqualTo(1);
    }

    @Test
    void aPageWaitsForItsUserNoLongerThanTheMaximumWait() {
        Tokens tokens =
                connected(fixture.process(builder -> builder.withoutJournal().maxWait(Duration.ofSeconds(20))));
        expireUserToken();
        Gate gate = users.holdNextBefore();
        CompletableFuture<AccessToken> page =
                fixture.heldAt(gate, () -> tokens.replace(PAGE, tokens.accessToken(PAGE)));

        TokenException overdue = failure(() -> fixture.drive(page, 1));

        assertThat(overdue.problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        gate.open();
    }

    @Test
    void anExecutorThatRejectsALaterTaskEndsTheRefreshAndFreesThePage() {
        AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
        Executor limited = task -> {
            if (left.decrementAndGet() < 0) {
                throw new RejectedExecutionException("full");
            }
            oneThread.execute(task);
        };
        Tokens tokens =
                connected(fixture.process(builder -> builder.withoutJournal().executor(limited)));
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
        Gate gate = pages.holdNextBefore();
        CompletableFuture<AccessToken> owners = fixture.heldAt(gate, () -> first.replace(PAGE, refused));
        CompletableFuture<AccessToken> peers = fixture.async(() -> second.replace(PAGE, refused));
        clock.awaitWaits(3);
        gate.open();

        AccessToken derived = get(owners);
        assertThat(fixture.drive(peers, 2)).isEqualTo(derived);
        assertThat(pages.presented()).hasSize(2);
    }

    @Test
    void aPageIsDerivedAgainIfAnotherProcessRotatesTheUserDuringTheDerivation() {
        Tokens first = connected(fixture.process());
        Tokens second = fixture.process();
        AccessToken before = first.accessToken(ANNA);
        Gate gate = pages.holdNextBefore();
        CompletableFuture<AccessToken> page = fixture.heldAt(gate, () -> first.replace(PAGE, first.accessToken(PAGE)));
        AccessToken rotated = second.replace(ANNA, second.accessToken(ANNA));
        pages.refuse(before.value());
        gate.open();

        assertThat(get(page).generation()).isEqualTo(2);
        assertThat(pages.presented()).endsWith(before.value(), rotated.value());
        assertThat(users.requests()).as("the other process's token was adopted").isEqualTo(1);
    }

    @Test
    void aUserDisconnectedDuringTheDerivationLeavesThePageWithItsToken() {
        Tokens tokens = connected(fixture.process());
        Gate gate = pages.holdNextAfter();
        CompletableFuture<AccessToken> page =
                fixture.heldAt(gate, () -> tokens.replace(PAGE, tokens.accessToken(PAGE)));
        tokens.disconnect(ANNA);
        gate.open();

        assertThat(get(page).generation()).isEqualTo(2);
        assertThat(fixture.record(PAGE).generation()).isEqualTo(2);
        assertThat(tokens.status(PAGE).state()).isEqualTo(ConnectionState.NOT_REFRESHABLE);
        assertThat(fixture.store.load(ANNA)).as("the record is not restored").isEmpty();
    }

    @Test
    void aPageDisconnectedDuringTheDerivationStaysDisconnected() {
        Tokens tokens = connected(fixture.process());
        Gate gate = pages.holdNextAfter();
        CompletableFuture<AccessToken> page =
                fixture.heldAt(gate, () -> tokens.replace(PAGE, tokens.accessToken(PAGE)));
        tokens.disconnect(PAGE);
        gate.open();

        assertThat(failure(() -> get(page)).problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(fixture.store.load(PAGE)).isEmpty();
    }

    @Test
    void aPageReconnectedDuringTheDerivationKeepsTheNewGrant() {
        Tokens tokens = connected(fixture.process());
        Gate gate = pages.holdNextAfter();
        CompletableFuture<AccessToken> page =
                fixture.heldAt(gate, () -> tokens.replace(PAGE, tokens.accessToken(PAGE)));
        clock.advance(Duration.ofSeconds(1));
        tokens.connectDerived(PAGE, ANNA, PAGE_ID);
        TokenRecord renewed = fixture.record(PAGE);
        gate.open();

        assertThat(get(page).grantId()).isEqualTo(renewed.grant().id());
        assertThat(fixture.record(PAGE)).isEqualTo(renewed);
    }

    @Test
    void aCrashedProcessBlocksAPageOnlyUntilItsClaimLapses() {
        CrashPoints crash = CrashPoints.at(Point.AFTER_CLAIM, Mode.FREEZE);
        connected(fixture.process());
        Tokens crashed = fixture.processOver(crash.around(fixture.store), builder -> builder.withoutJournal());
        Tokens running = fixture.process();
        AccessToken refused = running.accessToken(PAGE);
        CompletableFuture<Object> frozen = outcome(fixture.async(() -> crashed.replace(PAGE, refused)));
        crash.awaitFrozen();

        AccessToken next = fixture.drive(fixture.async(() -> running.replace(PAGE, refused)), 3);

        assertThat(next.generation()).isEqualTo(2);
        crash.resume();
        fixture.drive(frozen, 1);
        assertThat(fixture.record(PAGE).generation()).isEqualTo(2);
        assertThat(get(fixture.async(() -> crashed.replace(PAGE, refused)))).isEqualTo(next);
    }

    @Test
    void aProcessThatCrashesAfterTheResponseLosesNothing() {
        CrashPoints crash = CrashPoints.at(Point.BEFORE_SAVE, Mode.FREEZE);
        connected(fixture.process());
        Tokens crashed = fixture.processOver(crash.around(fixture.store), builder -> builder.withoutJournal());
        Tokens running = fixture.process();
        AccessToken refused = running.accessToken(PAGE);
        CompletableFuture<Object> frozen = outcome(fixture.async(() -> crashed.replace(PAGE, refused)));
        crash.awaitFrozen();

        AccessToken next = fixture.drive(fixture.async(() -> running.replace(PAGE, refused)), 3);
        crash.resume();
        fixture.drive(frozen, 1);

        assertThat(next.generation()).isEqualTo(2);
        assertThat(pages.presented())
                .as("derived a third time, which costs nothing")
                .hasSize(3);
        assertThat(running.accessToken(PAGE)).isEqualTo(next);
        assertThat(fixture.record(PAGE).generation()).isEqualTo(2);
    }

    @Test
    void closingEndsAPageThatWaitsForItsUser() {
        Tokens tokens = connected(fixture.process());
        expireUserToken();
        Gate gate = users.holdNextAfter();
        CompletableFuture<Object> page = outcome(fixture.async(() -> tokens.replace(PAGE, tokens.accessToken(PAGE))));
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
