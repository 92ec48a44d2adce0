package dev.evertoken.protocol;

import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static dev.evertoken.protocol.ProtocolFixture.get;
import static dev.evertoken.protocol.ProtocolFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.TokenSource;
import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ForwardingTokenStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.StoreOperation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two processes over one store: what one of them connects or disconnects ends the use of tokens in the other. */
class ChangedElsewhereTest {

    private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);
    private static final Duration RECHECK = Duration.ofMinutes(10);

    private final ManualClock clock = ManualClock.start();
    private final AuthorizationServer server = new AuthorizationServer(RefreshModel.ROTATING, Reuse.STRICT, clock);

    private FaultyStore store;
    private FaultyStore seenThere;
    private ProtocolFixture fixture;
    private Tokens here;
    private Tokens there;

    @BeforeEach
    void open() {
        TokenStore shared = new ForwardingTokenStore(new InMemoryTokenStore(clock)) {
            @Override
            public Guarantee guarantee() {
                return Guarantee.SHARED;
            }
        };
        store = FaultyStore.over(shared);
        seenThere = FaultyStore.over(shared);
        fixture = new ProtocolFixture(clock, server, store);
        here = fixture.process();
        there = fixture.processOver(seenThere, TokensBuilder::withoutJournal);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    // ---- the bound

    @Test
    @Fault("O6")
    void anAccountThatIsDisconnectedElsewhereHasNoTokenAfterFiveSeconds() {
        TokenSource source = here.source(ANNA);
        serveHere();

        there.disconnect(ANNA);
        assertThat(source.accessToken()).as("before the stamp is read").isNotNull();
        pass(FIVE_SECONDS);

        assertThat(failure(here).problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(failure(source::accessToken).problem()).isEqualTo(Problem.NOT_CONNECTED);
    }

    @Test
    @Fault("O6")
    void anotherLoginElsewhereIsUsedAfterFiveSeconds() {
        AccessToken old = serveHere();

        there.connect(ANNA, server.consent("anna"));
        pass(FIVE_SECONDS);

        assertThat(here.accessToken(ANNA).grantId()).isNotEqualTo(old.grantId());
    }

    @Test
    @Fault("O6")
    void aRevocationElsewhereEndsTheUseOfTheTokenToo() {
        serveHere();

        assertThat(there.revoke(ANNA).disconnected()).isTrue();
        pass(FIVE_SECONDS);

        assertThat(failure(here).problem()).isEqualTo(Problem.NOT_CONNECTED);
    }

    @Test
    @Fault("O6")
    void aFutureIsCompletedWithTheTokenOfTheNewLogin() {
        AccessToken old = serveHere();

        there.connect(ANNA, server.consent("anna"));
        pass(FIVE_SECONDS);

        assertThat(get(here.accessTokenAsync(ANNA)).grantId()).isNotEqualTo(old.grantId());
    }

    @Test
    @Fault("O6")
    void everyKindOfCallReadsTheRecordFirst() {
        AccessToken old = serveHere();
        TokenSource source = here.source(ANNA);
        AccessToken rejected = new AccessToken(old.value(), "Bearer", old.expiresAt(), "another grant", 1);
        there.disconnect(ANNA);
        pass(FIVE_SECONDS);

        assertThat(failure(() -> here.accessToken(ANNA, Duration.ofMinutes(1))).problem())
                .isEqualTo(Problem.NOT_CONNECTED);
        there.connect(ANNA, server.consent("anna"));
        AccessToken second = here.accessToken(ANNA);
        there.connect(ANNA, server.consent("anna"));
        pass(FIVE_SECONDS);
        assertThat(source.requestAuthorizer().newest(rejected).orElseThrow().grantId())
                .isNotEqualTo(second.grantId());
        AccessToken third = here.accessToken(ANNA);
        there.connect(ANNA, server.consent("anna"));
        pass(FIVE_SECONDS);
        assertThat(get(source.requestAuthorizer().newestAsync(rejected))
                        .orElseThrow()
                        .grantId())
                .isNotEqualTo(third.grantId());
        AccessToken fourth = here.accessToken(ANNA);
        there.connect(ANNA, server.consent("anna"));
        pass(FIVE_SECONDS);
        assertThat(here.replace(ANNA, rejected).grantId()).isNotEqualTo(fourth.grantId());
    }

    // ---- the cost

    @Test
    @Fault("O6")
    void theStampIsReadOnceInFiveSecondsWhateverTheNumberOfAccounts() {
        List<TokenKey> accounts = accounts(200);
        accounts.forEach(key -> here.connect(key, server.consent(key.account())));
        pass(FIVE_SECONDS);
        accounts.forEach(here::accessToken);
        int stamps = store.calls(StoreOperation.STAMP);
        int loads = store.calls(StoreOperation.LOAD);

        for (int times = 1; times <= 6; times++) {
            pass(FIVE_SECONDS);
            accounts.forEach(here::accessToken);
        }

        assertThat(store.calls(StoreOperation.STAMP) - stamps).isEqualTo(6);
        assertThat(store.calls(StoreOperation.LOAD) - loads).isZero();
    }

    @Test
    void aRefreshAndAFirstConnectMoveNothing() {
        serveHere();
        int stamps = store.calls(StoreOperation.STAMP);
        int others = seenThere.calls(StoreOperation.STAMP);

        there.refresh(ANNA, "to be seen elsewhere");
        there.connect(TokenKey.of("acme", "berta"), server.consent("berta"));
        pass(FIVE_SECONDS);
        int loads = store.calls(StoreOperation.LOAD);
        here.accessToken(ANNA);

        assertThat(store.calls(StoreOperation.STAMP) - stamps).isEqualTo(1);
        assertThat(seenThere.calls(StoreOperation.STAMP) - others).as("reads").isEqualTo(1);
        assertThat(store.calls(StoreOperation.LOAD)).isEqualTo(loads);
    }

    @Test
    void onlyTheAccountsThatAreUsedAreReadAgain() {
        List<TokenKey> accounts = accounts(20);
        accounts.forEach(key -> here.connect(key, server.consent(key.account())));
        pass(FIVE_SECONDS);
        accounts.forEach(here::accessToken);
        there.disconnect(accounts.get(0));
        pass(FIVE_SECONDS);
        int loads = store.calls(StoreOperation.LOAD);

        for (int times = 1; times <= 3; times++) {
            accounts.subList(1, 4).forEach(here::accessToken);
        }

        assertThat(store.calls(StoreOperation.LOAD) - loads).isEqualTo(3);
        assertThat(server.secondPresentations()).isZero();
    }

    @Test
    @Fault("O6")
    void whatThisProcessChangesDoubtsNoTokenHere() {
        serveHere();
        TokenKey berta = TokenKey.of("acme", "berta");
        here.connect(berta, server.consent("berta"));
        pass(FIVE_SECONDS);
        here.accessToken(ANNA);
        here.accessToken(berta);

        here.connect(berta, server.consent("berta"));
        here.disconnect(berta);
        pass(FIVE_SECONDS);
        int loads = store.calls(StoreOperation.LOAD);
        here.accessToken(ANNA);

        assertThat(store.calls(StoreOperation.LOAD)).isEqualTo(loads);
    }

    @Test
    @Fault("O6")
    void aChangeElsewhereIsNotHiddenByOneHere() {
        TokenKey berta = TokenKey.of("acme", "berta");
        here.connect(berta, server.consent("berta"));
        serveHere();

        there.disconnect(ANNA);
        here.disconnect(berta);
        pass(FIVE_SECONDS);

        assertThat(failure(here).problem()).isEqualTo(Problem.NOT_CONNECTED);
    }

    @Test
    @Fault("O6")
    void aRecordThatWasReadBeforeTheChangeIsReadAgainAfterIt() {
        TokenKey berta = TokenKey.of("acme", "berta");
        here.connect(berta, server.consent("berta"));
        there.connect(ANNA, server.consent("anna"));
        pass(FIVE_SECONDS);
        Checkpoint read = store.next(StoreOperation.LOAD).holdAfter();
        CompletableFuture<AccessToken> call = fixture.async(() -> here.accessToken(ANNA));
        read.awaitArrived();
        there.disconnect(ANNA);
        pass(FIVE_SECONDS);
        read.release();
        assertThat(get(call)).as("the token that was read before").isNotNull();

        assertThat(failure(here).problem()).isEqualTo(Problem.NOT_CONNECTED);
    }

    // ---- failures

    @Test
    @Fault("O6")
    void tokensAreServedWhileTheStoreFailsAndComparedAfterwards() {
        AccessToken token = serveHere();
        store.down();
        there.disconnect(ANNA);
        pass(FIVE_SECONDS);
        assertThat(here.accessToken(ANNA)).isEqualTo(token);

        store.up();
        pass(FIVE_SECONDS);

        assertThat(failure(here).problem()).isEqualTo(Problem.NOT_CONNECTED);
    }

    @Test
    @Fault("O6")
    void aDoubtedTokenIsServedIfItsRecordCannotBeRead() {
        AccessToken token = serveHere();
        there.connect(ANNA, server.consent("anna"));
        pass(FIVE_SECONDS);
        store.next(StoreOperation.LOAD).failBefore();
        int loads = store.calls(StoreOperation.LOAD);

        assertThat(here.accessToken(ANNA)).isEqualTo(token);
        assertThat(here.accessToken(ANNA)).isEqualTo(token);
        assertThat(store.calls(StoreOperation.LOAD) - loads).as("reads").isEqualTo(1);

        pass(Duration.ofSeconds(2));
        assertThat(here.accessToken(ANNA).grantId()).isNotEqualTo(token.grantId());
    }

    @Test
    @Fault("O6")
    void aStoreThatDoesNotRespondDelaysACallerByTwoSeconds() {
        AccessToken token = serveHere();
        there.disconnect(ANNA);
        pass(FIVE_SECONDS);
        Checkpoint hanging = store.next(StoreOperation.LOAD).holdBefore();
        CompletableFuture<AccessToken> call = fixture.async(() -> here.accessToken(ANNA));
        hanging.awaitArrived();
        clock.awaitWaits(1);

        clock.advance(Duration.ofSeconds(2));

        assertThat(get(call)).isEqualTo(token);
        assertThat(here.accessToken(ANNA)).as("the next call does not wait").isEqualTo(token);
        hanging.release();
        until(() -> ProtocolFixture.outcome(here.accessTokenAsync(ANNA)).join() instanceof RuntimeException);
    }

    @Test
    @Fault("O6")
    void aStampThatCannotBeMovedFailsNoDisconnectAndIsMovedLater() {
        serveHere();
        there.accessToken(ANNA);
        seenThere.next(StoreOperation.STAMP).failBefore();

        assertThat(there.disconnect(ANNA)).isTrue();
        pass(FIVE_SECONDS);
        pass(FIVE_SECONDS);

        assertThat(failure(here).problem()).isEqualTo(Problem.NOT_CONNECTED);
    }

    @Test
    void aStoreWithoutAStampIsReadAfterTheRecheckPeriod() {
        ForwardingTokenStore without = new ForwardingTokenStore(store) {
            @Override
            public Optional<String> changeStamp() {
                return Optional.empty();
            }

            @Override
            public Optional<Move> moveChangeStamp() {
                return Optional.empty();
            }
        };
        Tokens other = fixture.processOver(without, TokensBuilder::withoutJournal);
        other.connect(ANNA, server.consent("anna"));
        clock.advance(FIVE_SECONDS);
        until(() -> clock.timers() == 0);

        there.disconnect(ANNA);
        clock.advance(RECHECK.minus(FIVE_SECONDS).minusSeconds(1));

        assertThat(other.accessToken(ANNA)).isNotNull();
        assertThat(store.calls(StoreOperation.STAMP)).isZero();
    }

    // ---- fixture

    /** Connects Anna elsewhere, and gets her token here until it is served from memory. */
    private AccessToken serveHere() {
        there.connect(ANNA, server.consent("anna"));
        here.accessToken(ANNA);
        pass(FIVE_SECONDS); // the first read of the stamp
        AccessToken token = here.accessToken(ANNA);
        assertThat(here.accessToken(ANNA)).isSameAs(token);
        return token;
    }

    /** Lets five seconds or less pass, and waits until the engines have read the stamp if that was due. */
    private void pass(Duration time) {
        int timers = clock.timers();
        clock.advance(time);
        until(() -> clock.timers() == timers);
    }

    private static List<TokenKey> accounts(int number) {
        return IntStream.range(0, number)
                .mapToObj(n -> TokenKey.of("acme", "account-" + n))
                .toList();
    }
}
