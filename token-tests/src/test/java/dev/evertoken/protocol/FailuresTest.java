package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.LIFETIME;
import static dev.evertoken.protocol.House.ANNA;
import static dev.evertoken.protocol.House.failure;
import static dev.evertoken.protocol.House.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Connection;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.ReauthorizationRequiredException;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.ProviderProfile;
import dev.evertoken.spi.RefreshOutcome;
import dev.evertoken.spi.TokenAnswer;
import dev.evertoken.spi.TokenVerdict;
import dev.evertoken.spi.TokenVerdict.Kind;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.Fault;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.TestTokens;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the provider refuses, what the record remembers of it, and what the caller is told. */
class FailuresTest {

    private static final URI RECONNECT = URI.create("https://app.example/reconnect");

    private final ManualClock clock = ManualClock.start();
    private House house = house(ProviderProfile.builder(RefreshModel.STATIC));

    private House house(ProviderProfile.Builder profile) {
        return new House(clock, new AuthorizationServer(profile, Reuse.SOFT, clock), new InMemoryTokenStore(clock));
    }

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    @Fault("D1")
    void aDeadGrantIsMarkedOnceKeptForDiagnosisAndNeverCalledAgain() throws InterruptedException {
        Tokens tokens = house.process(builder -> builder.withoutJournal().reconnectUrl(key -> RECONNECT));
        house.connectExpired(tokens);
        house.server.revoke("anna");
        TokenException dead = failure(tokens);
        assertThat(dead).isInstanceOf(ReauthorizationRequiredException.class);
        assertThat(dead.problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(dead.remedy()).isEqualTo(Remedy.RECONNECT);
        assertThat(dead.reconnectUrl()).contains(RECONNECT);
        assertThat(dead).hasMessageContaining("acme/anna").hasMessageContaining("invalid_grant");
        assertThat(house.event(TokenEvent.ReauthorizationRequired.class).key()).isEqualTo(ANNA);
        for (int minute = 0; minute < 14; minute++) {
            clock.advance(Duration.ofMinutes(1));
            assertThat(failure(tokens).problem()).isEqualTo(Problem.GRANT_DEAD);
        }
        assertThat(house.server.requests()).isEqualTo(1);
        assertThat(house.events).noneMatch(event -> event instanceof TokenEvent.ReauthorizationRequired);
        assertThat(house.record(ANNA).refreshTokenFingerprint())
                .as("credentials are kept")
                .isPresent();
        Connection status = tokens.status(ANNA);
        assertThat(status.state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(status.reconnectUrl()).contains(RECONNECT);
        tokens.connect(ANNA, house.server.consent("anna"));
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(1);
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    @Fault("D9")
    void aFailingEarlyRefreshNeverDisplacesAValidToken() {
        Tokens tokens = house.process(builder -> builder.withoutJournal().executor(Runnable::run));
        tokens.connect(ANNA, house.server.consent("anna"));
        AccessToken valid = tokens.accessToken(ANNA);
        clock.advance(LIFETIME.minusMinutes(2));
        for (int i = 0; i < 10; i++) {
            house.server.next(AuthorizationServer.refuses(Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE));
            assertThat(tokens.accessToken(ANNA)).isEqualTo(valid);
        }
        assertThat(house.server.requests()).as("refused before it was counted").isZero();
        assertThat(house.record(ANNA).failures().count())
                .as("the gate lets one through")
                .isEqualTo(1);
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.DEGRADED);
        clock.advance(Duration.ofMinutes(2));
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.STALLED);
    }

    @Test
    @Fault({"D13", "D14"})
    void anAccountThatFailedForADayAndAHalfIsStalledStillTriedAndSaysWhenItRecovers() throws InterruptedException {
        Tokens tokens = house.process();
        house.connectExpired(tokens);
        Instant began = clock.now();
        int attempts = 0;
        while (Duration.between(began, clock.now()).compareTo(Duration.ofHours(36)) < 0) {
            house.server.next(AuthorizationServer.refuses(Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE));
            TokenException failure = failure(tokens);
            assertThat(failure.remedy()).isEqualTo(Remedy.RETRY);
            attempts++;
            Instant next = failure.retryAt().orElseThrow();
            assertThat(Duration.between(clock.now(), next)).isBetween(Duration.ofMillis(1), Duration.ofMinutes(10));
            clock.advanceTo(next);
        }
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.STALLED);
        assertThat(attempts).as("at least every ten minutes, backing off").isBetween(36 * 6, 36 * 14);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        TokenEvent.Recovered recovered = house.event(TokenEvent.Recovered.class);
        assertThat(recovered.from()).isEqualTo(ConnectionState.STALLED);
        assertThat(recovered.lasted()).isGreaterThan(Duration.ofHours(35));
        assertThat(house.record(ANNA).failures().count()).isZero();
    }

    @Test
    @Fault("D5")
    void wrongClientCredentialsShutTheClientForAllItsAccountsAndMarkNone() {
        Tokens tokens = house.process();
        List<TokenKey> keys = IntStream.range(0, 200)
                .mapToObj(i -> TokenKey.of("acme", "user-" + i))
                .toList();
        keys.forEach(key -> tokens.connect(key, house.server.consent(key.account())));
        clock.advance(LIFETIME.plusSeconds(1));
        keys.forEach(
                key -> house.server.next(AuthorizationServer.refuses(Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED)));
        for (TokenKey key : keys) {
            TokenException refused = failure(() -> tokens.accessToken(key));
            assertThat(refused.problem()).isEqualTo(Problem.CLIENT_REJECTED);
            assertThat(refused.remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
        }
        assertThat(house.events.stream().filter(event -> event instanceof TokenEvent.RefreshFailed))
                .as("one account found out for all")
                .hasSize(1);
        assertThat(keys).allSatisfy(key -> {
            assertThat(house.record(key).health().state()).isEqualTo(ConnectionState.ACTIVE);
            assertThat(house.record(key).failures().count()).isZero();
        });
    }

    @Test
    @Fault("D7")
    void aToldWaitIsKeptByAllAccountsOfTheClient() {
        Tokens tokens = house.process();
        TokenKey ben = TokenKey.of("acme", "ben");
        tokens.connect(ben, house.server.consent("ben"));
        house.connectExpired(tokens);
        Instant told = clock.now().plusSeconds(90);
        house.server.next((request, honest) -> new RefreshOutcome.Refused(
                TokenVerdict.of(Kind.RATE_LIMITED, Problem.RATE_LIMITED, "token endpoint answered 429")
                        .until(told)));
        TokenException limited = failure(tokens);
        assertThat(limited.remedy()).isEqualTo(Remedy.WAIT);
        assertThat(limited.retryAt()).hasValueSatisfying(at -> assertThat(at).isAfterOrEqualTo(told));
        assertThat(failure(() -> tokens.accessToken(ben)).problem()).isEqualTo(Problem.RATE_LIMITED);
        assertThat(house.server.requests()).isZero();
        clock.advanceTo(limited.retryAt().orElseThrow());
        assertThat(tokens.accessToken(ben).generation()).isEqualTo(2);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
    }

    @Test
    @Fault("D12")
    void anUnknownRefusalIsCountedAndNeverTakenForADeadGrant() {
        Tokens tokens = house.process();
        house.connectExpired(tokens);
        for (int i = 1; i <= 12; i++) {
            house.server.next(AuthorizationServer.refuses(Kind.UNKNOWN, Problem.UNRECOGNISED_ANSWER));
            TokenException unknown = failure(tokens);
            assertThat(unknown.problem()).isEqualTo(Problem.UNRECOGNISED_ANSWER);
            assertThat(house.record(ANNA).failures().count()).isEqualTo(i);
            clock.advanceTo(unknown.retryAt().orElseThrow());
        }
        assertThat(tokens.status(ANNA).state()).isEqualTo(ConnectionState.STALLED);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
    }

    @Test
    @Fault("C24")
    void aProviderThatSaysTooEarlyIsLeftAloneUntilThenAndTheTokenServed() {
        Tokens tokens = house.process(builder -> builder.withoutJournal().executor(Runnable::run));
        tokens.connect(ANNA, house.server.consent("anna"));
        AccessToken valid = tokens.accessToken(ANNA);
        clock.advance(LIFETIME.minusMinutes(4));
        Instant earliest = clock.now().plusSeconds(150);
        house.server.next((request, honest) -> new RefreshOutcome.Refused(
                TokenVerdict.of(Kind.NOT_YET, Problem.NOT_YET, "too early").until(earliest)));
        assertThat(tokens.accessToken(ANNA)).isEqualTo(valid);
        clock.advance(Duration.ofSeconds(149));
        assertThat(tokens.accessToken(ANNA)).isEqualTo(valid);
        assertThat(house.server.requests()).isZero();
        assertThat(house.record(ANNA).failures().count()).isZero();
        clock.advance(Duration.ofSeconds(1));
        assertThat(tokens.accessToken(ANNA)).isEqualTo(valid);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
    }

    @Test
    @Fault("D17")
    void anAccountWithoutARefreshTokenSaysFromTheFirstDayWhenItWillDie() {
        Tokens tokens = house.process();
        Instant end = clock.now().plus(LIFETIME);
        Connection connection = tokens.connect(
                ANNA, TokenSet.builder(TestTokens.access()).expiresAt(end).build());
        assertThat(connection.state()).isEqualTo(ConnectionState.NOT_REFRESHABLE);
        assertThat(connection.dies()).contains(end);
        assertThat(connection.remedy()).contains(Remedy.RECONNECT);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(1);
        clock.advance(LIFETIME);
        assertThat(failure(tokens).problem()).isEqualTo(Problem.NO_REFRESH_TOKEN);
        assertThat(house.server.requests()).isZero();
    }

    @Test
    @Fault("C17")
    void anAnswerWithAnotherUsersTokensIsNotStored() {
        Tokens tokens = house.process();
        house.connectExpired(tokens);
        house.server.next((request, honest) -> answerOf("user-1"));
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        clock.advance(LIFETIME.plusSeconds(1));
        house.server.next((request, honest) -> answerOf("user-2"));
        TokenException mixedUp = failure(tokens);
        assertThat(mixedUp.problem()).isEqualTo(Problem.IDENTITY_MISMATCH);
        assertThat(mixedUp.remedy()).isEqualTo(Remedy.CONTACT_SUPPORT);
        assertThat(house.record(ANNA).generation()).isEqualTo(2);
        assertThat(house.record(ANNA).subject()).contains("user-1");
    }

    @Test
    @Fault("C16")
    void narrowerScopesAreSavedAndTold() throws InterruptedException {
        Tokens tokens = house.process();
        tokens.connect(
                ANNA,
                house.server.consent("anna").toBuilder().scopes("read", "write").build());
        clock.advance(LIFETIME.plusSeconds(1));
        house.server.next((request, honest) -> new RefreshOutcome.Answered(
                answer(Optional.of(Secret.of(TestTokens.access())), Optional.of(Set.of("read")), Optional.empty())));
        tokens.accessToken(ANNA);
        assertThat(house.event(TokenEvent.ScopeReduced.class).lost()).containsExactly("write");
        assertThat(tokens.status(ANNA).grantedScopes()).containsExactly("read");
    }

    @Test
    @Fault("C5")
    void anAnswerThatBringsOnlyARefreshTokenIsSavedFirstAndFollowedByAnotherCall() {
        house.close();
        house = house(ProviderProfile.builder(RefreshModel.ROTATING));
        Tokens tokens = house.process();
        house.connectExpired(tokens);
        house.server.next((request, honest) -> withoutAccessToken(honest.get()));
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(3);
        assertThat(house.server.requests()).isEqualTo(2);
        assertThat(house.server.secondPresentations()).isZero();
    }

    @Test
    @Fault("C5")
    void aProviderThatNeverBringsAnAccessTokenIsAskedThroughTheGateOnly() {
        house.close();
        house = house(ProviderProfile.builder(RefreshModel.ROTATING));
        Tokens tokens = house.process(builder -> builder.withoutJournal().executor(Runnable::run));
        tokens.connect(ANNA, house.server.consent("anna"));
        clock.advance(LIFETIME.minusMinutes(4));
        for (int i = 0; i < 100; i++) {
            house.server.next((request, honest) -> withoutAccessToken(honest.get()));
        }
        for (int second = 0; second < 200; second++) {
            clock.advance(Duration.ofSeconds(1));
            assertThat(tokens.accessToken(ANNA).value()).isNotNull();
        }
        assertThat(house.server.requests()).as("backing off").isBetween(3, 12);
        assertThat(house.server.secondPresentations())
                .as("what it did bring is kept")
                .isZero();
    }

    private static RefreshOutcome withoutAccessToken(RefreshOutcome outcome) {
        TokenAnswer answer = ((RefreshOutcome.Answered) outcome).answer();
        return new RefreshOutcome.Answered(new TokenAnswer(
                Optional.empty(),
                "Bearer",
                answer.refreshToken(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                answer.issuedAt()));
    }

    @Test
    @Fault("I6")
    void aCopiedStoreIsRecognisedAndNothingIsRefreshed() {
        Tokens production = house.process();
        house.connectExpired(production);
        Tokens staging = house.process(builder -> builder.withoutJournal().environment("staging"));
        TokenException foreign = failure(staging);
        assertThat(foreign.problem()).isEqualTo(Problem.ENVIRONMENT_MISMATCH);
        assertThat(foreign.remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
        assertThat(failure(() -> staging.connect(ANNA, house.server.consent("anna")))
                        .problem())
                .isEqualTo(Problem.ENVIRONMENT_MISMATCH);
        assertThat(failure(() -> staging.disconnect(ANNA)).problem()).isEqualTo(Problem.ENVIRONMENT_MISMATCH);
        assertThat(house.server.requests()).isZero();
        assertThat(production.accessToken(ANNA).generation()).isEqualTo(2);
    }

    @Test
    void whatIsNotConnectedSaysSo() {
        Tokens tokens = house.process();
        TokenException missing = failure(tokens);
        assertThat(missing.problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(failure(() -> tokens.status(ANNA)).problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(tokens.disconnect(ANNA)).isFalse();
        TokenException unknown = failure(() -> tokens.accessToken(TokenKey.of("acmee", "anna")));
        assertThat(unknown.problem()).isEqualTo(Problem.UNKNOWN_REGISTRATION);
        assertThat(unknown).hasMessageContaining("acmee").hasMessageContaining("[acme]");
    }

    @Test
    void theEarlyRefreshBehindACallerIsDoneWhenItsTimeHasCome() {
        Tokens tokens = house.process();
        tokens.connect(ANNA, house.server.consent("anna"));
        AccessToken first = tokens.accessToken(ANNA);
        clock.advance(LIFETIME.minusMinutes(1));
        assertThat(tokens.accessToken(ANNA)).isEqualTo(first);
        until(() -> tokens.accessToken(ANNA).generation() == 2);
        assertThat(house.server.requests()).isEqualTo(1);
    }

    private RefreshOutcome answerOf(String subject) {
        return new RefreshOutcome.Answered(
                answer(Optional.of(Secret.of(TestTokens.access())), Optional.empty(), Optional.of(subject)));
    }

    private TokenAnswer answer(Optional<Secret> accessToken, Optional<Set<String>> scopes, Optional<String> subject) {
        return new TokenAnswer(
                accessToken,
                "Bearer",
                Optional.empty(),
                Optional.of(clock.now().plus(LIFETIME)),
                Optional.empty(),
                scopes,
                subject,
                Map.of(),
                clock.now());
    }
}
