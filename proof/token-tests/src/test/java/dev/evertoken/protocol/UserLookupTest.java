package dev.evertoken.protocol;

import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.get;
import static dev.evertoken.protocol.ProtocolFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenSet;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.UserLookup;
import dev.evertoken.spi.provider.UserLookupOutcome;
import dev.evertoken.spi.provider.UserLookupOutcome.Failed;
import dev.evertoken.spi.provider.UserLookupOutcome.Found;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.StoreOperation;
import java.time.Duration;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The lookup of user data missing in a token response: it runs after the tokens are saved and never affects them. */
class UserLookupTest {

    private final ManualClock clock = ManualClock.start();
    private final AuthorizationServer server = new AuthorizationServer(RefreshModel.ROTATING, Reuse.STRICT, clock);
    private final ScriptedUserLookup userLookup = new ScriptedUserLookup(server);
    private final FaultyStore store = FaultyStore.over(new InMemoryTokenStore(clock));
    private final ProtocolFixture fixture = new ProtocolFixture(clock, server, userLookup, store);
    private final Tokens tokens = fixture.process();

    /** A provider that reports the user of a token only through a lookup, as scripted. */
    private static final class ScriptedUserLookup implements Provider, UserLookup {
        private final AuthorizationServer server;
        private final Deque<Supplier<UserLookupOutcome>> script = new ConcurrentLinkedDeque<>();
        private final AtomicInteger lookups = new AtomicInteger();

        ScriptedUserLookup(AuthorizationServer server) {
            this.server = server;
        }

        ScriptedUserLookup next(Supplier<UserLookupOutcome> response) {
            script.add(response);
            return this;
        }

        @Override
        public UserLookupOutcome lookUp(HeldTokens held) {
            lookups.incrementAndGet();
            Supplier<UserLookupOutcome> step = script.poll();
            return step == null ? new Found(Optional.of("user-1"), Optional.of(Set.of("read"))) : step.get();
        }

        @Override
        public String id() {
            return server.id();
        }

        @Override
        public ProviderProfile profile() {
            return server.profile();
        }

        @Override
        public Refresher refresher() {
            return server;
        }

        @Override
        public Optional<UserLookup> userLookup() {
            return Optional.of(this);
        }
    }

    private static UserLookupOutcome down() {
        return new Failed(Problem.PROVIDER_UNAVAILABLE, "userinfo answered 503");
    }

    @AfterEach
    void close() {
        store.up();
        fixture.close();
    }

    private void untilSubjectIsKnown() {
        until(() -> fixture.record(ANNA).subject().isPresent());
    }

    private void untilState(ConnectionState state) {
        until(() -> fixture.record(ANNA).health().state() == state);
    }

    @Test
    void theUserIsLookedUpAfterTheConsent() {
        TokenSet consent = server.consent("anna");
        tokens.connect(ANNA, consent);
        untilSubjectIsKnown();

        assertThat(tokens.status(ANNA).subject()).contains("user-1");
        assertThat(tokens.status(ANNA).grantedScopes()).containsExactly("read");
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(tokens.accessToken(ANNA).value())
                .isEqualTo(consent.accessToken().orElseThrow());
        tokens.replace(ANNA, tokens.accessToken(ANNA));
        assertThat(fixture.record(ANNA).subject()).contains("user-1");
        assertThat(userLookup.lookups.get()).isEqualTo(1);
    }

    @Test
    @Fault("B14")
    void aFailedLookupKeepsTheSavedTokensInUseAndIsRetriedAutomatically() throws InterruptedException {
        userLookup.next(UserLookupTest::down);
        TokenSet consent = server.consent("anna");
        tokens.connect(ANNA, consent);
        untilState(ConnectionState.DEGRADED);

        assertThat(tokens.status(ANNA).problem()).contains(Problem.USER_LOOKUP_FAILED);
        assertThat(tokens.status(ANNA).remedy()).contains(Remedy.RETRY);
        assertThat(tokens.status(ANNA).detail())
                .isEqualTo("the tokens are saved, but the user lookup failed: userinfo answered 503");
        assertThat(fixture.event(TokenEvent.RefreshFailed.class).problem()).isEqualTo(Problem.USER_LOOKUP_FAILED);
        assertThat(tokens.accessToken(ANNA).value())
                .isEqualTo(consent.accessToken().orElseThrow());
        assertThat(fixture.process().accessToken(ANNA).value())
                .isEqualTo(consent.accessToken().orElseThrow());

        until(() -> clock.timers() > 0);
        clock.advance(Duration.ofMinutes(1));
        untilSubjectIsKnown();
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(tokens.status(ANNA).detail()).isEmpty();
        assertThat(fixture.event(TokenEvent.Recovered.class).from()).isEqualTo(ConnectionState.DEGRADED);
        assertThat(server.requests()).isZero();
    }

    @Test
    @Fault("B14")
    void aRefreshSavesItsTokensWhileTheUserLookupKeepsFailing() {
        for (int i = 0; i < 30; i++) {
            userLookup.next(UserLookupTest::down);
        }
        tokens.connect(ANNA, server.consent("anna"));
        untilState(ConnectionState.DEGRADED);
        clock.awaitTimers(1); // the next attempt is set after the state is stored

        AccessToken next = tokens.replace(ANNA, tokens.accessToken(ANNA));

        assertThat(next.generation()).as("no gate is closed").isEqualTo(2);
        assertThat(fixture.record(ANNA).generation()).isEqualTo(2);
        clock.advance(Duration.ofMinutes(1));
        untilState(ConnectionState.DEGRADED);
        TokenRecord record = fixture.record(ANNA);
        assertThat(record.failures().count()).isZero();
        assertThat(record.failures().nextAttempt()).isEmpty();
        assertThat(tokens.accessToken(ANNA)).isEqualTo(next);
        server.assertNothingReused();
    }

    @Test
    @Fault("B14")
    void aLookupThatThrowsCountsAsAFailure() {
        userLookup.next(() -> {
            throw new IllegalStateException("a bug");
        });
        tokens.connect(ANNA, server.consent("anna"));
        untilState(ConnectionState.DEGRADED);

        assertThat(tokens.status(ANNA).detail()).endsWith("failed with java.lang.IllegalStateException");
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(1);
    }

    @Test
    void aMoreSevereStateIsNotOverwritten() {
        Gate gate = new Gate();
        userLookup.next(() -> {
            gate.pass();
            return down();
        });
        tokens.connect(ANNA, server.consent("anna"));
        gate.awaitArrival();
        server.revoke("anna");
        ProtocolFixture.failure(() -> tokens.replace(ANNA, tokens.accessToken(ANNA)));
        TokenRecord marked = fixture.record(ANNA);
        gate.open();
        until(() -> clock.timers() > 0);

        assertThat(marked.health().state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(fixture.record(ANNA)).isEqualTo(marked);
    }

    @Test
    void aLookupThatCompletesDuringARefreshIsSavedAfterIt() {
        Gate lookup = new Gate();
        userLookup.next(() -> {
            lookup.pass();
            return new Found(Optional.of("user-1"), Optional.empty());
        });
        tokens.connect(ANNA, server.consent("anna"));
        lookup.awaitArrival();
        Gate refresh = new Gate();
        server.next(AuthorizationServer.heldAfter(refresh));
        CompletableFuture<AccessToken> next = fixture.async(() -> tokens.replace(ANNA, tokens.accessToken(ANNA)));
        refresh.awaitArrival();
        TokenRecord claimed = fixture.record(ANNA);
        lookup.open();
        until(() -> clock.timers() > 0);
        assertThat(fixture.record(ANNA)).isEqualTo(claimed);
        refresh.open();

        assertThat(get(next).generation()).isEqualTo(2);
        clock.advance(Duration.ofMinutes(1));
        untilSubjectIsKnown();
        assertThat(fixture.record(ANNA).generation()).isEqualTo(2);
    }

    @Test
    void aLookupOfAReplacedGrantIsDropped() {
        Gate gate = new Gate();
        userLookup.next(() -> {
            gate.pass();
            return new Found(Optional.of("old-user"), Optional.empty());
        });
        tokens.connect(ANNA, server.consent("anna"));
        gate.awaitArrival();
        clock.advance(Duration.ofSeconds(1));
        tokens.connect(ANNA, server.consent("anna"));
        untilSubjectIsKnown();
        gate.open();

        assertThat(fixture.record(ANNA).subject()).contains("user-1");
        tokens.disconnect(ANNA);
        assertThat(store.load(ANNA)).isEmpty();
    }

    @Test
    void aLookupIsSavedLaterIfTheStoreIsUnavailable() {
        Gate gate = new Gate();
        userLookup.next(() -> {
            gate.pass();
            return new Found(Optional.of("user-1"), Optional.empty());
        });
        tokens.connect(ANNA, server.consent("anna"));
        gate.awaitArrival();
        store.next(StoreOperation.COMPARE_AND_SET).failBefore();
        gate.open();
        until(() -> clock.timers() > 0);
        clock.advance(Duration.ofMinutes(1));

        untilSubjectIsKnown();
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
    }
}
