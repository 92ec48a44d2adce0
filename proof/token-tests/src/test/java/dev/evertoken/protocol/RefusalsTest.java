package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.LIFETIME;
import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.evertoken.TokenSource;
import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.NotConnectedException;
import dev.evertoken.model.Problem;
import dev.evertoken.model.ReauthorizationRequiredException;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ForwardingTokenStore;
import dev.evertoken.testing.ManualClock;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls for accounts without a token, which follow each other quickly: what they cost and what they are told. */
class RefusalsTest {

    private static final int CALLS = 2_000;
    private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
    private static final URI RECONNECT = URI.create("https://app.example/reconnect");
    private static final TokenKey BEN = TokenKey.of("acme", "ben");

    private final ManualClock clock = ManualClock.start();
    private final FaultyStore store = FaultyStore.over(new InMemoryTokenStore(clock));
    private final ProtocolFixture fixture =
            new ProtocolFixture(clock, new AuthorizationServer(RefreshModel.STATIC, Reuse.SOFT, clock), store);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger hops = new AtomicInteger();
    private final Tokens tokens = fixture.process(builder -> builder.withoutJournal()
            .cacheSize(100)
            .reconnectUrl(key -> RECONNECT)
            .executor(task -> {
                hops.incrementAndGet();
                threads.execute(task);
            }));

    @AfterEach
    void close() {
        store.up();
        fixture.close();
        threads.shutdownNow();
    }

    // ---- what a call costs

    @Test
    @Fault("L8")
    void twoThousandCallsForAnEndedGrantCostOneReadInTwoSecondsAndNoThread() {
        endTheGrant();
        TokenException first = failure(tokens);

        assertCost(0, 0, () -> {
            assertThat(sameRefusals(first)).isEqualTo(CALLS);
            assertSame(failure(tokens), first);
            assertSame(async(tokens), first);
        });
        assertCost(1, 1, () -> {
            clock.advance(TWO_SECONDS);
            assertThat(sameRefusals(first)).isEqualTo(CALLS);
        });
        assertThat(fixture.server.requests()).isEqualTo(1);
    }

    @Test
    @Fault("L8")
    void twoThousandCallsForAnUnknownAccountCostOneReadInTwoSecondsAndNoThread() {
        TokenException first = failure(tokens);
        assertThat(first).isInstanceOf(NotConnectedException.class);

        assertCost(0, 0, () -> {
            assertThat(sameRefusals(first)).isEqualTo(CALLS);
            assertSame(failure(tokens), first);
            assertSame(async(tokens), first);
        });
        assertCost(1, 1, () -> {
            clock.advance(TWO_SECONDS);
            assertThat(sameRefusals(first)).isEqualTo(CALLS);
        });
    }

    @Test
    @Fault("L8")
    void aRefusalWithARetryTimeIsToldUntilThatTime() {
        fixture.connectExpired(tokens);
        fixture.server.next(AuthorizationServer.notSent());
        TokenException first = failure(tokens);
        Instant retryAt = first.retryAt().orElseThrow();
        assertThat(retryAt).isBetween(clock.now().plusSeconds(1), clock.now().plus(TWO_SECONDS));

        assertCost(0, 0, () -> {
            clock.advanceTo(retryAt.minusMillis(1));
            assertSame(failure(tokens), first);
            assertSame(failure(() -> tokens.accessToken(ANNA, Duration.ofMinutes(5))), first);
        });

        clock.advanceTo(retryAt);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
    }

    @Test
    @Fault("L8")
    void aRefusalOfOneRequirementIsNoAnswerToACallerThatAcceptsAnyToken() {
        tokens.connect(ANNA, fixture.server.consent("anna"));
        AccessToken valid = tokens.accessToken(ANNA);
        fixture.server.next(AuthorizationServer.notSent());
        TokenException refused = failure(() -> tokens.replace(ANNA, valid));

        assertCost(0, 0, () -> {
            assertSame(failure(() -> tokens.replace(ANNA, valid)), refused);
            assertThat(tokens.accessToken(ANNA)).isEqualTo(valid);
        });
        clock.advance(Duration.ofMinutes(59).plusSeconds(59));
        assertThat(tokens.accessToken(ANNA, Duration.ofMinutes(5)).generation()).isEqualTo(2);
    }

    @Test
    @Fault("L8")
    void aTokenThatAnApiRejectsIsLookedForInTheStoreOnceInTwoSeconds() {
        tokens.connect(ANNA, fixture.server.consent("anna"));
        AccessToken rejected = tokens.accessToken(ANNA);
        TokenSource source = tokens.source(ANNA);
        assertThat(source.requestAuthorizer().newest(rejected)).isEmpty();

        assertCost(
                0,
                0,
                () -> IntStream.range(0, CALLS)
                        .forEach(call -> assertThat(source.requestAuthorizer().newest(rejected))
                                .isEmpty()));

        clock.advance(Duration.ofSeconds(11));
        AccessToken next = fixture.process().refresh(ANNA, "a test");
        assertThat(source.requestAuthorizer().newest(rejected)).contains(next);
    }

    @Test
    @Fault("L8")
    void anyNumberOfUnknownAccountsLeavesTheCellsOfKnownOnesInPlace() {
        List<TokenKey> known = IntStream.range(0, 100)
                .mapToObj(i -> TokenKey.of("acme", "user-" + i))
                .toList();
        known.forEach(key -> tokens.connect(key, fixture.server.consent(key.account())));
        endTheGrantOf(known.get(99));

        for (int i = 0; i < 1_500; i++) {
            TokenKey unknown = TokenKey.of("acme", "unknown-" + i);
            assertThatThrownBy(() -> tokens.accessToken(unknown)).isInstanceOf(NotConnectedException.class);
        }

        assertCost(0, 0, () -> {
            System.gc();
            known.subList(0, 99)
                    .forEach(key -> assertThat(tokens.accessToken(key)).isNotNull());
            assertThatThrownBy(() -> tokens.accessToken(known.get(99)))
                    .isInstanceOf(ReauthorizationRequiredException.class);
        });
    }

    // ---- what ends a refusal

    @Test
    @Fault("L8")
    void aConnectEndsARefusalAtOnce() {
        failure(tokens);
        tokens.connect(ANNA, fixture.server.consent("anna"));
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(1);

        clock.advance(LIFETIME.plusSeconds(1));
        fixture.server.revoke("anna");
        failure(tokens);
        tokens.connectAll(Map.of(ANNA, fixture.server.consent("anna")));
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(1);
    }

    @Test
    @Fault("L8")
    void aConnectOfAnExpiredTokenEndsARefusalAtOnce() {
        endTheGrant();
        failure(tokens);
        Instant hourAgo = clock.now().minus(LIFETIME);

        tokens.connect(
                ANNA,
                fixture.server.consent("anna").toBuilder()
                        .issuedAt(hourAgo.minus(LIFETIME))
                        .expiresAt(hourAgo)
                        .build());

        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
    }

    @Test
    @Fault("L8")
    void aDisconnectAndAClearEndARefusalAtOnce() {
        endTheGrant();
        failure(tokens);
        tokens.disconnect(ANNA);
        assertThat(failure(tokens).problem()).isEqualTo(Problem.NOT_CONNECTED);

        endTheGrant();
        failure(tokens);
        assertThat(tokens.operations().clear(ANNA, fixture.record(ANNA).revision()))
                .isTrue();
        assertThat(failure(tokens).problem()).isEqualTo(Problem.NOT_CONNECTED);
    }

    @Test
    @Fault("L8")
    void aTransferEndsARefusalAtOnce() {
        try (TwoStores stores = new TwoStores()) {
            TokenKey key = stores.connect(1).get(0);
            assertThat(failure(() -> stores.here.accessToken(key)).problem()).isEqualTo(Problem.NOT_CONNECTED);

            stores.transfer().move();

            assertThat(stores.here.accessToken(key)).isNotNull();
        }
    }

    @Test
    @Fault("L8")
    void aForcedRefreshIsNotAnsweredAndEndsARefusal() {
        endTheGrant();
        failure(tokens);
        fixture.process().connect(ANNA, fixture.server.consent("anna"));
        clock.advance(Duration.ofMillis(1));
        assertThat(failure(tokens).problem()).isEqualTo(Problem.GRANT_DEAD);

        assertThat(tokens.refresh(ANNA, "a test").generation()).isEqualTo(1);

        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(1);
    }

    @Test
    @Fault("L8")
    void aConnectInAnotherProcessIsSeenAfterTwoSeconds() {
        failure(tokens);
        fixture.process().connect(ANNA, fixture.server.consent("anna"));
        assertThat(failure(tokens).problem()).isEqualTo(Problem.NOT_CONNECTED);

        clock.advance(TWO_SECONDS);

        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(1);
    }

    @Test
    @Fault("L8")
    void aClientThatAnotherAccountOpensIsOpenAtOnce() {
        tokens.connect(BEN, fixture.server.consent("ben"));
        fixture.connectExpired(tokens);
        fixture.server.next(AuthorizationServer.refuses(Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED));
        Instant until = failure(tokens).retryAt().orElseThrow();
        clock.advanceTo(until);
        Gate gate = new Gate();
        fixture.server.next(AuthorizationServer.heldBefore(gate));
        CompletableFuture<AccessToken> probe = fixture.async(() -> tokens.accessToken(ANNA));
        gate.awaitArrival();
        assertThat(failure(() -> tokens.accessToken(BEN)).problem()).isEqualTo(Problem.CLIENT_REJECTED);
        gate.open();
        assertThat(ProtocolFixture.get(probe).generation()).isEqualTo(2);

        assertThat(tokens.accessToken(BEN).generation()).isEqualTo(2);
    }

    @Test
    @Fault("L8")
    void aConnectOfTheParentEndsTheRefusalOfADerivedAccount() {
        TokenKey page = TokenKey.of("acme", "page");
        Pages pages = new Pages(fixture.server).page("p-1", "Anna's page");
        try (ProtocolFixture derived = new ProtocolFixture(clock, fixture.server, pages, store)) {
            Tokens pageTokens = derived.process();
            pageTokens.connect(ANNA, fixture.server.consent("anna"));
            pageTokens.connectDerived(page, ANNA, "p-1");
            AccessToken rejected = pageTokens.accessToken(page);
            pageTokens.disconnect(ANNA);
            TokenException first = failure(() -> pageTokens.replace(page, rejected));
            assertThat(first.problem()).isEqualTo(Problem.PARENT_NOT_CONNECTED);
            assertCost(0, 0, () -> assertSame(failure(() -> pageTokens.replace(page, rejected)), first));

            pageTokens.connect(ANNA, fixture.server.consent("anna"));

            assertThat(pageTokens.replace(page, rejected)).isNotEqualTo(rejected);
        }
    }

    @Test
    @Fault("L8")
    void aConnectDuringAReadIsNotAnsweredWithItsRefusal() {
        Checkpoint read = store.next(LOAD).holdAfter();
        CompletableFuture<AccessToken> early = fixture.async(() -> tokens.accessToken(ANNA));
        read.awaitArrived();
        tokens.connect(ANNA, fixture.server.consent("anna"));
        read.release();
        assertThatThrownBy(() -> ProtocolFixture.get(early)).isInstanceOf(NotConnectedException.class);

        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(1);
    }

    // ---- what is no refusal

    @Test
    @Fault("L8")
    void anOutageThatIsOverIsOverForTheNextCall() {
        tokens.connect(ANNA, fixture.server.consent("anna"));
        Tokens other = fixture.process();
        store.down();
        assertThat(failure(other).problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        store.up();

        assertThat(other.accessToken(ANNA).generation()).isEqualTo(1);
    }

    @Test
    @Fault("L8")
    void anExhaustedQuotaOfTheStoreIsNotUsedUpByFailingCalls() {
        Instant retryAt = clock.now().plusMillis(1_500);
        AtomicInteger reads = new AtomicInteger();
        TokenStore exhausted = new ForwardingTokenStore(store) {
            @Override
            public Optional<TokenRecord> load(TokenKey key) {
                reads.incrementAndGet();
                throw quota(retryAt);
            }
        };
        Tokens other = fixture.processOver(exhausted, builder -> builder.withoutJournal());

        for (int call = 0; call < 20; call++) {
            assertThat(failure(other).retryAt()).contains(retryAt);
        }
        assertThat(reads).hasValue(1);
        clock.advanceTo(retryAt);
        assertThat(failure(other).problem()).isEqualTo(Problem.STORE_QUOTA);
        assertThat(reads).hasValue(2);
    }

    private static TokenException quota(Instant retryAt) {
        return TokenException.about(Problem.STORE_QUOTA)
                .detail("the quota is exhausted")
                .retryAt(retryAt)
                .build();
    }

    @Test
    void aClosedEngineDoesNotAnswerWithARefusal() {
        failure(tokens);
        tokens.close();

        assertThatThrownBy(() -> tokens.accessToken(ANNA)).isInstanceOf(IllegalStateException.class);
    }

    // ---- helpers

    private void endTheGrant() {
        endTheGrantOf(ANNA);
    }

    /** Connects an account whose token has expired and whose grant is revoked. */
    private void endTheGrantOf(TokenKey key) {
        Instant hourAgo = clock.now().minus(LIFETIME);
        tokens.connect(
                key,
                fixture.server.consent(key.account()).toBuilder()
                        .issuedAt(hourAgo.minus(LIFETIME))
                        .expiresAt(hourAgo)
                        .build());
        fixture.server.revoke(key.account());
        assertThat(failure(() -> tokens.accessToken(key)).problem()).isEqualTo(Problem.GRANT_DEAD);
    }

    private void assertCost(int reads, int tasks, Runnable calls) {
        int readsBefore = store.calls(LOAD);
        int hopsBefore = hops.get();
        calls.run();
        assertThat(store.calls(LOAD) - readsBefore).as("reads of the store").isEqualTo(reads);
        assertThat(hops.get() - hopsBefore).as("tasks for engine threads").isEqualTo(tasks);
    }

    /** Calls two thousand times, waiting or not, and returns how many calls had the same refusal. */
    private int sameRefusals(TokenException first) {
        int same = 0;
        for (int call = 0; call < CALLS; call++) {
            try {
                var unused = call % 2 == 0
                        ? tokens.accessToken(ANNA)
                        : tokens.accessTokenAsync(ANNA).join();
            } catch (TokenException e) {
                same += e != first && e.toJson().equals(first.toJson()) ? 1 : 0;
            } catch (CompletionException e) {
                same += ((TokenException) e.getCause()).toJson().equals(first.toJson()) ? 1 : 0;
            }
        }
        return same;
    }

    private static void assertSame(TokenException again, TokenException first) {
        assertThat(again).isNotSameAs(first).hasSameClassAs(first).hasMessage(first.getMessage());
        assertThat(again.toJson()).isEqualTo(first.toJson());
        assertThat(again.detail()).isEqualTo(first.detail());
        assertThat(again.retryAt()).isEqualTo(first.retryAt());
        assertThat(again.getStackTrace())
                .extracting(StackTraceElement::getClassName)
                .contains(RefusalsTest.class.getName());
    }

    private static TokenException async(Tokens tokens) {
        Throwable thrown = catchThrowable(() -> tokens.accessTokenAsync(ANNA).join());
        assertThat(thrown).isInstanceOf(CompletionException.class).hasCauseInstanceOf(TokenException.class);
        return (TokenException) thrown.getCause();
    }
}
