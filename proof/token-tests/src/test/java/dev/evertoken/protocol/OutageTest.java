package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.LIFETIME;
import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The authority of a chain is unavailable: the tokens that are served and refreshed, and the events about it. */
class OutageTest {

    private static final TokenKey BEN = TokenKey.of("acme", "ben");

    private final ManualClock clock = ManualClock.start();
    private final ChainFixture chain = new ChainFixture(clock);
    private ProtocolFixture fixture = newFixture(RefreshModel.STATIC);

    @AfterEach
    void close() {
        chain.repair();
        fixture.close();
        chain.close();
    }

    private ProtocolFixture newFixture(RefreshModel model) {
        return new ProtocolFixture(clock, new AuthorizationServer(model, Reuse.STRICT, clock), chain.store);
    }

    /** Connects, waits until the copies are up to date, and returns another process, which has an empty cache. */
    private Tokens freshProcess() {
        TokenSet consent = fixture.server.consent("anna");
        fixture.process().connect(ANNA, consent);
        chain.untilCopiesMatch();
        return fixture.process();
    }

    @ParameterizedTest
    @EnumSource(names = {"ROTATING", "STATIC", "EXTENDING"})
    @Fault("F1")
    void aRestartedProcessServesTheCopyAndReportsItOnce(RefreshModel model) throws InterruptedException {
        fixture = newFixture(model);
        Tokens tokens = freshProcess();
        clock.advance(Duration.ofMinutes(1));
        chain.authority.down();

        AccessToken served = tokens.accessToken(ANNA);
        clock.advance(Duration.ofMinutes(1));
        assertThat(tokens.accessToken(ANNA)).isEqualTo(served);

        assertThat(served.generation()).isEqualTo(1);
        TokenEvent.ServedStale event = fixture.event(TokenEvent.ServedStale.class);
        assertThat(event.key()).isEqualTo(ANNA);
        assertThat(event.generation()).isEqualTo(1);
        assertThat(event.detail()).isEqualTo("the store is down: LOAD of acme/anna");
        assertThat(fixture.events).noneMatch(TokenEvent.ServedStale.class::isInstance);
        assertThat(fixture.server.requests()).isZero();
    }

    @Test
    void theStatusReportsSinceWhenItIsStaleUntilTheAuthorityIsBack() {
        Tokens tokens = freshProcess();
        assertThat(tokens.status(ANNA).staleSince()).isEmpty();
        clock.advance(Duration.ofMinutes(1));
        chain.authority.down();
        AccountStatus first = tokens.status(ANNA);
        clock.advance(Duration.ofMinutes(1));

        AccountStatus second = tokens.status(ANNA);

        assertThat(first.staleSince()).contains(clock.now().minus(Duration.ofMinutes(1)));
        assertThat(second.staleSince()).isEqualTo(first.staleSince());
        assertThat(second.generation()).isEqualTo(1);
        assertThat(second.state()).isEqualTo(ConnectionState.ACTIVE);
        chain.authority.up();
        assertThat(tokens.status(ANNA).staleSince()).isEmpty();
    }

    @Test
    void allStatusesComeFromTheCopiesWhileTheAuthorityIsUnavailable() {
        Tokens tokens = freshProcess();
        tokens.connect(BEN, fixture.server.consent("ben"));
        chain.until(() -> chain.nearItself.load(BEN).isPresent());
        assertThat(staleSince(tokens)).containsOnly(entry(ANNA, Optional.empty()), entry(BEN, Optional.empty()));
        chain.authority.down();
        chain.far.down();
        Instant since = clock.now();

        assertThat(staleSince(tokens)).containsOnly(entry(ANNA, Optional.of(since)), entry(BEN, Optional.of(since)));
        chain.authority.up();
        assertThat(staleSince(tokens)).containsOnly(entry(ANNA, Optional.empty()), entry(BEN, Optional.empty()));
    }

    @Test
    void aDisconnectedAccountIsNotAmongTheStatusesOfTheCopies() {
        Tokens tokens = freshProcess();
        tokens.connect(BEN, fixture.server.consent("ben"));
        chain.until(() -> chain.nearItself.load(BEN).isPresent());
        chain.near.down();
        tokens.disconnect(ANNA);
        chain.authority.down();
        chain.near.up();

        assertThat(chain.nearItself.load(ANNA))
                .as("the copy missed the disconnect")
                .isPresent();
        assertThat(staleSince(tokens)).containsOnlyKeys(BEN);
    }

    @Test
    void withoutAnyCopyTheStatusesReportThatTheStoreIsUnavailable() {
        Tokens tokens = freshProcess();
        chain.authority.down();
        chain.near.down();
        chain.far.down();

        TokenException problem = failure(() -> staleSince(tokens));

        assertThat(problem.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
    }

    private static Map<TokenKey, Optional<Instant>> staleSince(Tokens tokens) {
        try (Stream<AccountStatus> all = tokens.statuses()) {
            return all.collect(Collectors.toMap(AccountStatus::key, AccountStatus::staleSince));
        }
    }

    @Test
    @Fault("F2")
    void anAccountThatNoTierHasIsNotReportedAsNotConnected() {
        Tokens tokens = fixture.process();
        chain.authority.down();

        assertThat(failure(tokens).problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(failure(() -> tokens.status(ANNA)).problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
    }

    @ParameterizedTest
    @EnumSource(names = {"ROTATING", "EXTENDING"})
    @Fault({"A10", "F3"})
    void aTokenThatMustNotBeSpentTwiceIsNotRefreshedFromACopy(RefreshModel model) {
        fixture = newFixture(model);
        Tokens tokens = freshProcess();
        chain.authority.down();
        clock.advance(LIFETIME.plusSeconds(1));

        TokenException problem = failure(tokens);

        assertThat(problem.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(problem.key()).contains(ANNA);
        assertThat(fixture.server.requests()).isZero();
    }

    @Test
    @Fault({"A10", "F5"})
    void aTokenOfAStaticProviderIsRefreshedFromACopyAndSavedToTheAuthorityLater() throws InterruptedException {
        Tokens tokens = freshProcess();
        chain.authority.down();
        clock.advance(LIFETIME.plusSeconds(1));

        AccessToken refreshed = chain.eventually(fixture, () -> tokens.accessToken(ANNA));

        assertThat(refreshed.generation()).isEqualTo(2);
        TokenEvent.RotationAtRisk event = fixture.event(TokenEvent.RotationAtRisk.class);
        assertThat(event.journaled()).as("saved in the fallbacks").isTrue();
        assertThat(tokens.status(ANNA).unsaved()).isTrue();
        assertThat(tokens.status(ANNA).generation()).isEqualTo(2);
        assertThat(fixture.process().accessToken(ANNA).generation())
                .as("another process finds it")
                .isEqualTo(2);
        assertThat(fixture.server.requests()).isEqualTo(1);

        chain.authority.up();
        chain.until(() -> !tokens.status(ANNA).unsaved());
        chain.untilCopiesMatch();
        assertThat(chain.in(chain.authorityItself).orElseThrow().generation()).isEqualTo(2);
        assertThat(tokens.accessToken(ANNA)).isEqualTo(refreshed);
        assertThat(fixture.server.requests()).isEqualTo(1);
    }

    @Test
    void inALongOutageEveryRefreshHasItsOwnGeneration() {
        Tokens tokens = freshProcess();
        chain.authority.down();
        for (int hour = 1; hour <= 4; hour++) {
            clock.advance(LIFETIME.plusSeconds(1));
            assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(hour + 1);
        }

        chain.authority.up();
        chain.until(() -> !tokens.status(ANNA).unsaved());
        assertThat(chain.in(chain.authorityItself).orElseThrow().generation()).isEqualTo(5);
        assertThat(fixture.server.requests()).isEqualTo(4);
    }

    @Test
    void refusedTokensOfACopyDoNotEndTheGrant() throws InterruptedException {
        Tokens tokens = freshProcess();
        chain.authority.down();
        clock.advance(LIFETIME.plusSeconds(1));
        fixture.server.revoke("anna");

        TokenException problem = failure(tokens);

        assertThat(problem.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(problem.detail())
                .isEqualTo("the store is unavailable, and the provider refused the tokens of a copy:"
                        + " token endpoint answered 400 invalid_grant");
        assertThat(failure(tokens).problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(fixture.server.requests()).as("no immediate second request").isEqualTo(1);
        assertThat(fixture.events).noneMatch(TokenEvent.ReauthorizationRequired.class::isInstance);

        chain.authority.up();
        clock.advance(Duration.ofMinutes(11));
        chain.until(() -> failure(tokens).problem() == Problem.GRANT_DEAD);
        fixture.event(TokenEvent.ReauthorizationRequired.class);
    }

    @Test
    void aCopyThatNeedsAReconnectIsReportedAsAnOutage() {
        chain.connectExpired(fixture, fixture.process());
        fixture.server.revoke("anna");
        assertThat(failure(fixture.process()).problem()).isEqualTo(Problem.GRANT_DEAD);
        chain.until(() -> chain.in(chain.nearItself)
                .filter(copy -> copy.health().state() == ConnectionState.NEEDS_REAUTH)
                .isPresent());
        chain.authority.down();

        assertThat(failure(fixture.process()).problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
    }

    @Test
    void aCachedTokenThatIsNewerThanTheCopyIsServed() {
        fixture = newFixture(RefreshModel.ROTATING);
        Tokens tokens = fixture.process(builder -> builder.withoutJournal().executor(Runnable::run));
        chain.connectExpired(fixture, tokens);
        chain.near.down();
        chain.far.down();
        AccessToken second = tokens.accessToken(ANNA);
        chain.authority.down();
        chain.near.up();
        assertThat(chain.in(chain.nearItself).orElseThrow().generation()).isEqualTo(1);
        clock.advance(LIFETIME.minusMinutes(2));

        assertThat(tokens.accessToken(ANNA)).isEqualTo(second);
    }
}
