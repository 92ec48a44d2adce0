package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.LIFETIME;
import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static dev.evertoken.protocol.ProtocolFixture.get;
import static dev.evertoken.protocol.ProtocolFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Responses of a rotating provider that arrive after the call deadline and before the claim ends. */
class LateResponseTest {

    private static final Duration CLAIM = Duration.ofSeconds(90);
    private static final Duration SETTLE = Duration.ofSeconds(6);

    @TempDir
    private Path folder;

    private final ManualClock clock = ManualClock.start();
    private final FaultyStore store = FaultyStore.over(new InMemoryTokenStore(clock));
    private final ProtocolFixture fixture =
            new ProtocolFixture(clock, new AuthorizationServer(RefreshModel.ROTATING, Reuse.STRICT, clock), store);
    private final CompletableFuture<Void> arrival = new CompletableFuture<>();

    @AfterEach
    void close() {
        store.up();
        arrival.complete(null);
        fixture.close();
    }

    @Test
    @Fault("M4")
    void aLateResponseIsSavedAndNoCallerWaitsForIt() throws InterruptedException {
        Tokens tokens = process();
        fixture.connectExpired(tokens);
        fixture.server.next(AuthorizationServer.respondsLate(arrival));

        TokenException overdue = failure(tokens);

        assertThat(overdue.problem()).isEqualTo(Problem.OUTCOME_UNKNOWN);
        assertThat(overdue.retryAt()).contains(clock.now().plus(CLAIM).minus(SETTLE));
        assertThat(failure(tokens)).as("a later caller").hasMessage(overdue.getMessage());
        TokenRecord during = fixture.record(ANNA);
        assertThat(during.claim().map(Claim::phase)).contains(Claim.Phase.SENT);
        assertThat(during.uncertain()).isZero();
        assertThat(during.failures().count()).isZero();
        AccountStatus status = tokens.status(ANNA);
        assertThat(status.state()).isEqualTo(ConnectionState.UNCERTAIN);
        assertThat(status.problem()).contains(Problem.OUTCOME_UNKNOWN);
        assertThat(status.nextAttempt()).isEqualTo(overdue.retryAt());

        clock.advance(Duration.ofSeconds(40));
        arrival.complete(null);
        until(() -> fixture.record(ANNA).generation() == 2);

        assertThat(fixture.event(TokenEvent.Refreshed.class).took()).isEqualTo(Duration.ofSeconds(40));
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(fixture.record(ANNA).claim()).isEmpty();
        assertThat(fixture.server.requests()).isEqualTo(1);
    }

    @Test
    @Fault("M4")
    void aPeerLeavesTheClaimAloneAndAdoptsTheLateTokens() {
        Tokens tokens = process();
        fixture.connectExpired(tokens);
        fixture.server.next(AuthorizationServer.respondsLate(arrival));
        failure(tokens);
        CompletableFuture<AccessToken> peer = fixture.async(() -> process().accessToken(ANNA));
        for (int second = 0; second < 70; second++) {
            clock.awaitWaits(2);
            clock.advance(Duration.ofSeconds(1));
        }

        arrival.complete(null);

        assertThat(fixture.drive(peer, 2).generation()).isEqualTo(2);
        assertThat(fixture.server.requests()).isEqualTo(1);
        fixture.server.assertNothingReused();
    }

    @Test
    @Fault("M4")
    void aValidTokenIsServedUntilTheLateOneIsPublished() {
        Tokens tokens = process();
        tokens.connect(ANNA, fixture.server.consent("anna"));
        AccessToken valid = tokens.accessToken(ANNA);
        clock.advance(LIFETIME.minusMinutes(4));
        fixture.server.next(AuthorizationServer.respondsLate(arrival));

        for (int second = 0; second < 30; second++) {
            assertThat(tokens.accessToken(ANNA)).isEqualTo(valid);
            clock.advance(Duration.ofSeconds(1));
        }
        arrival.complete(null);

        until(() -> tokens.accessToken(ANNA).generation() == 2);
        assertThat(fixture.server.requests()).isEqualTo(1);
    }

    @Test
    @Fault("M4")
    void aLateResponseIsInTheJournalWhileTheStoreIsAway() throws InterruptedException {
        Tokens tokens = process(builder -> builder.journal(folder.resolve("journal")));
        fixture.connectExpired(tokens);
        fixture.server.next(AuthorizationServer.respondsLate(arrival));
        failure(tokens);

        store.down();
        arrival.complete(null);

        assertThat(fixture.event(TokenEvent.RotationAtRisk.class).journaled()).isTrue();
        assertThat(fixture.event(TokenEvent.Refreshed.class).generation()).isEqualTo(2);
        assertThat(tokens.accessToken(ANNA).generation()).as("from memory").isEqualTo(2);
        store.up();
        clock.advance(SETTLE);
        until(() -> fixture.record(ANNA).generation() == 2);
    }

    @Test
    @Fault("M4")
    void aResponseThatNeverArrivesIsAnUnknownOutcomeWhenTheClaimEnds() throws InterruptedException {
        Tokens tokens = process();
        fixture.connectExpired(tokens);
        fixture.server.next(AuthorizationServer.respondsLate(arrival));
        TokenException overdue = failure(tokens);
        Instant since = clock.now();
        assertThat(tokens.status(ANNA).since()).isEqualTo(since);

        clock.advance(CLAIM.minusMillis(1));
        assertThat(fixture.record(ANNA).claim()).isPresent();
        clock.advance(Duration.ofMillis(1));

        TokenEvent.RefreshFailed failed = fixture.event(TokenEvent.RefreshFailed.class);
        assertThat(failed.problem()).isEqualTo(Problem.OUTCOME_UNKNOWN);
        assertThat(failed.detail()).as("unknown since the same time").isEqualTo(overdue.detail());
        assertThat(tokens.status(ANNA).since()).isEqualTo(since);
        assertThat(fixture.record(ANNA).claim()).isEmpty();
        assertThat(fixture.record(ANNA).uncertain()).isEqualTo(1);
        assertThat(failure(tokens).retryAt()).isEqualTo(failed.nextAttempt());
        assertThat(fixture.server.requests()).isEqualTo(1);
    }

    @Test
    @Fault("M4")
    void aLateRefusalMarksTheGrant() throws InterruptedException {
        Tokens tokens = process();
        fixture.connectExpired(tokens);
        fixture.server.revoke("anna");
        fixture.server.next(AuthorizationServer.respondsLate(arrival));
        failure(tokens);

        arrival.complete(null);

        assertThat(fixture.event(TokenEvent.ReauthorizationRequired.class).problem())
                .isEqualTo(Problem.GRANT_DEAD);
        assertThat(failure(tokens).problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(fixture.record(ANNA).claim()).isEmpty();
    }

    @Test
    @Fault("M4")
    void aLateResponseOfADisconnectedAccountIsDropped() {
        Tokens tokens = process();
        fixture.connectExpired(tokens);
        fixture.server.next(AuthorizationServer.respondsLate(arrival));
        failure(tokens);
        tokens.disconnect(ANNA);
        tokens.connect(ANNA, fixture.server.consent("anna"));
        TokenRecord renewed = fixture.record(ANNA);
        assertThat(tokens.accessToken(ANNA).grantId())
                .as("the overdue call is that of another grant")
                .isEqualTo(renewed.grant().id());

        arrival.complete(null);
        tokens.close();

        assertThat(fixture.record(ANNA)).isEqualTo(renewed);
    }

    @Test
    @Fault({"M4", "B16"})
    void closingWaitsForALateResponse() {
        Tokens tokens = process();
        fixture.connectExpired(tokens);
        fixture.server.next(AuthorizationServer.respondsLate(arrival));
        failure(tokens);
        CompletableFuture<Boolean> closed = closing(tokens);
        clock.advance(Duration.ofSeconds(60));
        assertThat(closed).isNotDone();

        arrival.complete(null);

        assertThat(get(closed)).isTrue();
        assertThat(fixture.record(ANNA).generation()).isEqualTo(2);
    }

    @Test
    @Fault({"M4", "B16"})
    void closingRecordsAnUnknownOutcomeIfNoResponseArrives() {
        Tokens tokens = process();
        fixture.connectExpired(tokens);
        fixture.server.next(AuthorizationServer.respondsLate(arrival));
        failure(tokens);
        clock.advance(Duration.ofSeconds(1));
        CompletableFuture<Boolean> closed = closing(tokens);

        clock.advance(CLAIM.minusSeconds(1));

        assertThat(get(closed)).isTrue();
        assertThat(fixture.record(ANNA).uncertain()).isEqualTo(1);
        assertThat(fixture.record(ANNA).claim()).isEmpty();
    }

    @Test
    @Fault("M4")
    void aRefresherLearnsHowLongItMayReadOn() {
        AtomicReference<Duration> limit = new AtomicReference<>();
        Tokens tokens = process();
        fixture.connectExpired(tokens);
        fixture.server.next((request, honest) -> {
            limit.set(request.readLimit());
            return honest.get();
        });

        tokens.accessToken(ANNA);

        assertThat(limit).hasValue(CLAIM.minus(SETTLE));
    }

    private CompletableFuture<Boolean> closing(Tokens tokens) {
        CompletableFuture<Boolean> closed = fixture.async(() -> {
            tokens.close();
            return true;
        });
        clock.awaitWaits(1);
        return closed;
    }

    private Tokens process() {
        return process(TokensBuilder::withoutJournal);
    }

    private Tokens process(UnaryOperator<TokensBuilder> more) {
        return fixture.process(
                builder -> more.apply(builder.claimDuration(CLAIM).settleWindow(SETTLE)));
    }
}
