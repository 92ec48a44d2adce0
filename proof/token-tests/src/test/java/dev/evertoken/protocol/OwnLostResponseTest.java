package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.LIFETIME;
import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static dev.evertoken.protocol.ProtocolFixture.get;
import static dev.evertoken.protocol.ProtocolFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.StoreOperation;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A lost response of this application is reported as such, and not as the work of another holder. */
class OwnLostResponseTest {

    private final ManualClock clock = ManualClock.start();
    private final FaultyStore store = FaultyStore.over(new InMemoryTokenStore(clock));
    private final ProtocolFixture fixture =
            new ProtocolFixture(clock, new AuthorizationServer(RefreshModel.ROTATING, Reuse.SOFT, clock), store);
    private final Tokens tokens = fixture.process();

    @AfterEach
    void close() {
        store.up();
        fixture.close();
    }

    @Test
    @Fault("O4")
    void aLostResponseIsToldAsThatOfThisApplicationWithTheTime() throws InterruptedException {
        fixture.connectExpired(tokens);
        Instant lost = clock.now();
        fixture.server.next(AuthorizationServer.lostResponse());

        TokenException told = failure(tokens);

        assertThat(told.problem()).isEqualTo(Problem.OUTCOME_UNKNOWN);
        assertThat(told.detail())
                .isEqualTo("no response was received; the outcome of a refresh by this application is unknown since "
                        + lost);
        assertThat(fixture.event(TokenEvent.RefreshFailed.class).detail()).isEqualTo(told.detail());
        AccountStatus status = tokens.status(ANNA);
        assertThat(status.state()).isEqualTo(ConnectionState.UNCERTAIN);
        assertThat(status.since()).isEqualTo(lost);
        assertThat(status.detail()).isEqualTo(told.detail());
    }

    @Test
    @Fault("O4")
    void aFurtherLossIsToldWithTheTimeOfTheFirst() {
        fixture.connectExpired(tokens);
        Instant lost = clock.now();
        fixture.server.next(AuthorizationServer.lostResponse()).next(AuthorizationServer.gatewayFails());
        clock.advanceTo(failure(tokens).retryAt().orElseThrow());

        assertThat(failure(tokens).detail())
                .isEqualTo("token endpoint answered 502; the outcome of a refresh by this application is unknown since "
                        + lost);
        assertThat(tokens.status(ANNA).since()).isEqualTo(lost);
    }

    @Test
    @Fault("O4")
    void aRefusalAfterALostResponseNamesTheLossAndNoOtherHolder() throws InterruptedException {
        fixture.connectExpired(tokens);
        Instant lost = clock.now();
        fixture.server.next(AuthorizationServer.lostResponse());
        clock.advanceTo(failure(tokens).retryAt().orElseThrow());

        TokenException refused = failure(tokens);

        assertThat(refused.problem()).isEqualTo(Problem.REFRESH_TOKEN_LOST);
        assertThat(refused.detail())
                .contains("the outcome of an earlier refresh by this application is unknown since " + lost)
                .doesNotContain("another holder");
        TokenEvent.ReauthorizationRequired event = fixture.event(TokenEvent.ReauthorizationRequired.class);
        assertThat(event.problem()).isEqualTo(Problem.REFRESH_TOKEN_LOST);
        assertThat(event.detail()).isEqualTo(refused.detail());
        assertThat(tokens.status(ANNA).detail()).isEqualTo(refused.detail());
    }

    @Test
    @Fault("O4")
    void theClaimOfALostResponseIsNotWaitedForAsThatOfAPeer() {
        fixture.connectExpired(tokens);
        Instant lost = clock.now();
        fixture.server.next((request, honest) -> {
            TokenOutcome unused = honest.get();
            store.next(StoreOperation.COMPARE_AND_SET)
                    .where(next -> next.claim().isEmpty())
                    .times(1_000)
                    .failBefore();
            return AuthorizationServer.unknown("no response was received");
        });
        TokenException told = failure(tokens);
        assertThat(told.problem()).isEqualTo(Problem.OUTCOME_UNKNOWN);
        TokenRecord record = fixture.record(ANNA);
        assertThat(record.claim()).as("the claim of the lost call is stored").isPresent();
        assertThat(record.uncertain()).as("the outcome is not").isZero();
        clock.advanceTo(told.retryAt().orElseThrow());
        fixture.server.next(AuthorizationServer.notSent());

        TokenException next = get(fixture.async(() -> failure(tokens)));

        assertThat(next.problem()).isEqualTo(Problem.NETWORK);
        assertThat(fixture.record(ANNA).uncertain()).isEqualTo(1);
        assertThat(fixture.record(ANNA).health().since()).isEqualTo(lost);
    }

    @Test
    @Fault("O4")
    void theOutcomeIsRecordedForOtherProcessesAsSoonAsTheStoreAcceptsIt() {
        Instant lost = lostWhileTheStoreIsDown();
        assertThat(fixture.record(ANNA).uncertain()).isZero();
        AccountStatus here = tokens.status(ANNA);
        assertThat(here.state()).isEqualTo(ConnectionState.UNCERTAIN);
        assertThat(here.since()).isEqualTo(lost);

        clock.advance(Duration.ofSeconds(3));
        until(() -> fixture.record(ANNA).claim().isEmpty());

        AccountStatus elsewhere = fixture.process().status(ANNA);
        assertThat(elsewhere.state()).isEqualTo(ConnectionState.UNCERTAIN);
        assertThat(elsewhere.problem()).contains(Problem.OUTCOME_UNKNOWN);
        assertThat(elsewhere.since()).isEqualTo(lost);
        assertThat(elsewhere.nextAttempt()).as("one retry time").isEqualTo(here.nextAttempt());
        assertThat(fixture.record(ANNA).uncertain()).isEqualTo(1);
        assertThat(fixture.server.requests()).isEqualTo(1);
    }

    /** Loses a response and the write of its outcome; returns when. The store works again afterwards. */
    private Instant lostWhileTheStoreIsDown() {
        fixture.connectExpired(tokens);
        Instant lost = clock.now();
        fixture.server.next((request, honest) -> {
            TokenOutcome unused = honest.get();
            store.down();
            return AuthorizationServer.unknown("no response was received");
        });
        assertThat(failure(tokens).problem()).isEqualTo(Problem.OUTCOME_UNKNOWN);
        store.up();
        return lost;
    }

    // ---- a process that ended

    @Test
    @Fault("O1")
    void aClaimThatEndedWithoutAnOutcomeIsToldAsUncertain() {
        tokens.connect(ANNA, fixture.server.consent("anna"));
        clock.advance(LIFETIME.minusMinutes(4));
        Instant began = clock.now();
        claimOfAProcessThatEnds();
        assertThat(tokens.status(ANNA).state()).as("while the claim is valid").isEqualTo(ConnectionState.ACTIVE);

        clock.advance(Duration.ofSeconds(36));

        AccountStatus status = tokens.status(ANNA);
        assertThat(status.state()).isEqualTo(ConnectionState.UNCERTAIN);
        assertThat(status.problem()).contains(Problem.OUTCOME_UNKNOWN);
        assertThat(status.since()).isEqualTo(began);
        assertThat(status.nextAttempt()).as("when nothing can be lost").isEqualTo(status.expiresAt());
        assertThat(tokens.accessToken(ANNA).generation()).as("still served").isEqualTo(1);

        clock.advance(LIFETIME);
        AccountStatus ended = tokens.status(ANNA);
        assertThat(ended.state()).isEqualTo(ConnectionState.UNCERTAIN);
        assertThat(ended.detail())
                .isEqualTo("process 7 on host-2 has recorded no outcome before its claim ended; the outcome of a"
                        + " refresh by this application is unknown since " + began);
    }

    private void claimOfAProcessThatEnds() {
        TokenRecord record = fixture.record(ANNA);
        Duration duration = Duration.ofSeconds(30);
        Claim claim = new Claim(
                "claim-7", "process 7 on host-2", duration, clock.now().plus(duration), Claim.Phase.SENT);
        assertThat(store.compareAndSet(
                        ANNA, record.revision(), record.next().claim(claim).build(7, clock.now())))
                .isTrue();
    }
}
